"""Pull requests of one repository."""

from dataclasses import dataclass
from urllib.parse import quote

from adw.adapters.github.answers import PullRequestAnswer, RepositoryAnswer, read_answer
from adw.adapters.github.connection import Connection
from adw.errors import AuthenticationError, RemoteError, UsageError

_PAGES = 1


@dataclass(frozen=True, slots=True)
class PullRequestText:
    title: str
    body: str


class PullRequests:
    """`repository` is `owner/name`."""

    def __init__(self, connection: Connection, repository: str) -> None:
        self._connection = connection
        self._repository = repository

    def base(self, branch: str) -> str:
        """Where changes that began on `branch` are to go: that branch if GitHub has it, else the default one.

        Raises AuthenticationError where the token says that it may not write, before anything is spent.
        """
        path, subject = f"/repos/{self._repository}", f"repository {self._repository}"
        found = read_answer(RepositoryAnswer, self._connection.get(path, subject), subject)
        if found.permissions is not None and found.permissions.only_read:
            raise AuthenticationError(
                f"the token may not write to {self._repository}, so no pull request could be opened",
                hint="docs/github.md names the rights that it needs",
            )
        if not branch or branch == found.default_branch:
            return found.default_branch
        try:
            self._connection.get(f"{path}/branches/{quote(branch, safe='')}", f"branch {branch}")
        except UsageError:
            return found.default_branch
        return branch

    def show(self, head: str, base: str, text: PullRequestText, *, draft: bool) -> str:
        """Have one pull request for the branch `head`: open it, or edit the one that is there. Returns its address.

        One that people have closed is edited, not opened again.
        """
        known = self._find(head)
        if known is not None:
            return self._edit(known, text)
        try:
            return self._open(head, base, text, draft=draft)
        except RemoteError as error:
            # It may be there all the same: opened meanwhile, or in a request whose answer was lost.
            known = self._find(head)
            if known is not None:
                return self._edit(known, text)
            if draft and "draft" in error.message.lower():  # not every plan of GitHub's has drafts
                return self._open(head, base, text, draft=False)
            raise

    def _open(self, head: str, base: str, text: PullRequestText, *, draft: bool) -> str:
        content = {"title": text.title, "body": text.body, "head": head, "base": base, "draft": draft}
        return self._address(self._connection.create(self._path, self._subject, content))

    def _edit(self, known: PullRequestAnswer, text: PullRequestText) -> str:
        content = {"title": text.title, "body": text.body}
        return self._address(self._connection.edit(f"{self._path}/{known.number}", self._subject, content))

    @property
    def _path(self) -> str:
        return f"/repos/{self._repository}/pulls"

    @property
    def _subject(self) -> str:
        return f"pull request of {self._repository}"

    def _address(self, made: object) -> str:
        return read_answer(PullRequestAnswer, made, self._subject).html_url

    def _find(self, head: str) -> PullRequestAnswer | None:
        """The open one of that branch, else the newest of those that are closed."""
        owner = self._repository.partition("/")[0]
        query = {"head": f"{owner}:{head}", "state": "all", "sort": "created", "direction": "desc"}
        items = self._connection.pages(self._path, self._subject, _PAGES, **query)
        known = [read_answer(PullRequestAnswer, item, self._subject) for item in items]
        return next((one for one in known if one.state == "open"), known[0] if known else None)
