"""Issues on GitHub: title, body, labels, and what people who belong to the repository have added."""

import re
from collections.abc import Iterable

from adw.adapters.github.answers import CommentAnswer, IssueAnswer, read_answer
from adw.adapters.github.connection import Connection
from adw.adapters.github.reference import IssueReference, pull_request, read_reference
from adw.adapters.github.server import REPOSITORY
from adw.adapters.github.status_comment import is_status
from adw.context.issue_text import clean
from adw.domain.issue import Issue
from adw.errors import RemoteError, UsageError

MAX_COMMENTS = 60_000
"""Characters of all comments together; of more the newest are taken."""

_PAGES = 20
_PLACE = re.compile(rf"https?://[^/]+/(?P<repository>{REPOSITORY.pattern})/(?P<kind>issues|pull)/[0-9]+")


class GitHubIssues:
    """IssueSource for issues of one server. `here` is `owner/name` of the repository that a bare number means."""

    def __init__(self, connection: Connection, here: str = "") -> None:
        self._connection = connection
        self._here = here

    def fetch(self, reference: str) -> Issue:
        """See the port. Raises AuthenticationError and RemoteError too."""
        asked = self._whole(read_reference(reference, self._connection.server))
        path = f"/repos/{asked.repository}/issues/{asked.number}"
        subject = f"issue {asked}"
        found = read_answer(IssueAnswer, self._connection.get(path, subject), subject)
        there = _place(found)
        if found.pull_request is not None:
            raise pull_request(there)
        title = " ".join(clean(found.title).split())
        if not title:
            raise UsageError(f"{subject} has no title", hint="say in a few words what should be done")
        comments = self._comments(f"/repos/{there.repository}/issues/{there.number}/comments", subject)
        return Issue(
            key=str(there.number),
            title=title,
            body="\n\n".join(filter(None, (clean(found.body or "").strip(), *comments))),
            source=str(there),
            labels=tuple(filter(None, (" ".join(clean(name).split()) for name in found.label_names))),
        )

    def _whole(self, asked: IssueReference) -> IssueReference:
        if not asked.repository and not self._here:
            raise UsageError(
                f"issue {asked.number} of which repository? The remote `origin` is not one on "
                f"{self._connection.server.host}",
                hint=f"name it: owner/repo#{asked.number}; a file of that name: ./{asked.number}",
            )
        return IssueReference(asked.repository or self._here, asked.number)

    def _comments(self, path: str, subject: str) -> list[str]:
        """Those of people who belong to the repository, oldest first, each under a line that says whose it is."""
        items = self._connection.pages(path, subject, _PAGES)
        told = [text for text in map(_told, (read_answer(CommentAnswer, item, subject) for item in items)) if text]
        kept = _newest(told)
        lost = len(told) - len(kept)
        return [*([f"({lost} earlier comments are left out.)"] if lost else []), *kept]


def _place(found: IssueAnswer) -> IssueReference:
    """Where the issue is now: it may have been moved, or its repository renamed."""
    place = _PLACE.match(found.html_url)
    if place is None:
        raise RemoteError("GitHub's answer does not say where the issue is", hint="check GITHUB_API_URL")
    return IssueReference(place["repository"], found.number)


def _told(comment: CommentAnswer) -> str:
    body = comment.body or ""
    if comment.by_bot or not comment.by_writer or is_status(body):
        return ""
    text = clean(body).strip()
    author = comment.user.login if comment.user else ""
    return f"Comment by {author or 'a maintainer'}:\n\n{text}" if text else ""


def _newest(told: Iterable[str]) -> list[str]:
    """As many of the last as fit."""
    kept: list[str] = []
    room = MAX_COMMENTS
    for text in reversed(list(told)):
        room -= len(text)
        if room < 0:
            break
        kept.insert(0, text)
    return kept
