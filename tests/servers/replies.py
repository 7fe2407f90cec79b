"""What the scripted server answers, in the API's own words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """A message. `content` holds blocks as the API sends them; a `tool_use` whose `input` is a string sends that
    string as it is, JSON or not, and one without `id` gets one.
    """

    content: tuple[Json, ...] = ()
    stop_reason: str = ""
    """Empty: `tool_use` where a tool is called, else `end_turn`."""
    stop_details: Json | None = None
    diagnostics: Json | None = None
    """What is found where a request asks to be compared with the one before it."""
    usage: Json | None = None
    """The wire's usage, as `message_start` says it; None: what the simulated prompt cache bills."""
    final_usage: Json | None = None
    """What `message_delta` says; None: the same with the output."""
    after: int = 10_000
    """Events that are sent before `then` happens."""
    then: Literal["stop", "break", "end", "hang", "error"] = "stop"
    """`break`: the connection is cut; `end`: the stream ends in good order, but too early; `hang`: nothing more comes
    until the server is released; `error`: an error event."""
    error: Json = field(default_factory=lambda: {"type": "overloaded_error", "message": "Overloaded"})
    headers: dict[str, str] = field(default_factory=dict)

    def stopping(self, after: int, then: Literal["break", "end", "hang", "error"]) -> "Reply":
        """The same answer, but after so many events something happens."""
        return replace(self, after=after, then=then)


@dataclass(frozen=True)
class Refused:
    """An HTTP error. `body` replaces the API's error object where something else answers in its place."""

    status: int
    message: str = "scripted"
    type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    @property
    def text(self) -> str:
        if self.body is not None:
            return self.body
        kind = self.type or ERROR_TYPES.get(self.status, "api_error")
        return json.dumps({"type": "error", "error": {"type": kind, "message": self.message}, "request_id": "req_x"})


def call(name: str, id: str = "", **tool_input: Any) -> Json:  # noqa: A002 - the wire's word
    """A tool call."""
    return {"type": "tool_use", **({"id": id} if id else {}), "name": name, "input": tool_input}


def broken_call(name: str, raw: str) -> Json:
    """A tool call whose input is this text, as the model would stream it."""
    return {"type": "tool_use", "name": name, "input": raw}


def says(text: str = "", *calls: Json, thinking: str = "", **other: Any) -> Reply:
    """An answer of thinking, text and tool calls, in this order. `other`: fields of `Reply`."""
    content: list[Json] = []
    if thinking:
        content.append({"type": "thinking", "thinking": thinking, "signature": "c2lnbmVk" + "A" * 40})
    if text:
        content.append({"type": "text", "text": text})
    return Reply(content=(*content, *calls), **other)


def message(reply: Reply, request: Json, number: int, usage: Json) -> Json:
    """The answer as one JSON object, without streaming."""
    content = [
        {**block, "id": block.get("id") or f"toolu_{number:04d}_{index}"} if block["type"] == "tool_use" else block
        for index, block in enumerate(reply.content)
    ]
    calls = any(block["type"] == "tool_use" for block in content)
    return {
        "id": f"msg_{number:06d}",
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": content,
        "stop_reason": reply.stop_reason or ("tool_use" if calls else "end_turn"),
        "stop_sequence": None,
        "stop_details": reply.stop_details,
        "diagnostics": reply.diagnostics if request.get("diagnostics") else None,
        "usage": usage,
    }


def events(whole: Json, final_usage: Json | None) -> Iterator[Json]:
    """The same answer as the events of a stream: input usage first, output at the end, cumulative."""
    usage = whole["usage"]
    start = {**whole, "content": [], "stop_reason": None, "stop_details": None, "usage": {**usage, "output_tokens": 1}}
    yield {"type": "message_start", "message": start}
    yield {"type": "ping"}
    for index, block in enumerate(whole["content"]):
        empty, deltas = _parts(block)
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    delta = {key: whole[key] for key in ("stop_reason", "stop_sequence", "stop_details")}
    cumulative = {key: value for key, value in usage.items() if key != "cache_creation"}
    yield {"type": "message_delta", "delta": delta, "usage": cumulative if final_usage is None else final_usage}
    yield {"type": "message_stop"}


def _parts(block: Json) -> tuple[Json, list[Json]]:
    """A block as it starts, and what is added to it piece by piece."""
    if block["type"] == "text":
        pieces = _pieces(block["text"], 24)
        return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces]
    if block["type"] in {"tool_use", "server_tool_use"}:
        raw = block["input"] if isinstance(block["input"], str) else json.dumps(block["input"])
        pieces = ["", *_pieces("" if raw == "{}" else raw, 11)]
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    if block["type"] == "thinking":
        pieces = _pieces(block["thinking"], 24)
        thoughts = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
        signature = {"type": "signature_delta", "signature": block["signature"]}
        return {**block, "thinking": "", "signature": ""}, [*thoughts, signature]
    return block, []


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
