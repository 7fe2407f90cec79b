"""One pull request, one comment, however often they are asked for."""

import pytest

from adw.adapters.github.pull_requests import PullRequests, PullRequestText
from adw.adapters.github.reference import IssueReference
from adw.adapters.github.status_comment import MARKER, StatusComment
from adw.errors import AuthenticationError, RemoteError
from tests.servers.github_api import REPOSITORY, Trouble, comment

HEAD = "adw/7-run"
TEXT = PullRequestText("Totals are wrong", "Closes #7.")


@pytest.fixture
def pulls(connect):
    return PullRequests(connect(), REPOSITORY)


@pytest.fixture
def status(connect):
    return StatusComment(connect(), IssueReference(REPOSITORY, 7))


@pytest.mark.parametrize("draft", [True, False])
def test_a_pull_request_is_opened_once_and_edited_then(github, pulls, draft):
    address = pulls.show(HEAD, "main", TEXT, draft=draft)
    again = pulls.show(HEAD, "main", PullRequestText("New", "words"), draft=draft)
    (made,) = github.pulls
    assert again == address == made["html_url"]
    assert (made["head"], made["base"], made["draft"]) == (HEAD, "main", draft)
    assert (made["title"], made["body"]) == ("New", "words")


@pytest.mark.parametrize("trouble", [Trouble(502, after=True), Trouble(200, after=True, cut=True)])
def test_a_pull_request_whose_answer_was_lost_is_found_and_not_opened_again(github, pulls, trouble):
    github.trouble = [Trouble(200, []), trouble]
    assert pulls.show(HEAD, "main", TEXT, draft=False) == github.pulls[0]["html_url"]
    assert len(github.pulls) == 1


def test_one_that_is_open_goes_before_newer_ones_and_a_closed_one_is_not_opened_again(github, pulls):
    pulls.show(HEAD, "main", TEXT, draft=False)
    github.pulls.append({**github.pulls[0], "number": 99, "state": "closed", "html_url": "closed"})
    assert pulls.show(HEAD, "main", TEXT, draft=False) == github.pulls[0]["html_url"]
    github.pulls[0]["state"] = "closed"
    assert pulls.show(HEAD, "main", TEXT, draft=False) == "closed"
    assert len(github.pulls) == 2


def test_where_there_are_no_drafts_it_is_opened_without(github, pulls):
    no = Trouble(422, {"message": "Draft pull requests are not supported in this repository.", "errors": []})
    github.trouble = [Trouble(200, []), no]
    pulls.show(HEAD, "main", TEXT, draft=True)
    assert [one["draft"] for one in github.pulls] == [False]


def test_one_that_cannot_be_opened_is_an_error(github, pulls):
    github.trouble = [Trouble(200, []), Trouble(422, {"message": "No commits between main and x", "errors": []})]
    with pytest.raises(RemoteError, match="No commits between"):
        pulls.show(HEAD, "main", TEXT, draft=True)
    assert github.pulls == []


def test_changes_go_to_the_branch_that_they_began_on_if_github_has_it(github, pulls):
    github.branches.add("feature/cart")
    assert pulls.base("feature/cart") == "feature/cart"
    assert pulls.base("mine alone") == "main"
    assert pulls.base("main") == "main"
    assert pulls.base("") == "main"


def test_a_token_that_may_not_write_is_refused_before_anything_is_made(github, pulls):
    github.rights = {"pull": True, "push": False}
    with pytest.raises(AuthenticationError, match="may not write to octo/shop"):
        pulls.base("main")


@pytest.mark.parametrize("rights", [None, {"pull": False, "push": False}])
def test_a_token_whose_rights_are_not_told_is_tried(github, pulls, rights):
    github.rights = rights
    assert pulls.base("main") == "main"


def test_the_comment_is_made_once_and_edited_then(github, status):
    github.issue(7, "Title", comments=[comment("a", "x"), comment("b", "x"), comment("c", "x")])
    first = status.say("at work")
    second = status.say("done")
    assert first == second
    assert [one["body"] for one in github.comments[7]] == ["a", "b", "c", f"{MARKER}\ndone"]


def test_a_comment_that_an_outsider_has_marked_is_not_ours(github, status):
    github.issue(7, "Title", comments=[comment(f"{MARKER}\nmine", "x"), comment(f"said: {MARKER}", "y", "OWNER")])
    status.say("done")
    assert [one["body"] for one in github.comments[7]] == [f"{MARKER}\nmine", f"said: {MARKER}", f"{MARKER}\ndone"]


def test_a_comment_of_a_ci_s_own_bot_is_ours(github, status):
    github.issue(7, "Title", comments=[comment(f"{MARKER}\nat work", "github-actions[bot]", kind="Bot")])
    status.say("done")
    assert [one["body"] for one in github.comments[7]] == [f"{MARKER}\ndone"]
