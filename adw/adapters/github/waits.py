"""How long GitHub asks a client to wait.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: `retry-after` if there is one, else
until `x-ratelimit-reset` where nothing remains, else at least a minute.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNKNOWN_S = 60.0


def asked_wait(headers: Mapping[str, str], now: datetime, *, unknown: float = _UNKNOWN_S) -> float:
    """Seconds, never negative; `unknown` where the headers say nothing."""
    given = headers.get("retry-after", "")
    if given:
        return max(_seconds(given, now, unknown), 0.0)
    if headers.get("x-ratelimit-remaining") == "0":
        try:
            return max(float(headers.get("x-ratelimit-reset", "")) - now.timestamp(), 0.0)
        except ValueError:
            return unknown
    return unknown


def _seconds(given: str, now: datetime, unknown: float) -> float:
    """Of a number of seconds or a date."""
    try:
        return float(given)
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return unknown
    return (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
