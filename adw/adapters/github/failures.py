"""What GitHub refuses, and what the way to it does, as errors of ADW."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import httpx2
from gidgethub import HTTPException

from adw.adapters.github.waits import asked_wait
from adw.errors import AdwError, AuthenticationError, RemoteError, UsageError

NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""What happens before a request is under way."""

_SHOWN = 300
_SERVER_ERRORS = 500
_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_SET = "set GH_TOKEN to a token that may read the repository"
_CHECK = "check GH_TOKEN (it goes before GITHUB_TOKEN): it needs the rights that docs/github.md names"


def is_limit(error: HTTPException) -> bool:
    """Whether a rate limit was met, the hourly one or a secondary one: the request was not carried out."""
    if error.status_code is HTTPStatus.TOO_MANY_REQUESTS:
        return True
    if error.status_code is not HTTPStatus.FORBIDDEN:
        return False
    headers = error.headers
    spent = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return spent or "rate limit" in str(error).lower()


def is_outage(error: HTTPException) -> bool:
    """Whether GitHub itself is in trouble."""
    return error.status_code >= _SERVER_ERRORS


@dataclass(frozen=True, slots=True)
class Failures:
    """Says what went wrong. No token stands in what GitHub says, and none is put there."""

    host: str
    has_token: bool

    def refused(self, error: HTTPException, subject: str, now: datetime) -> AdwError:
        """The error for an answer that is none."""
        status, said = error.status_code, _first_words(error)
        if is_limit(error):
            wait = asked_wait(error.headers, now)
            more = "" if self.has_token else "; with a token in GH_TOKEN the limit is far higher"
            return RemoteError(
                f"{self.host} has limited the rate of requests: {said}", hint=f"try again in {wait:.0f} s{more}"
            )
        if status in _REFUSED:
            who = "refuses the token" if self.has_token else "wants a token"
            return AuthenticationError(
                f"{self.host} {who} for {subject} ({status:d}): {said}", hint=_CHECK if self.has_token else _SET
            )
        if status in _MISSING:
            blind = "the token may not be allowed to see it" if self.has_token else f"if it is private, {_SET}"
            return UsageError(f"there is no {subject} on {self.host}", hint=f"check the name; {blind}")
        if is_outage(error):
            return RemoteError(f"{self.host} is in trouble ({status:d}): {said}", hint="try again later")
        return RemoteError(f"{self.host} does not accept the request for {subject} ({status:d}): {said}")

    def unreachable(self, error: httpx2.RequestError) -> RemoteError:
        """The error for no answer at all."""
        hint = "check the network and GITHUB_API_URL"
        return RemoteError(f"cannot reach {self.host}: {_first_words(error) or type(error).__name__}", hint=hint)

    def unreadable(self, subject: str, error: ValueError) -> RemoteError:
        """The error for an answer that is not what the API says."""
        hint = "check GITHUB_API_URL; a proxy may have answered"
        return RemoteError(f"{self.host}'s answer about {subject} cannot be read: {_first_words(error)}", hint=hint)


def _first_words(error: Exception) -> str:
    said = " ".join(str(error).split())
    return said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"
