import pytest

from adw.adapters.github import issues
from adw.adapters.github.issues import GitHubIssues
from adw.adapters.github.status_comment import MARKER
from adw.domain.issue import Issue
from adw.errors import RemoteError, UsageError
from tests.servers.github_api import REPOSITORY, comment
from tests.unit.adapters.github.conftest import TOKEN


@pytest.fixture
def fetch(connect):
    return lambda reference, here=REPOSITORY, **how: GitHubIssues(connect(**how), here).fetch(reference)


def test_an_issue_has_title_body_labels_and_what_maintainers_have_added(github, fetch):
    github.issue(
        42,
        "Totals  are wrong",
        "Pieces are\r\noverwritten.",
        labels=[{"name": "bug"}, "cart", {"name": None}],
        comments=[
            comment("Me too!", "passer-by"),
            comment("They must be added.", "alice", "OWNER"),
            comment("Beep.", "helper[bot]", "MEMBER", kind="Bot"),
            comment("See test_cart.py.", "bob", "MEMBER"),
            comment("I once sent a fix.", "carol", "CONTRIBUTOR"),
            comment("By a program.", "bob", "MEMBER", app={"id": 1}),
            comment(f"{MARKER}\nADW is at work", "alice", "OWNER"),
            comment("And say why.", "dora", "COLLABORATOR"),
            comment("  ", "dora", "COLLABORATOR"),
        ],
    )

    assert fetch("42") == Issue(
        key="42",
        title="Totals are wrong",
        body="Pieces are\noverwritten.\n\nComment by alice:\n\nThey must be added.\n\n"
        "Comment by bob:\n\nSee test_cart.py.\n\nComment by dora:\n\nAnd say why.",
        source=f"{REPOSITORY}#42",
        labels=("bug", "cart"),
    )


def test_what_nobody_sees_is_taken_out_of_every_part(github, fetch):
    github.issue(
        7,
        "Totals\u200b <!-- psst -->are wrong",
        "Text <!-- open, so that it hides all that follows",
        labels=[{"name": "b\u2060ug"}],
        comments=[comment("Still <!-- hidden -->here.\U000e0041", "alice", "OWNER")],
    )
    found = fetch("7")
    assert (found.title, found.labels) == ("Totals are wrong", ("bug",))
    assert found.body == "Text\n\nComment by alice:\n\nStill here."


def test_an_issue_without_a_body_and_a_comment_of_a_deleted_user_are_fine(github, fetch):
    lost = {**comment("Ok.", "x", "OWNER"), "user": None}
    github.issue(7, "Title", None, comments=[lost])
    assert fetch("#7").body == "Comment by a maintainer:\n\nOk."


def test_of_too_many_comments_the_newest_are_taken(github, fetch, monkeypatch):
    monkeypatch.setattr(issues, "MAX_COMMENTS", 60)
    github.issue(7, "Title", comments=[comment(f"{number} " + "x" * 5, "a", "OWNER") for number in range(5)])
    assert (
        fetch("7").body == "(3 earlier comments are left out.)\n\nComment by a:\n\n3 xxxxx\n\nComment by a:\n\n4 xxxxx"
    )


def test_the_token_is_shown_to_the_server_and_nobody_need_have_one(github, fetch):
    github.issue(7, "Title")
    fetch("7")
    fetch("7", token="")
    with_token, without = github.asked[0].headers, github.asked[-1].headers
    assert with_token["authorization"] == f"token {TOKEN}"
    assert "authorization" not in without
    assert with_token["x-github-api-version"] == "2022-11-28"
    assert with_token["user-agent"].startswith("adw/")


def test_a_pull_request_s_number_is_refused(github, fetch):
    github.issue(7, "Title", pull_request={"url": "…"})
    with pytest.raises(UsageError, match=r"octo/shop#7 is a pull request") as caught:
        fetch("7")
    assert caught.value.hint


def test_an_issue_that_is_not_there_is_named(fetch):
    with pytest.raises(UsageError, match=r"there is no issue octo/shop#8") as caught:
        fetch("octo/shop#8")
    assert "token" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        fetch("octo/shop#8", token="")
    assert "GH_TOKEN" in caught.value.hint


def test_a_bare_number_needs_a_repository(fetch):
    with pytest.raises(UsageError, match="issue 42 of which repository") as caught:
        fetch("42", here="")
    assert "owner/repo#42" in caught.value.hint


def test_a_title_of_nothing_is_refused(github, fetch):
    github.issue(7, "\u200b")
    with pytest.raises(UsageError, match="no title"):
        fetch("7")


def test_an_issue_that_has_moved_is_followed_and_known_by_its_new_place(github, fetch):
    github.issue(7, "Title", comments=[comment("Ok.", "a", "OWNER")])
    github.moved["/repos/octo/old/issues/3"] = f"{github.url}/repos/{REPOSITORY}/issues/7"
    found = fetch("octo/old#3")
    assert (found.key, found.source) == ("7", f"{REPOSITORY}#7")
    assert found.body == "Comment by a:\n\nOk."


@pytest.mark.parametrize("answer", [{"title": "no number"}, [], "text", {"number": 1, "title": "x", "html_url": "x"}])
def test_an_answer_that_is_none_is_a_remote_error(github, fetch, answer):
    github.moved["/repos/octo/old/issues/3"] = f"{github.url}/repos/{REPOSITORY}/issues/7"
    github.issues[7] = answer
    with pytest.raises((RemoteError, UsageError), match=r"answer|no issue"):
        fetch("octo/shop#7")


def test_a_list_that_is_none_is_a_remote_error(github, fetch, monkeypatch):
    github.issue(7, "Title")
    monkeypatch.setattr(github, "_paged", lambda *_: (200, {"not": "a list"}, {}))
    with pytest.raises(RemoteError, match="not a list"):
        fetch("7")
