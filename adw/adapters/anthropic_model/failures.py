"""What the SDK raises, as errors of ADW."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import anthropic

from adw.adapters.anthropic_model.attempts import asked_wait
from adw.context.redact import Redactor
from adw.errors import AdwError, AuthenticationError, ModelError

SHOWN = 300
"""Characters of an answer that is no error of the API (a proxy's page) that a message shows."""

_OVERLOADED = 529
_SERVER_ERRORS = 500
_TRANSIENT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
_HINTS: dict[int, str] = {
    HTTPStatus.PAYMENT_REQUIRED: "check the account's billing",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the request is too large: lower `max_file_lines` or `safe_utilization`",
    HTTPStatus.TOO_MANY_REQUESTS: "the account's rate limit is met: wait, or run fewer at once; `adw resume` goes on",
    _OVERLOADED: "the API is overloaded: `adw resume` goes on later",
}


@dataclass(frozen=True, slots=True)
class Failures:
    """Says what went wrong, without secrets. `host` and `model` are those that were asked.

    Every ModelError is `retried`: where the SDK has not tried again itself, the same request would fail again.
    """

    host: str
    model: str
    timeout_s: float
    max_wait_s: float
    redact: Redactor

    def translate(self, error: anthropic.AnthropicError, now: datetime) -> AdwError:
        """The error of ADW; `now` is for waits that the server gives as a date."""
        if isinstance(error, anthropic.APIStatusError):
            return self._status(error, now)
        if isinstance(error, anthropic.APITimeoutError):
            text = f"no answer from {self.host} within {self.timeout_s:g} s, asked more than once"
            return ModelError(text, hint="check the network; `adw resume` goes on", retried=True)
        cause = self.redact.text(str(error.__cause__ or error))
        return ModelError(
            f"cannot reach {self.host}: {cause}",
            hint="check the network and ANTHROPIC_BASE_URL; `adw resume` goes on",
            retried=True,
        )

    def _status(self, error: anthropic.APIStatusError, now: datetime) -> AdwError:
        status = error.status_code
        said = self.redact.text(_said(error))
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return AuthenticationError(
                f"{self.host} refuses the credentials ({status}): {said}",
                hint="check ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN",
            )
        if status == HTTPStatus.NOT_FOUND:
            return self._not_found(error, said)
        if status in _TRANSIENT or status >= _SERVER_ERRORS:
            return self._transient(error, said, now)
        text = f"{self.host} refuses the request ({status}): {said}"
        return ModelError(text, hint=_HINTS.get(status, ""), retried=True)

    def _not_found(self, error: anthropic.APIStatusError, said: str) -> ModelError:
        if error.type == "not_found_error":
            return ModelError(
                f"{self.host} does not know the model {self.model!r}: {said}",
                hint="check the model's name, and that the account may use it",
                retried=True,
            )
        return ModelError(
            f"{self.host} has no Messages API at {error.request.url.path} (404): {said}",
            hint="check ANTHROPIC_BASE_URL",
            retried=True,
        )

    def _transient(self, error: anthropic.APIStatusError, said: str, now: datetime) -> ModelError:
        attempts = int(error.request.headers.get("x-stainless-retry-count", "0")) + 1
        wait = asked_wait(error.response.headers, now)
        text = f"{self.host} failed ({error.status_code}) after {attempts} attempt{'s'[: attempts - 1]}: {said}"
        if wait > self.max_wait_s:
            text += f"; it asks to wait {wait:.0f} s, and ADW waits {self.max_wait_s:g} s at most"
        hint = _HINTS.get(error.status_code, "`adw resume` goes on")
        return ModelError(text, hint=hint, retried=True)


def _said(error: anthropic.APIStatusError) -> str:
    """The API's message; or the beginning of what came instead of it."""
    return (error.api_message or " ".join(str(error.body or "no reason given").split()))[:SHOWN]
