"""A recorded run as it is replayed: what was said, called and returned, turn by turn, whoever recorded it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from adw.domain.messages import Block, Message, Text, ToolCall, ToolResult, ToolSpec
from adw.domain.usage import Usage

_SHELL_INPUT = "command"


@dataclass(frozen=True, slots=True)
class Turn:
    """One call: what the model said and called, and what came back."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    results: tuple[str, ...] = ()
    """In the order of the calls. There may be one without a call: what the harness answered to a turn that had none."""
    said: str = ""
    """What the user said behind the results."""
    usage: Usage | None = None
    """What the provider billed; None where it is not known."""
    remembered: bool = True
    """Whether it entered the history. A faulty answer that was asked for again did not."""

    @property
    def commands(self) -> tuple[str, ...]:
        """The calls as text, at least one for each result."""
        texts = tuple(map(command_of, self.calls))
        return texts + ("",) * (len(self.results) - len(texts))


@dataclass(frozen=True, slots=True)
class Trajectory:
    id: str
    model: str
    task: str
    turns: tuple[Turn, ...]
    system: str = ""
    tools: tuple[ToolSpec, ...] = field(default=())
    unseen: int = 0
    """Tokens that stood in front of every request and that the record does not hold."""


def command_of(call: ToolCall) -> str:
    """A call as one text: a shell's command alone, else the tool's name and the values of its input."""
    if set(call.input) == {_SHELL_INPUT}:
        return as_text(call.input[_SHELL_INPUT])
    return " ".join([call.name, *map(as_text, call.input.values())])


def as_text(value: object) -> str:
    """A value of a call's input as the model wrote it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def messages_of(turn: Turn) -> tuple[Message, ...]:
    """The turn in a request: what the model said, what it got. Empty texts are left out: the API refuses them."""
    answer: list[Block] = [Text(turn.text)] if turn.text.strip() else []
    answer += turn.calls
    paired = zip(turn.calls, (*turn.results, *[""] * len(turn.calls)), strict=False)
    back: list[Block] = [ToolResult(call.id, result) for call, result in paired]
    more = (*turn.results[len(turn.calls) :], turn.said)
    back += [Text(text) for text in more if text.strip()]
    return (
        *([Message("assistant", tuple(answer))] if answer else []),
        *([Message("user", tuple(back))] if back else []),
    )


def joined(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The messages with neighbours of one role as one, as the API reads them; the last one is the user's."""
    merged = tuple(_merged(messages))
    if merged[-1].role == "user":
        return merged
    return (*merged, Message("user", (Text("(nothing came back)"),)))


def _merged(messages: Iterable[Message]) -> Iterator[Message]:
    for role, group in groupby(messages, key=lambda message: message.role):
        first, *others = group
        yield Message(role, tuple(block for one in (first, *others) for block in one.blocks)) if others else first
