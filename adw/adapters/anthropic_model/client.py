"""The model client: one request, one streamed answer."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any, cast
from urllib.parse import urlsplit

import anthropic
import httpx2

from adw.adapters.anthropic_model.answer import Reading
from adw.adapters.anthropic_model.attempts import Attempts
from adw.adapters.anthropic_model.failures import Failures
from adw.adapters.anthropic_model.lines import Lines, interruptible
from adw.adapters.anthropic_model.request import Wire, to_wire
from adw.context.redact import Redactor
from adw.domain.messages import Answer, ModelRequest
from adw.errors import AuthenticationError, ConfigError, Interrupted, ModelError
from adw.ports import Clock, StopSignal

BASE_URL = "https://api.anthropic.com"
RETRIES = 2
"""The SDK's: three attempts in all, with its own backoff or what `retry-after` says."""
CONNECT_S = 10.0
NO_KEY = "set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or answer from a recording with --replay"


class AnthropicModel:
    """Asks models behind the Messages API at `base_url` (None: Anthropic's own).

    The key goes before the token. Both come from the caller alone: the SDK would look for others in the environment
    and in profile files. `timeout_s` is how long the server may stay silent, `max_wait_s` the longest `retry-after`
    that is obeyed: a server that asks for more gets no second attempt. `diagnoses`: whether the server can say why the
    prompt cache was missed (None: Anthropic's own can).

    Raises at construction AuthenticationError where there is no key, ConfigError for a base URL that is none.
    """

    def __init__(  # noqa: PLR0913 - each is one fact of the outside
        self,
        *,
        api_key: str | None,
        auth_token: str | None,
        base_url: str | None,
        stop: StopSignal,
        clock: Clock,
        timeout_s: float = 600,
        max_wait_s: float = 60,
        diagnoses: bool | None = None,
    ) -> None:
        secret = _credential(api_key or auth_token)
        base_url = base_url or BASE_URL
        self._diagnoses = base_url == BASE_URL if diagnoses is None else diagnoses
        self._stop = stop
        self._clock = clock
        self._timeout_s = timeout_s
        self._max_wait_s = max_wait_s
        self._redact = Redactor((secret,))
        self._host = _host(base_url)
        self._lines = Lines()
        self._diagnosed = ""
        """The id of the last message whose request is kept by the API for comparison."""
        timeout = anthropic.Timeout(timeout_s, connect=min(timeout_s, CONNECT_S))
        self._client = anthropic.Anthropic(
            api_key=secret if api_key else None,
            auth_token=None if api_key else secret,
            base_url=base_url,
            timeout=timeout,
            max_retries=RETRIES,
            default_headers=_pinned(secret),
            http_client=anthropic.DefaultHttpxClient(timeout=timeout, event_hooks={"request": [self._lines.watch]}),
            open_telemetry=False,
        )

    def complete(self, request: ModelRequest) -> Answer:
        """One answer, whole.

        Raises AuthenticationError (401, 403), Interrupted within a fraction of a second of the stop signal, and
        ModelError for all else: with `retried` where the SDK's retries are used up or are no use, with `usage` where
        the answer broke off after it had begun.
        """
        if self._stop.is_set():
            raise Interrupted("stopped before the model was asked")
        wire = to_wire(self._asked(request), self._diagnosed)
        given_up = Event()

        def give_up() -> None:
            given_up.set()
            self._lines.cut()

        return interruptible(partial(self._ask, wire, given_up), self._stop, give_up)

    def _asked(self, request: ModelRequest) -> ModelRequest:
        """Another server than Anthropic's own may take what it does not know for an error."""
        return request if self._diagnoses else replace(request, diagnose=False)

    def _ask(self, wire: Wire, given_up: Event) -> Answer:
        began = self._clock.monotonic()
        with self._open(wire, given_up) as stream:
            reading = self._read(stream.response)
            self._diagnosed = reading.message_id if "diagnostics" in wire else ""
            request_id = stream.response.headers.get("request-id", "")
        return reading.answer(request_id, self._clock.monotonic() - began)

    def _open(self, wire: Wire, given_up: Event) -> anthropic.Stream[Any]:
        """The stream of an answer that has begun."""
        client = self._client.with_middleware(Attempts(given_up, self._max_wait_s, self._clock.now))
        try:
            return cast("anthropic.Stream[Any]", client.messages.create(**wire, stream=True))
        except anthropic.AnthropicError as error:
            failures = Failures(self._host, wire["model"], self._timeout_s, self._max_wait_s, self._redact)
            raise failures.translate(error, self._clock.now()) from error
        except UnicodeEncodeError as error:
            raise ModelError(
                "the request holds half a character (a lone surrogate), which no encoding can carry",
                hint="a file of the repository is not in the encoding that it was read in",
                retried=True,
            ) from error

    def _read(self, response: httpx2.Response) -> Reading:
        reading = Reading()
        try:
            for event in anthropic.Stream.raw_events(response):
                reading.feed(event.event, event.data)
        except httpx2.HTTPError as error:
            # What a connection does after the answer is whole is of no interest.
            if not reading.whole:
                raise self._cut(reading, str(error)) from error
        except ValueError as error:
            raise self._cut(reading, "an event came that the Messages API does not send") from error
        if not reading.begun:
            kind = response.headers.get("content-type", "no type")
            raise ModelError(
                f"{self._host} sent {kind} where a stream of the Messages API belongs",
                hint="check ANTHROPIC_BASE_URL",
                retried=True,
            )
        if not reading.whole:
            raise self._cut(reading, "the stream ended early")
        return reading

    def _cut(self, reading: Reading, cause: str) -> ModelError:
        text = f"the answer from {self._host} was cut off: {self._redact.text(cause)}"
        return ModelError(text, hint="`adw resume` asks again", usage=reading.usage)


def _credential(secret: str | None) -> str:
    secret = (secret or "").strip()
    if not secret:
        raise AuthenticationError("there is no key for the model's API", hint=NO_KEY)
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        raise AuthenticationError(
            "the key for the model's API holds characters that no key has", hint="check how it was pasted or quoted"
        )
    return secret


def _host(base_url: str) -> str:
    """Host and port, for messages: user information in a URL is secret."""
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(
            "the base URL of the model's API is no http or https URL", hint="ANTHROPIC_BASE_URL=https://host[:port]"
        )
    return parts.netloc.rpartition("@")[2]


def _pinned(secret: str) -> Mapping[str, str]:
    """Headers that ANTHROPIC_CUSTOM_HEADERS, which the SDK reads by itself, cannot replace with other credentials."""
    # `Omit` takes a header out; the SDK's own merging relies on it, its annotation leaves it out.
    return cast("Mapping[str, str]", {"Authorization": f"Bearer {secret}", "X-Api-Key": anthropic.Omit()})
