"""The record as text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adw.context.record.foresight import chances
from adw.context.record.lines import LINE_CHARS
from adw.context.record.memory import Memory, PastTurn
from adw.context.record.selection import PRICE, Selection

COMMAND_CHARS = 30
LOG_TURNS = 6
"""Of this many turns before the last, the command is named even where nothing of its result is kept."""
RECENT_FILES = 4
GAP = "…"
FILES = "Files: "
_DIRECTORIES = re.compile(r"(?<![\w<])/?(?:[\w.-]+/)+(?=[\w.-])")
_PATH = re.compile(r"(?<![\w/])(?:[\w.-]+/)+[\w-]+\.[a-z]{1,4}\b")


def condensed(command: str) -> str:
    """What was done to what: the first line, without folders (`recent_files` names them once)."""
    return _DIRECTORIES.sub("", command.split("\n", maxsplit=1)[0])[:COMMAND_CHARS]


def recent_files(turns: Sequence[PastTurn]) -> list[str]:
    """The last paths that commands named, newest last."""
    found = dict.fromkeys(path for turn in reversed(turns) for c in turn.commands for path in _PATH.findall(c)[::-1])
    return list(found)[:RECENT_FILES][::-1]


def ranges(lines: Sequence[str], kept: set[int]) -> Iterator[str]:
    """Kept lines in order, neighbours moved to the margin together; a mark where some were left out."""
    run: list[str] = []
    before = -1
    for i in sorted(kept):
        if run and i > before + 1:
            yield from _dedented(run)
            yield GAP
            run = []
        run.append(lines[i])
        before = i
    yield from _dedented(run)


def _dedented(lines: Sequence[str]) -> Iterator[str]:
    margin = min((_indent(line) for line in lines if line.strip()), default=0)
    return (_cut(line[margin:].rstrip(), _indent(line) - margin) for line in lines)


def _cut(line: str, indent: int) -> str:
    """The line as far as evidence compares it. The end is never a blank: who trims the line would see less of it."""
    end = LINE_CHARS + indent
    while line[:end] != line[:end].rstrip() and end < len(line):
        end += 1
    return line[:end]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


@dataclass(slots=True)
class Record:
    """Turns are added as they happen; `text` says what is kept of them."""

    task: str
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.task)

    def add(self, turn: PastTurn) -> None:
        self.memory.add(turn)

    def text(self, price: float = PRICE) -> str:
        """What is kept of all turns but the last, which follows whole. Empty before the second turn."""
        turns = self.memory.turns[:-1]
        if not turns:
            return ""
        kept = Selection(self.memory, chances(self.memory)).buy(price)
        files = recent_files(turns)
        return "\n".join([*([FILES + " ".join(files)] if files else []), *self._log(turns, kept)])

    def _log(self, turns: Sequence[PastTurn], kept: Mapping[int, set[int]]) -> Iterator[str]:
        index = 0
        for number, turn in enumerate(turns):
            for command in turn.commands[: len(turn.results)]:
                lines = kept.get(index)
                if command and (lines or number >= len(turns) - LOG_TURNS):
                    yield "$ " + condensed(command)
                elif lines:  # what came without a call
                    yield GAP
                if lines:
                    yield from ranges(self.memory.results[index].lines, lines)
                index += 1
