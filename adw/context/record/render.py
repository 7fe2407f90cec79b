"""The record as text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adw.context.record.foresight import chances
from adw.context.record.memory import Memory, PastTurn
from adw.context.record.selection import PRICE, Selection

COMMAND_CHARS = 30
LOG_TURNS = 0
"""Of this many turns before the last, the command is named even where nothing of its result is kept."""
GAP = "…"


def ranges(lines: Sequence[str], kept: set[int]) -> Iterator[str]:
    """Kept lines in order, a mark where some were left out."""
    before = None
    for i in sorted(kept):
        if before is not None and i > before + 1:
            yield GAP
        yield lines[i]
        before = i


@dataclass(slots=True)
class Record:
    task: str
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.task)

    def add(self, turn: PastTurn) -> None:
        self.memory.add(turn)

    def text(self, price: float = PRICE) -> str:
        """What is kept of all turns but the last, which follows whole."""
        if not self.memory.turns[:-1]:
            return ""
        kept = Selection(self.memory, chances(self.memory)).buy(price)
        return "\n".join(self._log(kept))

    def _log(self, kept: Mapping[int, set[int]]) -> Iterator[str]:
        recent = len(self.memory.turns) - 1 - LOG_TURNS
        index = 0
        for number, turn in enumerate(self.memory.turns[:-1]):
            for command in turn.commands[: len(turn.results)]:
                lines = kept.get(index)
                if lines or number >= recent:
                    yield "$ " + command.split("\n")[0][:COMMAND_CHARS]
                if lines:
                    yield from ranges(self.memory.results[index].lines, lines)
                index += 1
