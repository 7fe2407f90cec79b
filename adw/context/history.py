"""The turns of one conversation: appended while that is cheaper, folded into a record when it pays."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from adw.context.fold import FoldRule
from adw.context.record import Record
from adw.context.record.selection import PRICE
from adw.domain.messages import Message, Text, ToolCall, ToolResult

HEADING = "# Earlier in this phase"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what the model said and called, what came back."""

    answer: Message
    results: Message

    @property
    def text(self) -> str:
        return "".join(block.text for block in self.answer.blocks if isinstance(block, Text))

    @property
    def commands(self) -> tuple[str, ...]:
        """The tool calls as lines: the tool's name and its input."""
        return tuple(_command(block) for block in self.answer.blocks if isinstance(block, ToolCall))

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(block.content for block in self.results.blocks if isinstance(block, ToolResult))

    @property
    def asked(self) -> frozenset[str]:
        """Paths that were to be read, without their ranges."""
        calls = (block for block in self.answer.blocks if isinstance(block, ToolCall))
        paths = (path for call in calls if isinstance(call.input.get("paths"), list) for path in call.input["paths"])
        return frozenset(str(path).partition(":")[0] for path in paths)

    def tokens(self, count: Callable[[str], int]) -> int:
        return sum(count(text) for text in (self.text, *self.commands, *self.shown))


def _command(call: ToolCall) -> str:
    values = [
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in call.input.values()
    ]
    return " ".join([call.name, *values])


@dataclass(frozen=True, slots=True)
class _Past:
    """A turn as the record takes it in: results that are out of date are empty."""

    text: str
    commands: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(slots=True)
class History:
    """The turns so far. `rule` None: they are never folded."""

    rule: FoldRule | None
    count: Callable[[str], int]
    exchanges: list[Exchange] = field(default_factory=list)
    record: str = ""
    """Stands for the turns before `whole`."""
    whole: int = 0

    def add(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The turns that are still sent whole."""
        return tuple(part for one in self.exchanges[self.whole :] for part in (one.answer, one.results))

    def due(self, opening: str, stale: frozenset[str]) -> bool:
        """Whether to fold now; to be asked once before each call. `stale`: paths whose old views are out of date."""
        if self.rule is None or len(self.exchanges) - self.whole < 2:  # noqa: PLR2004 - the last turn stays whole
            return False
        record = self._made(opening, stale)
        history = self.count(self.record) + sum(one.tokens(self.count) for one in self.exchanges[self.whole :])
        last = self.exchanges[-1].tokens(self.count)
        folded = self.count(record) + last
        if self.rule.pays(history, folded, last):
            self.rule = self.rule.folded()
            return True
        self.rule = self.rule.kept(history, folded)
        return False

    def fold(self, opening: str, stale: frozenset[str]) -> None:
        """Replace all turns but the last by a record. `opening` is what the next request begins with."""
        self.record = self._made(opening, stale)
        self.whole = len(self.exchanges) - 1

    def _made(self, opening: str, stale: frozenset[str]) -> str:
        made = Record(opening)
        for number, one in enumerate(self.exchanges):
            last = number == len(self.exchanges) - 1
            results = one.shown if last else tuple(without(result, stale, one.asked) for result in one.shown)
            made.add(_Past(one.text, one.commands, results))
        text = made.text(PRICE * self.rule.token_weight if self.rule else PRICE)
        return f"{HEADING}\n{text}" if text else ""


def without(result: str, stale: frozenset[str], asked: frozenset[str]) -> str:
    """A reading tool's result less the files that are shown elsewhere, as they are now.

    Only what was `asked` for stands under a heading of its own: files have lines that begin like one.
    """
    if not stale or not result.startswith("## "):
        return result
    kept, keeping = [], True
    for line in result.split("\n"):
        path = line.removeprefix("## ").partition(":")[0]
        if line.startswith("## ") and path in asked:
            keeping = path not in stale
        if keeping:
            kept.append(line)
    return "\n".join(kept)
