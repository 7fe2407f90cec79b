"""What is sent again, what is not, how long is waited, and what error comes of it."""

import socket
from datetime import UTC, timedelta

import pytest

from adw.adapters.github.waits import asked_wait
from adw.errors import AuthenticationError, RemoteError, UsageError
from tests.servers.github_api import GitHubApi, Trouble
from tests.unit.adapters.github.conftest import NOW, TOKEN

ISSUE = "/repos/octo/shop/issues/7"
COMMENTS = f"{ISSUE}/comments"
RESET = str(int((NOW + timedelta(seconds=20)).timestamp()))
LIMITED = Trouble(
    403,
    {"message": "API rate limit exceeded"},
    {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET},
)


@pytest.fixture
def get(github, connect):
    github.issue(7, "Title")
    return lambda **how: connect(**how).get(ISSUE, "issue octo/shop#7")


@pytest.mark.parametrize(
    ("trouble", "waits"),
    [
        (LIMITED, [20.0]),
        (Trouble(429, headers={"retry-after": "3"}), [3.0]),
        (Trouble(403, {"message": "You have exceeded a secondary rate limit."}), [60.0]),
        (Trouble(503, headers={"retry-after": "7"}), [7.0]),
        (Trouble(502, raw=b"<html>bad gateway</html>", headers={"content-type": "text/html"}), [1.0]),
        (Trouble(200, cut=True), [1.0]),
    ],
)
def test_what_passes_is_waited_for(github, get, waited, trouble, waits):
    github.trouble = [trouble]
    assert get()["title"] == "Title"
    assert waited == waits


def test_waits_grow_and_end(github, get, waited):
    github.trouble = [Trouble(500, {"message": "oh"})] * 3
    with pytest.raises(RemoteError, match=r"in trouble \(500\): oh"):
        get()
    assert waited == [1.0, 2.0]
    assert len(github.asked) == 3


@pytest.mark.parametrize(
    "headers", [{"retry-after": "61"}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}]
)
def test_a_wait_beyond_patience_is_an_error_at_once_that_names_it(github, get, waited, headers):
    github.trouble = [Trouble(403, {"message": "API rate limit exceeded"}, headers)]
    with pytest.raises(RemoteError, match="limited the rate") as caught:
        get(token="")
    assert waited == []
    assert "try again in" in caught.value.hint
    assert "GH_TOKEN" in caught.value.hint


def test_all_waits_together_keep_within_patience(github, get, waited):
    github.trouble = [Trouble(429, headers={"retry-after": "40"})] * 2
    with pytest.raises(RemoteError):
        get()
    assert waited == [40.0]


def test_in_a_hurry_nothing_is_waited_for(github, get, waited):
    github.trouble = [Trouble(500)]
    with pytest.raises(RemoteError):
        get(patience_s=0.0)
    assert waited == []


@pytest.mark.parametrize(
    ("trouble", "kind", "message"),
    [
        (Trouble(401, {"message": "Bad credentials"}), AuthenticationError, r"refuses the token .*\(401\): Bad cred"),
        (Trouble(403, {"message": "Resource not accessible"}), AuthenticationError, "not accessible"),
        (Trouble(404), UsageError, "there is no issue octo/shop#7"),
        (Trouble(410, {"message": "This issue was deleted"}), UsageError, "there is no issue"),
        (Trouble(422, {"message": "Validation Failed", "errors": [{"message": "odd"}]}), RemoteError, "422.*odd"),
        (Trouble(422, raw=b"odd", headers={"content-type": "text/plain"}), RemoteError, "does not accept"),
        (Trouble(422, raw=b'"odd"'), RemoteError, "does not accept"),
        (Trouble(304, raw=b""), RemoteError, "does not accept"),
        (Trouble(200, raw=b"{half"), RemoteError, "cannot be read"),
        (Trouble(599, {"message": "x"}), RemoteError, "cannot be read"),
        (Trouble(400, {"message": "x" * 500}), RemoteError, "…$"),
    ],
)
def test_what_does_not_pass_is_an_error_of_its_kind_at_once(github, get, waited, trouble, kind, message):
    github.trouble = [trouble]
    with pytest.raises(kind, match=message) as caught:
        get()
    assert waited == []
    assert TOKEN not in f"{caught.value.message}{caught.value.hint}"


def test_without_a_token_a_refusal_asks_for_one(github, get):
    github.trouble = [Trouble(401)]
    with pytest.raises(AuthenticationError, match="wants a token") as caught:
        get(token="")
    assert "GH_TOKEN" in caught.value.hint


@pytest.mark.parametrize("trouble", [Trouble(500), Trouble(200, cut=True)])
def test_what_would_make_something_is_not_sent_again_once_it_may_have_been_done(github, connect, waited, trouble):
    github.issue(7, "Title")
    github.trouble = [trouble]
    with pytest.raises(RemoteError):
        connect().create(COMMENTS, "a comment", {"body": "x"})
    assert waited == []
    assert len(github.asked) == 1


def test_what_was_turned_away_by_a_limit_is_sent_again_whatever_it_is(github, connect, waited):
    github.issue(7, "Title")
    github.trouble = [LIMITED]
    connect().create(COMMENTS, "a comment", {"body": "x"})
    assert len(github.comments[7]) == 1
    assert waited == [20.0]


def test_where_nobody_listens_it_is_tried_again_and_said(connect, waited):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(RemoteError, match=r"cannot reach 127\.0\.0\.1") as caught:
            connect(url=url).create(COMMENTS, "a comment", {"body": "x"})
    assert waited == [1.0, 2.0]
    assert "GITHUB_API_URL" in caught.value.hint


def test_pages_are_followed_as_far_as_asked(github, connect):
    github.issue(7, "Title", comments=[{"body": str(number)} for number in range(5)])
    asked = [one["body"] for one in connect().pages(COMMENTS, "comments", 9)]
    assert asked == ["0", "1", "2", "3", "4"]
    assert [one["body"] for one in connect().pages(COMMENTS, "comments", 2)] == ["0", "1", "2", "3"]


def test_the_token_goes_to_no_next_page_that_is_elsewhere(github, connect):
    with GitHubApi() as other:
        github.trouble = [Trouble(200, [], {"link": f'<{other.url}/x>; rel="next"'}), Trouble(200, [])]
        assert list(connect().pages(COMMENTS, "comments", 2)) == []
    assert other.asked == []
    assert [one.query["page"] for one in github.asked] == ["1", "2"]


def test_the_token_does_not_follow_a_redirect_to_another_server(github, connect):
    with GitHubApi() as other:
        github.moved[ISSUE] = f"{other.url.replace('127.0.0.1', 'localhost')}{ISSUE}"
        with pytest.raises(UsageError):
            connect().get(ISSUE, "issue")
    assert [one.headers.get("authorization") for one in other.asked] == [None]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "soon"}, 60.0),
        ({"retry-after": (NOW + timedelta(seconds=9)).strftime("%a, %d %b %Y %H:%M:%S GMT")}, 9.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}, 20.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, 0.0),
        ({"x-ratelimit-remaining": "0"}, 60.0),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": RESET}, 60.0),
    ],
)
def test_the_wait_that_is_asked_for(headers, seconds):
    assert asked_wait(headers, NOW.astimezone(UTC)) == seconds
