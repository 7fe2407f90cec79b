"""GitHub, as far as a command needs it. Nothing of it is imported where nothing is asked of it."""

import time
from typing import TYPE_CHECKING

from adw.adapters.clock import SystemClock
from adw.adapters.file_issues import FileIssues
from adw.adapters.git.push import Origin
from adw.adapters.github.reference import names_an_issue
from adw.adapters.github.server import Server
from adw.config import Environment
from adw.domain.issue import Issue
from adw.wiring.house import House

if TYPE_CHECKING:
    from adw.adapters.github.connection import Connection


def fetch_issue(house: House, reference: str) -> Issue:
    """From GitHub where `reference` can only mean that, else from a file or standard input."""
    if not names_an_issue(reference):
        return FileIssues(house.place.folder, house.place.stdin).fetch(reference)
    from adw.adapters.github.issues import GitHubIssues  # noqa: PLC0415 - sends: half a second of imports

    with connection(house) as github:
        return GitHubIssues(github, repository_here(house)).fetch(reference)


def server_of(house: House) -> Server:
    """github.com, or what GITHUB_API_URL says. Raises ConfigError."""
    return Server.at(house.environment.github_api_url)


def login(environment: Environment) -> dict[str, str]:
    """What git is given for where the user has no credentials of his own, as adapters of git take it."""
    return {"token": _token(environment), "host": Server.at(environment.github_api_url).host}


def repository_here(house: House) -> str:
    """`owner/name` of the remote `origin`; empty where that is none of the server's."""
    return server_of(house).repository(Origin(house.repository).url())


def connection(house: House, patience_s: float | None = None) -> "Connection":
    """`patience_s`: the most that one request may wait, where it is not as usual."""
    from adw.adapters.github.connection import MAX_WAIT_S, Access, Connection  # noqa: PLC0415 - sends

    patience = MAX_WAIT_S if patience_s is None else patience_s
    return Connection(Access(server_of(house), token(house), SystemClock().now, time.sleep, patience))


def token(house: House) -> str:
    """Empty where there is none."""
    return _token(house.environment)


def _token(environment: Environment) -> str:
    """Empty where there is none."""
    known = environment.github_token
    return known.get_secret_value() if known else ""
