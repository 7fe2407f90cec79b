"""One line of Claude Code's logs: the answer that it bills, if it is one.

What is known of the formats, from logs and from those who read them. Session logs (`projects/<project>/<session>.jsonl`
and, for sub-agents, folders below) have `timestamp`, `sessionId`, `requestId` and a `message` as the API gave it; the
lines of one answer repeat its usage, which grows while it streams. `claude -p --output-format stream-json` has
`session_id`, no times, and ends with a line of type `result` whose sums hold for the whole conversation.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adw.domain.usage import Usage

NOT_A_MODEL = "<synthetic>"
"""Claude Code's name for answers that it made itself: nobody was asked and nothing was billed."""
MOST_TOKENS = 10**9
"""In one class of one call. No window is within a factor of a hundred of it: more is no count but an accident."""
UNKNOWN = "unknown"
"""The model of an answer that does not name one: it has no price."""
_BILLING = b'"usage"'
_ID_LENGTH = 100
"""Characters of an id that are kept as they are."""

Tokens = Annotated[int, Field(ge=0, le=MOST_TOKENS, strict=True)]


class _Open(BaseModel):
    """The format is another program's and grows: what is not known is left alone."""

    model_config = ConfigDict(extra="ignore")


class _Writes(_Open):
    ephemeral_5m_input_tokens: Tokens | None = None
    ephemeral_1h_input_tokens: Tokens | None = None


class _Billed(_Open):
    input_tokens: Tokens
    output_tokens: Tokens
    cache_read_input_tokens: Tokens | None = None
    cache_creation_input_tokens: Tokens | None = None
    cache_creation: _Writes | None = None


class _ModelSum(_Open):
    """A value of a result's `modelUsage`."""

    inputTokens: Tokens  # noqa: N815 - the log's own names
    outputTokens: Tokens  # noqa: N815
    cacheReadInputTokens: Tokens = 0  # noqa: N815
    cacheCreationInputTokens: Tokens = 0  # noqa: N815


class _Message(_Open):
    id: str | None = None
    model: str | None = None
    usage: _Billed | None = None


class _Line(_Open):
    type: str = ""
    uuid: str | None = None
    timestamp: datetime | None = None
    sessionId: str | None = None  # noqa: N815
    session_id: str | None = None
    requestId: str | None = None  # noqa: N815
    isSidechain: bool | None = None  # noqa: N815
    isApiErrorMessage: bool | None = None  # noqa: N815
    parent_tool_use_id: str | None = None
    version: str | None = None
    message: _Message | None = None
    usage: _Billed | None = None
    modelUsage: dict[str, _ModelSum] | None = None  # noqa: N815
    duration_ms: float | None = None
    is_error: bool | None = None


Kind = Literal["torn", "numbers", "time"]
"""Why a line was left out: no JSON; a count that is missing, negative, huge or no whole number; no time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a model, as one line tells it."""

    key: str
    """The same for every line of the answer, in whatever file: of message id and request id where it has both."""
    session: str
    """Empty where the line does not name it."""
    model: str
    usage: Usage
    at: datetime | None
    """UTC; None in stream-json."""
    is_agent: bool
    """Whether a sub-agent asked."""
    failed: bool
    version: str
    """Claude Code's."""


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a stream-json file: what its session was billed, by model."""

    key: str
    """The same wherever the line is copied to."""
    session: str
    by_model: Mapping[str, Usage]
    """Under an empty name where the line does not tell models apart."""
    cumulative: bool
    """Whether a later result of the session holds this one's tokens, too."""
    failed: bool
    duration_s: float


def read_line(raw: bytes, session: str) -> Answer | Result | Kind | None:
    """What the line bills; why that is not to be said; None where it bills nothing.

    `session`: whose log the file is by its name.
    """
    if _BILLING not in raw:
        return None
    line = _parsed(raw)
    if not isinstance(line, _Line):
        return line
    if line.type == "result":
        return _result(line, raw)
    message = line.message
    if message is None or message.usage is None or message.model == NOT_A_MODEL:
        return None
    at = _utc(line.timestamp)
    if at is None and (line.timestamp or line.session_id is None):
        return "time"
    named = _short(line.sessionId or line.session_id or session)
    return Answer(
        key=_key(line, named, raw),
        session=named,
        model=plain_name(message.model or UNKNOWN),
        usage=_usage(message.usage),
        at=at,
        is_agent=bool(line.isSidechain or line.parent_tool_use_id),
        failed=bool(line.isApiErrorMessage),
        version=plain_name(line.version or ""),
    )


def _parsed(raw: bytes) -> _Line | Kind | None:
    try:
        return _Line.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] != "json_invalid":
        return _reason(first["loc"])
    try:  # half of a surrogate pair: programs write it, and Python reads it
        return _Line.model_validate(json.loads(raw))
    except ValidationError as error:
        return _reason(error.errors(include_url=False)[0]["loc"])
    except (ValueError, RecursionError):
        return "torn"


def _reason(where: tuple[int | str, ...]) -> Kind | None:
    if where[:1] == ("timestamp",):
        return "time"
    # A line of another kind may use the same names for other things: nothing of it is billed.
    return "numbers" if "usage" in where or "modelUsage" in where else None


def _key(line: _Line, session: str, raw: bytes) -> str:
    """Gateways leave out the request id, and some number their messages anew in each session.

    Where there is no message id either, a line stands for itself: by its own id, else by what it says.
    """
    message_id = line.message.id if line.message else None
    if message_id and line.requestId:
        parts: tuple[str, ...] = (message_id, line.requestId)
    elif message_id:
        parts = ("", session, message_id)
    else:
        parts = ("", session, line.uuid or _digest(raw))
    return ":".join(("claude-code", *map(_short, parts)))


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw.strip()).hexdigest()


def _short(name: str) -> str:
    """An id as it is; a hash of one that is no id, so that no log fills the ledger."""
    if len(name) <= _ID_LENGTH and name.isprintable() and " " not in name:
        return name
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def plain_name(name: str) -> str:
    """A name that every database and terminal takes: PostgreSQL refuses a zero."""
    short = name[:_ID_LENGTH]
    return short if short.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in short)


def _usage(billed: _Billed) -> Usage:
    writes = billed.cache_creation or _Writes()
    short, long = writes.ephemeral_5m_input_tokens or 0, writes.ephemeral_1h_input_tokens or 0
    written = billed.cache_creation_input_tokens
    if written is None:
        written = short + long
    long = min(long, written)
    return Usage(
        fresh=billed.input_tokens,
        cache_read=billed.cache_read_input_tokens or 0,
        cache_write_5m=written - long,
        cache_write_1h=long,
        output=billed.output_tokens,
    )


def _result(line: _Line, raw: bytes) -> Result | None:
    by_model = {plain_name(name): _model_usage(one) for name, one in (line.modelUsage or {}).items()}
    billed = _usage(line.usage) if line.usage else Usage()
    if len(by_model) == 1:
        # Only the sum over all models tells how long writes to the cache are kept.
        name, usage = next(iter(by_model.items()))
        long = min(billed.cache_write_1h, usage.cache_write_5m)
        by_model[name] = Usage(usage.fresh, usage.cache_read, usage.cache_write_5m - long, long, usage.output)
    session = line.session_id or line.sessionId
    if not session or not (by_model or line.usage):
        return None
    return Result(
        key=":".join(("claude-code", "", *map(_short, (session, line.uuid or _digest(raw))))),
        session=_short(session),
        by_model=by_model or {"": billed},
        cumulative=bool(by_model),
        failed=bool(line.is_error),
        duration_s=max(0.0, (line.duration_ms or 0.0) / 1000),
    )


def _model_usage(one: _ModelSum) -> Usage:
    return Usage(
        fresh=one.inputTokens,
        cache_read=one.cacheReadInputTokens,
        cache_write_5m=one.cacheCreationInputTokens,
        output=one.outputTokens,
    )


def _utc(at: datetime | None) -> datetime | None:
    """None also for what is no time in UTC: the first hours of the year 1 somewhere else."""
    if at is None or at.tzinfo is None:
        return at.replace(tzinfo=UTC) if at else None
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return None
