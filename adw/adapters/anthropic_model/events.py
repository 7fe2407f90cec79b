"""The events of an answer's stream, as far as ADW reads them.

Unlike other outside data these may hold more than is named here: the API's versioning policy lets new fields, event
types and block types come at any time.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class CacheWrites(_Part):
    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


class WireUsage(_Part):
    """Tokens; None where the event does not say. `input_tokens` are those outside the cache."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: CacheWrites | None = None


class CacheMiss(_Part):
    """Why the beginning of a request was not in the cache; `type` is `system_changed` and the like."""

    type: str = ""
    cache_missed_input_tokens: int | None = None


class Diagnostics(_Part):
    """None while the comparison is still under way."""

    cache_miss_reason: CacheMiss | None = None


class StartedMessage(_Part):
    id: str = ""
    model: str = ""
    usage: WireUsage = WireUsage()
    diagnostics: Diagnostics | None = None


class MessageStart(_Part):
    type: Literal["message_start"]
    message: StartedMessage


class BlockStart(_Part):
    type: Literal["content_block_start"]
    index: int
    content_block: dict[str, Any]


class Delta(_Part):
    """What is added to a block; which field is set follows from `type`."""

    type: str
    text: str = ""
    thinking: str = ""
    signature: str = ""
    partial_json: str = ""


class BlockDelta(_Part):
    type: Literal["content_block_delta"]
    index: int
    delta: Delta


class StopDetails(_Part):
    category: str | None = None
    explanation: str | None = None


class Stop(_Part):
    stop_reason: str | None = None
    stop_details: StopDetails | None = None


class MessageDelta(_Part):
    type: Literal["message_delta"]
    delta: Stop
    usage: WireUsage = WireUsage()


class Fault(_Part):
    type: str = "error"
    message: str = ""


class Broken(_Part):
    type: Literal["error"]
    error: Fault


KNOWN = frozenset({"message_start", "content_block_start", "content_block_delta", "message_delta", "error"})
"""Event names; what bears another (`ping`, `message_stop`, …) adds nothing to an answer."""

Event = Annotated[
    MessageStart | BlockStart | BlockDelta | MessageDelta | Broken,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[MessageStart | BlockStart | BlockDelta | MessageDelta | Broken] = TypeAdapter(Event)
