"""How a request becomes tokens: which tokenizer a model has, and what frames stand around its texts.

The frames are upper bounds: a count that decides whether a request may be sent is never below what is billed.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

from adw.domain.messages import Block, Message, ModelRequest, Opaque, Text, ToolCall, ToolResult, ToolSpec

Family = Literal["3.0", "4.7", "4.8"]
"""Tokenizers of Claude: up to 4.6, Opus 4.7 alone, and everything since Opus 4.8."""

CountText = Callable[[str], int]

# `claude-3-5-sonnet`, `claude-2.1`, `claude-opus-4-7-20260416`; a date is no minor version.
_VERSION = re.compile(r"claude-(?:[a-z]+-)?(\d+)(?!\d)(?:[-.](\d{1,2})(?!\d))?")


def claude_family(model: str) -> Family | None:
    """The tokenizer of a Claude model, whatever the platform calls it; None where the model is no Claude.

    A Claude without a version that is known here (fable, mythos, what comes next) has the newest tokenizer.
    """
    name = model.lower()
    if "claude" not in name:
        return None
    found = _VERSION.search(name)
    version = (int(found[1]), int(found[2] or 0)) if found else (5, 0)
    if version < (4, 7):
        return "3.0"
    return "4.7" if version == (4, 7) else "4.8"


@dataclass(frozen=True, slots=True)
class Frames:
    """Tokens that a provider puts around the texts of a request."""

    message: int
    """Around a message: its role, and for the last one the opening of the answer."""
    tools: int
    """The provider's own prompt that explains tool use, sent as soon as there is one tool."""
    block: int = 4
    """Around a block. Covers what a text costs more beside another than alone (word boundaries, newlines)."""


# `message`: what ctok measured for a request of one message, which pays the answer's opening too; every message paying
# all of it is an upper bound.
# `tools`: "Tool use system prompt token count" for tool choice `auto` in
# https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview (read November 2026): Claude 3 Opus 530, Opus
# and Sonnet 4.6 497, Opus 4.7 675, Opus 4.8 290, Opus 5 286, Sonnet 5 354. The models of the newest family are not all
# listed: it has the 474 that Sonnet 5 pays for the dearer tool choices.
_CLAUDE: dict[Family, Frames] = {
    "3.0": Frames(message=7, tools=530),
    "4.7": Frames(message=11, tools=675),
    "4.8": Frames(message=6, tools=474),
}
# Other models publish no such figures. Their chat templates take four to six tokens a message and some 100 to 200 for
# tools.
_OTHER = Frames(message=8, tools=250)


def frames(model: str) -> Frames:
    family = claude_family(model)
    return _CLAUDE[family] if family else _OTHER


_WHOLE = 4_000
"""Characters up to which a text is counted in one."""
_LEAST, _MOST = 2_000, 8_000
"""Characters of a piece, but for the last one and for lines that are longer."""
_JUNCTION = 4
"""Tokens for where two pieces meet. A newline that ends a text is nothing to `ctok`, and inside of one it is a token;
more than two were never seen to be missing."""


def count_in_pieces(text: str, count: CountText) -> int:
    """Tokens of a text, of a long one piece by piece: never below the truth, and half a percent above it.

    Counting is slow, and of long texts mostly the end changes, or a line here and there. Where a piece ends depends on
    what it holds, not on what stands before it: so all pieces but those that changed are remembered by their counter.
    """
    if len(text) <= _WHOLE:
        return count(text)
    pieces = tuple(_pieces(text))
    return sum(map(count, pieces)) + _JUNCTION * (len(pieces) - 1)


def _pieces(text: str) -> Iterator[str]:
    start = end = 0
    for line in text.splitlines(keepends=True):
        end += len(line)
        size = end - start
        if size >= _LEAST and (size >= _MOST or crc32(line.encode("utf-8", "surrogatepass")) % 8 == 0):
            yield text[start:end]
            start = end
    if start < len(text):
        yield text[start:]


def count_request(request: ModelRequest, count: CountText) -> int:
    """Input tokens of the whole request, where `count` has the tokens of a text alone."""
    frame = frames(request.model)
    total = sum(count_in_pieces(block.text, count) + frame.block for block in request.system)
    if request.system:
        total += frame.message
    if request.tools:
        total += frame.tools + sum(_tool(tool, count) + frame.block for tool in request.tools)
    return total + count_messages(request.messages, request.model, count)


def count_messages(messages: Iterable[Message], model: str, count: CountText) -> int:
    """What the messages add to a request."""
    frame = frames(model)
    return sum(_message(message, frame, count) for message in messages)


def _message(message: Message, frame: Frames, count: CountText) -> int:
    return frame.message + sum(_block(block, count) + frame.block for block in message.blocks)


def _tool(tool: ToolSpec, count: CountText) -> int:
    """A tool as JSON; which spaces the provider writes there is not known, so the dearer form counts."""
    wire = {"description": tool.description, "name": tool.name, "parameters": tool.schema}
    forms = (json.dumps(wire, ensure_ascii=False, separators=separators) for separators in ((", ", ": "), (",", ":")))
    return max(count(f"<function>{form}</function>\n") for form in forms)


def _block(block: Block, count: CountText) -> int:
    match block:
        case Text():
            return count_in_pieces(block.text, count)
        case ToolResult():
            # The result's own tags; whether its call's id is in them is not known, they are long enough to cover it.
            return count(
                "<function_results>\n<result>\n<output>\n</output>\n</result>\n</function_results>"
            ) + count_in_pieces(block.content, count)
        case ToolCall():
            return count("".join(_call(block)))
    return _opaque(block, count)


def _call(call: ToolCall) -> Iterator[str]:
    """A tool call as Claude writes it: strings as they are, the rest as JSON."""
    yield f'<function_calls>\n<invoke name="{call.name}">\n'
    for name, value in call.input.items():
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f'<parameter name="{name}">{written}</parameter>\n'
    yield f"{call.invalid}</invoke>\n</function_calls>"


def _opaque(block: Opaque, count: CountText) -> int:
    """Thinking: its text, and for what is encrypted a token for three bytes (four characters of base64)."""
    sealed = sum(len(str(block.raw.get(name, ""))) for name in ("signature", "data"))
    open_text = {name: value for name, value in block.raw.items() if name not in {"signature", "data"}}
    return count(json.dumps(open_text, ensure_ascii=False)) + -(-sealed // 4)
