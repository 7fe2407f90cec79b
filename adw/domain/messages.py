"""A request to a model and its answer, in the shape of the Messages API but of no SDK's types."""

from dataclasses import dataclass
from typing import Any, Literal

from adw.domain.usage import Usage

StopReason = Literal["end_turn", "tool_use", "max_tokens", "refusal", "context_window", "other"]


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    cache: bool = False
    """Whether a prompt-cache breakpoint stands behind this block."""
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    input: dict[str, Any]
    invalid: str = ""
    """The raw input where it was no JSON object: `input` is empty then."""
    kind: Literal["tool_call"] = "tool_call"


@dataclass(frozen=True, slots=True)
class ToolResult:
    call_id: str
    content: str
    error: bool = False
    cache: bool = False
    kind: Literal["tool_result"] = "tool_result"


@dataclass(frozen=True, slots=True)
class Opaque:
    """A block that the provider wants back unchanged (thinking with its signature)."""

    raw: dict[str, Any]
    kind: Literal["opaque"] = "opaque"


Block = Text | ToolCall | ToolResult | Opaque


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["user", "assistant"]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    name: str
    description: str
    schema: dict[str, Any]
    """JSON schema of the input."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One request. Nothing in it changes from run to run: no time, no id, no absolute path."""

    model: str
    system: tuple[Text, ...]
    tools: tuple[ToolSpec, ...]
    messages: tuple[Message, ...]
    max_tokens: int
    """Reserved output."""
    effort: str = ""
    """`low`, `medium`, `high`, `xhigh`, `max`; empty for the model's own default."""
    diagnose: bool = False
    """Whether the provider is asked where this request's beginning differs from the one's before it."""


@dataclass(frozen=True, slots=True)
class Answer:
    blocks: tuple[Block, ...]
    stop: StopReason
    usage: Usage
    model: str
    """The model that answered, as the provider names it."""
    request_id: str = ""
    duration_s: float = 0.0
    detail: str = ""
    """What the provider says of a refusal or an unusual stop."""
    cache_miss: str = ""
    """Why the prompt cache could not be used further, as the provider says it: `tools_changed`; mostly nothing."""

    @property
    def text(self) -> str:
        return "".join(block.text for block in self.blocks if isinstance(block, Text))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return tuple(block for block in self.blocks if isinstance(block, ToolCall))
