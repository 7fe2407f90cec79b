"""An answer put together from the events of its stream.

The SDK's own accumulator raises on tool input that is no JSON and loses the answer; here it becomes a tool call that
says so.
"""

from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from adw.adapters.anthropic_model.events import (
    EVENT,
    KNOWN,
    BlockDelta,
    BlockStart,
    Broken,
    CacheMiss,
    CacheWrites,
    Delta,
    Diagnostics,
    MessageDelta,
    MessageStart,
    Stop,
    WireUsage,
)
from adw.domain.messages import Answer, Block, Opaque, StopReason, Text, ToolCall
from adw.domain.usage import Usage
from adw.errors import ModelError

_STOPS: dict[str, StopReason] = {
    "end_turn": "end_turn",
    "tool_use": "tool_use",
    "max_tokens": "max_tokens",
    "refusal": "refusal",
    "model_context_window_exceeded": "context_window",
}


@dataclass(slots=True)
class _Growing:
    """A block that is still being streamed."""

    raw: dict[str, Any]
    grown: dict[str, list[str]] = field(default_factory=dict)

    def add(self, delta: Delta) -> None:
        for name in ("text", "thinking", "partial_json"):
            if delta.type == ("input_json_delta" if name == "partial_json" else f"{name}_delta"):
                self.grown.setdefault(name, []).append(getattr(delta, name))
        if delta.type == "signature_delta":
            self.raw["signature"] = delta.signature

    def block(self) -> Block | None:
        """The block as it is now; None for an empty text, which the API does not take back."""
        raw = dict(self.raw)
        streamed = {name: "".join(pieces) for name, pieces in self.grown.items()}
        sent = streamed.pop("partial_json", "")
        for name, text in streamed.items():
            raw[name] = f"{raw.get(name) or ''}{text}"
        if raw.get("type") == "text":
            return Text(raw["text"]) if raw.get("text") else None
        tool_input, invalid = _tool_input(sent) if sent.strip() else (raw.get("input"), "")
        if raw.get("type") == "tool_use":
            name, identity = str(raw.get("name", "")), str(raw.get("id", ""))
            return ToolCall(identity, name, tool_input if isinstance(tool_input, dict) else {}, invalid)
        return Opaque({**raw, "input": tool_input} if "input" in raw else raw)


def _tool_input(sent: str) -> tuple[dict[str, Any], str]:
    """The input that was streamed; and the text itself where that is no JSON object."""
    try:
        parsed = from_json(sent, allow_inf_nan=False)
    except ValueError:
        return {}, sent
    return (parsed, "") if isinstance(parsed, dict) else ({}, sent)


class Reading:
    """One answer as it comes in. `usage` says at any moment what is known to be billed.

    `begun` tells whether the server has started an answer, `whole` whether it has said why it stopped.
    """

    def __init__(self) -> None:
        self.begun = False
        self.message_id = ""
        self._model = ""
        self._diagnostics = Diagnostics()
        self._usage = WireUsage()
        self._stop = Stop()
        self._blocks: dict[int, _Growing] = {}

    @property
    def whole(self) -> bool:
        return self._stop.stop_reason is not None

    def feed(self, name: str | None, text: str) -> None:
        """Take in an event. Raises ModelError for the API's own error event, ValueError for what it never sends."""
        if name not in KNOWN:
            return
        event = EVENT.validate_json(text)
        if isinstance(event, MessageStart):
            self.begun = True
            self.message_id, self._model, self._usage = event.message.id, event.message.model, event.message.usage
            self._diagnostics = event.message.diagnostics or Diagnostics()
        elif isinstance(event, BlockStart):
            self._blocks[event.index] = _Growing(event.content_block)
        elif isinstance(event, BlockDelta):
            self._growing(event.index).add(event.delta)
        elif isinstance(event, MessageDelta):
            self._stop = event.delta
            self._usage = _later(self._usage, event.usage)
        else:
            self._break(event)

    def _growing(self, index: int) -> _Growing:
        if index not in self._blocks:
            raise ValueError(f"content_block_delta for block {index}, which has not started")
        return self._blocks[index]

    def _break(self, event: Broken) -> None:
        raise ModelError(
            f"the API broke the answer off: {event.error.message} ({event.error.type})",
            hint="`adw resume` asks again",
            usage=self.usage,
        )

    @property
    def usage(self) -> Usage:
        """What is billed: input as of the last event that spoke of it, output likewise."""
        wire = self._usage
        written = wire.cache_creation or CacheWrites()
        long = written.ephemeral_1h_input_tokens
        short = written.ephemeral_5m_input_tokens
        if wire.cache_creation_input_tokens is not None:
            short = max(0, wire.cache_creation_input_tokens - long)
        return Usage(
            fresh=wire.input_tokens or 0,
            cache_read=wire.cache_read_input_tokens or 0,
            cache_write_5m=short,
            cache_write_1h=long,
            output=wire.output_tokens or 0,
        )

    def answer(self, request_id: str, duration_s: float) -> Answer:
        blocks = (self._blocks[index].block() for index in sorted(self._blocks))
        reason = self._stop.stop_reason or ""
        return Answer(
            blocks=tuple(block for block in blocks if block is not None),
            stop=_STOPS.get(reason, "other"),
            usage=self.usage,
            model=self._model,
            request_id=request_id or self.message_id,
            duration_s=duration_s,
            detail=_detail(self._stop),
            cache_miss=_miss(self._diagnostics.cache_miss_reason),
        )


def _later(first: WireUsage, update: WireUsage) -> WireUsage:
    """Counts of `message_delta` are cumulative: they replace. What it leaves out stands."""
    said = {name: count for name in update.model_fields_set if (count := getattr(update, name)) is not None}
    return first.model_copy(update=said)


def _miss(reason: CacheMiss | None) -> str:
    if reason is None:
        return ""
    missed = reason.cache_missed_input_tokens
    return reason.type if missed is None else f"{reason.type}, about {missed:,} tokens"


def _detail(stop: Stop) -> str:
    if stop.stop_details:
        parts = (stop.stop_details.category, stop.stop_details.explanation)
        return ": ".join(part for part in parts if part)
    reason = stop.stop_reason or ""
    return "" if reason in _STOPS else reason
