"""The SDK's retries, kept within bounds."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Any

import anthropic
import httpx2

from adw.errors import Interrupted


def asked_wait(headers: httpx2.Headers, now: datetime) -> float:
    """Seconds that a response asks to wait (`retry-after-ms`, or `retry-after` in seconds or as a date); else 0."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return float(headers.get(name, "")) * unit
        except ValueError:
            continue
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return 0.0
    return (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()


class Attempts(anthropic.Middleware):
    """Runs once for each attempt of one call, inside the SDK's retry loop.

    Where the server asks for a longer wait than `max_wait_s`, it answers for the server that a retry is no use
    (`x-should-retry`, which the SDK obeys). Once `given_up` is set, nothing more is sent.
    """

    def __init__(self, given_up: Event, max_wait_s: float, now: Callable[[], datetime]) -> None:
        self._given_up = given_up
        self._max_wait_s = max_wait_s
        self._now = now

    def handle(self, request: anthropic.APIRequest, call_next: anthropic.CallNext) -> anthropic.APIResponse[Any]:
        if self._given_up.is_set():
            raise Interrupted("stopped while the model was answering")
        response = call_next(request)
        if asked_wait(response.headers, self._now()) > self._max_wait_s:
            response.headers["x-should-retry"] = "false"
        return response
