"""Requests to GitHub's REST API: sent once, or again where that is sure to change nothing, and never for long.

What a response means (its body, the next page, what kind of error it is) is gidgethub's to say, which does no I/O;
httpx2 sends.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx2
from gidgethub import HTTPException, sansio

import adw
from adw.adapters.github.failures import NOT_SENT, Failures, is_limit, is_outage
from adw.adapters.github.server import Server
from adw.adapters.github.waits import asked_wait
from adw.errors import RemoteError

MAX_WAIT_S = 60.0
"""All waits of one request together."""
MAX_REDIRECTS = 3

_BACKOFF_S = (1.0, 2.0)
"""Before the second and the third attempt, where the server asks for no wait of its own."""
_ATTEMPTS = len(_BACKOFF_S) + 1
_TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
_PAGE = "100"
_ACCEPT = "application/vnd.github+json, application/json;q=0.9"
"""GitHub recommends the first, and its description of the API names the second only."""
_VERSION = "2022-11-28"
"""The version of the API that all servers in support know."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where to ask, as whom, and how to wait."""

    server: Server
    token: str
    """Empty: as nobody, which sees public repositories."""
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    """Waits so many seconds."""
    patience_s: float = MAX_WAIT_S


class Connection:
    """Asks one server until it is closed. Its methods raise AuthenticationError, UsageError (not found), RemoteError.

    `subject` says in an error what was asked for: `issue octocat/hello#42`.
    """

    def __init__(self, access: Access) -> None:
        self.server = access.server
        self._access = access
        self._failures = Failures(access.server.host, has_token=bool(access.token))
        self._client = _client(access.token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, subject: str, **query: str) -> Any:
        """The answer's JSON."""
        content, _ = self._ask("GET", self._address(path), subject, query=query)
        return content

    def pages(self, path: str, subject: str, most: int, **query: str) -> Iterator[Any]:
        """The items of a list, page after page; the first `most` pages of 100."""
        for page in range(1, most + 1):
            # Asked for by number: the address that GitHub names for it might be anywhere, and the token goes with it.
            given = {**query, "per_page": _PAGE, "page": str(page)}
            items, following = self._ask("GET", self._address(path), subject, query=given)
            if not isinstance(items, list):
                raise RemoteError(f"GitHub's answer about {subject} is not a list", hint="check GITHUB_API_URL")
            yield from items
            if not following:
                return

    def create(self, path: str, subject: str, content: Mapping[str, object]) -> Any:
        """POST. Not sent again where it may have been done already: look first, then create."""
        created, _ = self._ask("POST", self._address(path), subject, content=content)
        return created

    def edit(self, path: str, subject: str, content: Mapping[str, object]) -> Any:
        """PATCH: the same twice is the same once."""
        edited, _ = self._ask("PATCH", self._address(path), subject, content=content)
        return edited

    def _address(self, path: str) -> str:
        return f"{self.server.api}{path}"

    def _ask(
        self,
        method: str,
        address: str,
        subject: str,
        *,
        query: Mapping[str, str] | None = None,
        content: Mapping[str, object] | None = None,
    ) -> tuple[Any, str | None]:
        """JSON, and where there is a next page its address."""
        left = self._access.patience_s
        for attempt in range(_ATTEMPTS):
            try:
                response = self._client.request(method, address, params=query, json=content)
                body, _, following = sansio.decipher_response(response.status_code, response.headers, response.content)
            except HTTPException as error:
                wait = self._wait(error, method, attempt)
                failure = self._failures.refused(error, subject, self._access.now())
            except httpx2.RequestError as error:
                again = method != "POST" or isinstance(error, NOT_SENT)
                wait = _backoff(attempt) if again else None
                failure = self._failures.unreachable(error)
            except ValueError as error:  # no JSON, or a status that is none
                wait, failure = None, self._failures.unreadable(subject, error)
            else:
                return body, following
            if wait is None or wait > left or attempt == _ATTEMPTS - 1:
                raise failure
            left -= wait
            self._access.sleep(wait)
        raise AssertionError("the last attempt raises")

    def _wait(self, error: HTTPException, method: str, attempt: int) -> float | None:
        """Seconds until the request may be sent again; None: never."""
        if is_limit(error):  # was not done, so it may be sent again whatever it was
            return asked_wait(error.headers, self._access.now())
        if is_outage(error) and method != "POST":
            asked = asked_wait(error.headers, self._access.now(), unknown=0.0)
            return max(asked, _backoff(attempt))
        return None


def _client(token: str) -> httpx2.Client:
    requester = f"adw/{adw.__version__}"
    headers = sansio.create_headers(requester, accept=_ACCEPT, oauth_token=token or None)
    # A repository that was renamed answers by a redirect; on one to another server httpx2 leaves the token out.
    return httpx2.Client(
        headers={**headers, "x-github-api-version": _VERSION},
        timeout=_TIMEOUT,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
    )


def _backoff(attempt: int) -> float:
    return _BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)]
