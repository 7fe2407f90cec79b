"""What ADW asks of GitHub, judged by GitHub's own description, and what that documents as answers, understood."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adw.adapters.github.connection import Access, Connection
from adw.adapters.github.issues import GitHubIssues
from adw.adapters.github.pull_requests import PullRequests, PullRequestText
from adw.adapters.github.reference import IssueReference
from adw.adapters.github.server import Server
from adw.adapters.github.status_comment import StatusComment
from adw.errors import AuthenticationError, RemoteError, UsageError
from tests.servers.github_mock import mock

REPOSITORY = "octocat/Hello-World"
ISSUE = IssueReference(REPOSITORY, 1347)
TEXT = PullRequestText("Amazing new feature", "Closes #1347.")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with mock() as running:
        yield running


@pytest.fixture
def github(address) -> Iterator[Connection]:
    def sleep(seconds: float) -> None:
        raise AssertionError(f"nothing is limited here, yet {seconds} s are waited for")

    with Connection(Access(Server.at(address), "token", lambda: datetime.now(UTC), sleep)) as connection:
        yield connection


def answering(github: Connection, how: str) -> Connection:
    """The mock picks what it answers by a header that GitHub does not know."""
    github._client.headers["prefer"] = how
    return github


def test_an_issue_is_read_as_documented(github):
    issue = GitHubIssues(github).fetch(str(ISSUE))
    assert (issue.key, issue.source) == ("1347", str(ISSUE))
    assert issue.title == "Found a bug"
    assert issue.labels == ("bug",)
    assert issue.body.startswith("I'm having a problem with this.")
    assert issue.body.endswith("Comment by octocat:\n\nMe too")


def test_a_pull_request_is_told_from_an_issue_as_documented(github):
    with pytest.raises(UsageError, match="is a pull request"):
        GitHubIssues(answering(github, "example=pinned_comment")).fetch(str(ISSUE))


def test_a_comment_is_written_and_edited_as_documented(github):
    comment = StatusComment(github, ISSUE)
    assert comment.say("at work").startswith("https://github.com/octocat/Hello-World/issues/1347#issuecomment")
    assert github.edit(f"/repos/{REPOSITORY}/issues/comments/1", "a comment", {"body": "done"})["id"] == 1


def test_a_pull_request_is_found_opened_and_edited_as_documented(github):
    pulls = PullRequests(github, REPOSITORY)
    with pytest.raises(AuthenticationError, match="may not write"):  # so says the example
        pulls.base("feature/cart")
    assert github.get(f"/repos/{REPOSITORY}/branches/feature%2Fcart", "a branch")["name"]
    opened = pulls._open("adw/1347-run", "master", TEXT, draft=True)
    assert opened == pulls.show("adw/1347-run", "master", TEXT, draft=True)
    assert opened == "https://github.com/octocat/Hello-World/pull/1347"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"title": "no head or base"}, "required property"),
        ({"title": 1, "head": "a", "base": "b"}, "string"),
        ({"title": "x", "head": "a", "base": "b", "draft": "no"}, "boolean"),
    ],
)
def test_the_mock_does_judge(github, content, why):
    with pytest.raises(RemoteError, match="422"):
        github.create(f"/repos/{REPOSITORY}/pulls", "a pull request", content)
    response = github._client.post(f"{github.server.api}/repos/{REPOSITORY}/pulls", json=content)
    assert why in response.headers["sl-violations"]


@pytest.mark.parametrize(
    ("code", "kind"), [(404, UsageError), (410, UsageError), (403, AuthenticationError), (422, RemoteError)]
)
def test_documented_refusals_are_errors_of_their_kind(github, code, kind):
    with pytest.raises(kind):
        answering(github, f"code={code}").create(f"/repos/{REPOSITORY}/issues/1347/comments", "it", {"body": "x"})
