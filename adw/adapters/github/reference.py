"""How people name an issue on GitHub: `42`, `#42`, `owner/repo#42`, or its address."""

import re
from dataclasses import dataclass

from adw.adapters.github.server import REPOSITORY, Server
from adw.errors import UsageError

_NUMBER = r"(?P<number>[1-9][0-9]{0,17})"
_BARE = re.compile(rf"#?{_NUMBER}")
_NAMED = re.compile(rf"(?P<repository>{REPOSITORY.pattern})#{_NUMBER}")
_ADDRESS = re.compile(
    rf"https?://(?P<host>[^/\s@]+)/(?P<repository>{REPOSITORY.pattern})/(?P<kind>issues|pull)/{_NUMBER}(?:[/?#].*)?"
)


@dataclass(frozen=True, slots=True)
class IssueReference:
    """`repository` is `owner/name`; empty where only a number was given."""

    repository: str
    number: int

    def __str__(self) -> str:
        return f"{self.repository}#{self.number}"


def names_an_issue(text: str) -> bool:
    """Whether it can only be meant as an issue on GitHub. A file with such a name is called `./42`."""
    return any(form.fullmatch(text) for form in (_BARE, _NAMED)) or bool(re.match(r"https?://", text))


def read_reference(text: str, server: Server) -> IssueReference:
    """The issue that `text` names. Raises UsageError for another server's issue, a pull request, any other address."""
    if found := _BARE.fullmatch(text):
        return IssueReference("", int(found["number"]))
    if found := _NAMED.fullmatch(text):
        return IssueReference(found["repository"], int(found["number"]))
    found = _ADDRESS.fullmatch(text)
    if not found:
        raise UsageError(
            f"{text!r} is not the address of an issue on GitHub",
            hint=f"it looks like https://{server.host}/owner/repo/issues/42",
        )
    host = found["host"].lower().rpartition("@")[2]
    if host.partition(":")[0].removeprefix("www.") != server.host:
        raise UsageError(
            f"the issue is on {host}, and ADW is set up for {server.host}",
            hint=f"set GITHUB_API_URL for it, such as https://{host}/api/v3, and GH_TOKEN to a token of its own",
        )
    reference = IssueReference(found["repository"], int(found["number"]))
    if found["kind"] == "pull":
        raise pull_request(reference)
    return reference


def pull_request(reference: IssueReference) -> UsageError:
    """The error for a number that is a pull request's."""
    return UsageError(
        f"{reference} is a pull request, not an issue",
        hint="name the issue that it is for, or write what is to be done into a file",
    )
