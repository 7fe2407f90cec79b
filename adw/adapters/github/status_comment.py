"""The one comment on an issue that says how ADW's run stands. It is edited, so that there are not many."""

from adw.adapters.github.answers import CommentAnswer, read_answer
from adw.adapters.github.connection import Connection
from adw.adapters.github.reference import IssueReference

MARKER = "<!-- adw:status -->"
"""Begins the comment; its page does not show it."""

_PAGES = 20


def is_status(body: str) -> bool:
    """Whether a comment with that text is one of ADW's own."""
    return body.lstrip().startswith(MARKER)


class StatusComment:
    """The comment on one issue."""

    def __init__(self, connection: Connection, issue: IssueReference) -> None:
        self._connection = connection
        self._issue = issue

    def say(self, text: str) -> str:
        """Make the comment say `text`, whether it is there already or not. Returns its address."""
        issue, content = self._issue, {"body": f"{MARKER}\n{text}"}
        subject = f"a comment on issue {issue}"
        known = self._find()
        if known is None:
            path = f"/repos/{issue.repository}/issues/{issue.number}/comments"
            made = self._connection.create(path, subject, content)
        else:
            path = f"/repos/{issue.repository}/issues/comments/{known.id}"
            made = self._connection.edit(path, subject, content)
        return read_answer(CommentAnswer, made, subject).html_url

    def _find(self) -> CommentAnswer | None:
        """The first that begins with the marker. One that an outsider has written counts for nothing."""
        path, subject = f"/repos/{self._issue.repository}/issues/{self._issue.number}/comments", f"issue {self._issue}"
        for item in self._connection.pages(path, subject, _PAGES):
            comment = read_answer(CommentAnswer, item, subject)
            if is_status(comment.body or "") and (comment.by_writer or comment.by_bot):
                return comment
        return None
