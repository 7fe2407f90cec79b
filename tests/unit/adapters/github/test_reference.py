from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.adapters.github.reference import IssueReference, names_an_issue, read_reference
from adw.adapters.github.server import PUBLIC_API, Server
from adw.errors import ConfigError, UsageError

PUBLIC = Server.at("")
COMPANY = Server.at("https://github.example.com/api/v3/")


@pytest.mark.parametrize(
    ("text", "repository", "number"),
    [
        ("42", "", 42),
        ("#42", "", 42),
        ("octo/shop#42", "octo/shop", 42),
        ("o-c_to/s.h-o_p#1", "o-c_to/s.h-o_p", 1),
        ("https://github.com/octo/shop/issues/42", "octo/shop", 42),
        ("http://www.GitHub.com/octo/shop/issues/42/?x=1#issuecomment-3", "octo/shop", 42),
    ],
)
def test_an_issue_is_named_in_many_ways(text, repository, number):
    assert names_an_issue(text)
    assert read_reference(text, PUBLIC) == IssueReference(repository, number)


@pytest.mark.parametrize(
    "text", ["issue.md", "./42", "-", "", "042", "0", "octo/shop", "octo#4", "a/b/c#4", "octo/..#4", "42.md", "4 2"]
)
def test_anything_else_is_a_file(text):
    assert not names_an_issue(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("https://github.com/octo/shop", "not the address of an issue"),
        ("https://github.com/octo/shop/issues/42x", "not the address of an issue"),
        ("https://user@github.com/octo/shop/issues/42", "not the address of an issue"),
        ("https://github.example.com/octo/shop/issues/42", "set up for github.com"),
        ("https://github.com.evil.example/octo/shop/issues/42", "set up for github.com"),
        ("https://github.com/octo/shop/pull/42", "octo/shop#42 is a pull request"),
    ],
)
def test_what_is_no_issue_of_this_server_is_refused(text, message):
    assert names_an_issue(text)
    with pytest.raises(UsageError, match=message) as caught:
        read_reference(text, PUBLIC)
    assert caught.value.hint


def test_another_server_s_issue_says_what_to_set():
    with pytest.raises(UsageError) as caught:
        read_reference("https://github.example.com/octo/shop/issues/42", PUBLIC)
    assert "https://github.example.com/api/v3" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "api", "host"),
    [
        ("", PUBLIC_API, "github.com"),
        ("https://api.github.com/", PUBLIC_API, "github.com"),
        ("https://github.example.com/api/v3", "https://github.example.com/api/v3", "github.example.com"),
        ("https://api.octo.ghe.com", "https://api.octo.ghe.com", "octo.ghe.com"),
        ("https://api.example.com/api/v3", "https://api.example.com/api/v3", "api.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1"),
    ],
)
def test_a_server_is_known_by_its_api(url, api, host):
    assert Server.at(url) == Server(api, host)


@pytest.mark.parametrize(
    "url", ["github.com", "ftp://github.com", "https://", "https://a b", "https://x@y", "https://y?z", "https://[x"]
)
def test_what_is_no_address_of_an_api_is_refused(url):
    with pytest.raises(ConfigError, match="GITHUB_API_URL"):
        Server.at(url)


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/octo/shop",
        "https://github.com/octo/shop.git",
        "https://user:word@github.com/octo/shop.git/",
        "git@github.com:octo/shop.git",
        "github.com:octo/shop",
        "ssh://git@github.com/octo/shop.git",
        "ssh://git@github.com:22/octo/shop.git",
        "ssh://git@ssh.github.com:443/octo/shop.git",
        "git://GitHub.com/octo/shop",
    ],
)
def test_the_repository_is_read_from_its_remote(remote):
    assert PUBLIC.repository(remote) == "octo/shop"


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "/srv/git/octo/shop.git",
        "../octo/shop",
        "file:///github.com/octo/shop",
        "https://gitlab.com/octo/shop",
        "https://github.com.evil.example/octo/shop",
        "https://github.com/octo",
        "https://github.com/octo/shop/more",
        "git@work:octo/shop.git",
        "https://[x/octo/shop",
    ],
)
def test_a_remote_elsewhere_has_no_repository_here(remote):
    assert PUBLIC.repository(remote) == ""


def test_a_company_s_remotes_are_its_own():
    assert COMPANY.repository("git@github.example.com:octo/shop.git") == "octo/shop"
    assert COMPANY.repository("git@github.com:octo/shop.git") == ""


@given(st.text())
def test_any_text_is_an_issue_a_file_or_refused(text):
    if names_an_issue(text):
        with suppress(UsageError):
            assert read_reference(text, PUBLIC).number > 0
    assert PUBLIC.repository(text) in {"", PUBLIC.repository(text).strip("/")}
