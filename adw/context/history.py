"""The turns of one conversation: appended while that is cheaper, folded into a record when it pays."""

import json
import sys
from collections.abc import Callable, Mapping
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

    @property
    def characters(self) -> int:
        """Of what `tokens` counts."""
        return sum(len(text) for text in (self.text, *self.commands, *self.shown))


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
    """Stands for the turns before `whole`, and for what the opening showed."""
    whole: int = 0
    has_folded: bool = False
    most: int = sys.maxsize
    """About how many tokens a record may take."""

    def add(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The turns that are still sent whole."""
        return tuple(part for one in self.exchanges[self.whole :] for part in (one.answer, one.results))

    def due(self, opening: "Opening", room: int = sys.maxsize, *, may_choose: bool = True) -> bool:
        """Whether to fold now; to be asked once before each call.

        Where all would take more than `room` tokens there is no choice. `may_choose` False: only then.
        """
        if self.rule is None or not self.exchanges or not (self._since or opening.shown):
            return False
        last = self.exchanges[-1].tokens(self.count)
        history = self.count(self.record) + sum(one.tokens(self.count) for one in self._since) + last
        if not self.has_folded:
            history += sum(self.count(text) for text in opening.shown.values())
        folded = self._estimated(self._made(opening)) + last
        fixed = self.count(opening.text)
        full = fixed + history > room
        if full or (may_choose and self.rule.pays(history, folded, last, fixed)):
            self.rule = self.rule.folded(folded, fixed)
            return True
        self.rule = self.rule.kept(history, folded, last, fixed)
        return False

    def _estimated(self, record: str) -> int:
        """About what a record takes: it has tokens like the turns whose lines it holds.

        Counting it would take longer than all the rest of a request: with each turn it is another text.
        """
        tokens = sum(one.tokens(self.count) for one in self.exchanges)
        characters = sum(one.characters for one in self.exchanges)
        return len(record) * tokens // characters if characters else self.count(record)

    def fold(self, opening: "Opening") -> None:
        """Replace all turns but the last, and what the opening showed, by a record."""
        self.record = self._made(opening)
        self.whole = len(self.exchanges) - 1
        self.has_folded = True

    @property
    def _since(self) -> list[Exchange]:
        """The turns since the last fold, less the last one, which stays whole."""
        return self.exchanges[self.whole : -1]

    def _made(self, opening: "Opening") -> str:
        made = Record(opening.text)
        if opening.shown:
            made.add(_Past("", tuple(f"read {name}" for name in opening.shown), tuple(opening.shown.values())))
        for one in self.exchanges[:-1]:
            results = tuple(without(result, opening.stale, one.asked) for result in one.shown)
            made.add(_Past(one.text, one.commands, results))
        for one in self.exchanges[-1:]:
            made.add(_Past(one.text, one.commands, one.shown))
        price = PRICE * self.rule.token_weight if self.rule else PRICE
        text = made.text(price)
        while text and self._estimated(text) > self.most and price < 1:
            price *= 2
            text = made.text(price)
        return f"{HEADING}\n{text}" if text else ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a request begins with, for a fold."""

    text: str
    """What is sent with every call."""
    shown: Mapping[str, str]
    """Files and lists by name that only the first requests hold whole: a fold takes them in like results."""
    stale: frozenset[str]
    """Paths that the sections hold as they are now: older views of them are out of date."""


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
