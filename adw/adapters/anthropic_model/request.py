"""A request as the Messages API wants it."""

from typing import Any

from adw.domain.messages import Block, Message, ModelRequest, Text, ToolCall, ToolResult, ToolSpec
from adw.errors import ModelError

BREAKPOINTS = 4
"""Cache breakpoints that the API takes in one request."""

Wire = dict[str, Any]


def to_wire(request: ModelRequest, previous: str = "") -> Wire:
    """Arguments of `messages.create`. Raises ModelError for more than four cache breakpoints.

    `previous`: the id of the message that came last, where its request asked to be compared too.
    """
    marked = [*request.system, *(block for message in request.messages for block in message.blocks)]
    count = sum(1 for block in marked if isinstance(block, (Text, ToolResult)) and block.cache)
    if count > BREAKPOINTS:
        raise ModelError(f"the request has {count} cache breakpoints, and the API takes {BREAKPOINTS}", retried=True)
    wire: Wire = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": [_message(message) for message in request.messages],
    }
    if request.system:
        wire["system"] = [_block(text) for text in request.system]
    if request.tools:
        wire["tools"] = [_tool(tool) for tool in request.tools]
    if request.diagnose:
        wire["diagnostics"] = {"previous_message_id": previous or None}
    if request.effort:
        wire["output_config"] = {"effort": request.effort}
    return wire


def _message(message: Message) -> Wire:
    return {"role": message.role, "content": [_block(block) for block in message.blocks]}


def _tool(tool: ToolSpec) -> Wire:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.schema}


def _block(block: Block) -> Wire:
    if isinstance(block, Text):
        return {"type": "text", "text": block.text, **_cache(marked=block.cache)}
    if isinstance(block, ToolCall):
        # Input must be an object. The documentation of tool streaming asks to wrap what is none under this key.
        tool_input = {"INVALID_JSON": block.invalid} if block.invalid else block.input
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": tool_input}
    if isinstance(block, ToolResult):
        failed = {"is_error": True} if block.error else {}
        result = {"type": "tool_result", "tool_use_id": block.call_id, "content": block.content}
        return {**result, **failed, **_cache(marked=block.cache)}
    return block.raw


def _cache(*, marked: bool) -> Wire:
    return {"cache_control": {"type": "ephemeral"}} if marked else {}
