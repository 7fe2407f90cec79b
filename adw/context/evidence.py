"""Evidence kept: does a request still show what the model is about to use (SPEC §3).

An identifier of 8 characters or more that a call uses, that is not in the task and that a tool result had shown
before, is kept where the call's request holds a line of a tool result with it, together with the line before and the
line after: each trimmed and cut at 300 characters, in a row. At the edge of a result one neighbour is all there is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from adw.context.record.lines import identifiers, trimmed
from adw.context.trajectory import Trajectory

Rows = tuple[str, ...]
"""Lines in a row: one, two or three, trimmed and cut."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Pairs of call and identifier."""

    kept: int = 0
    needed: int = 0

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.kept + other.kept, self.needed + other.needed)

    @property
    def share(self) -> float | None:
        """None where nothing was needed."""
        return self.kept / self.needed if self.needed else None


@dataclass(slots=True)
class Needs:
    """What each call of a trajectory uses, and in which rows it had been shown."""

    calls: list[list[frozenset[int]]] = field(default_factory=list)
    """By call: for each identifier in use, the rows that would keep it."""
    _numbers: dict[Rows, int] = field(default_factory=dict)

    @classmethod
    def of(cls, trajectory: Trajectory) -> "Needs":
        needs = cls()
        in_task = identifiers(trajectory.task)
        shown: dict[str, set[int]] = {}
        for turn in trajectory.turns:
            used = identifiers("\n".join((turn.text, *turn.commands))) - in_task
            needs.calls.append([frozenset(shown[name]) for name in sorted(used) if name in shown])
            for result in turn.results if turn.remembered else ():
                needs._show(result, shown)
        return needs

    def _show(self, result: str, shown: dict[str, set[int]]) -> None:
        lines = _lines(result)
        for at, line in enumerate(result.split("\n")):
            rows = lines[max(0, at - 1) : at + 2]
            for name in identifiers(line):
                shown.setdefault(name, set()).add(self._numbers.setdefault(rows, len(self._numbers)))

    def rows_of(self, text: str) -> frozenset[int]:
        """The rows of results that stand in `text`."""
        lines = _lines(text)
        found = set()
        for size in (1, 2, 3):
            for at in range(len(lines) - size + 1):
                number = self._numbers.get(lines[at : at + size])
                if number is not None:
                    found.add(number)
        return frozenset(found)

    def kept(self, call: int, shown: Iterable[frozenset[int]]) -> Evidence:
        """Of what `call` needs, how much a request that shows these rows keeps."""
        needed = self.calls[call]
        parts = tuple(shown) if needed else ()
        kept = sum(any(not rows.isdisjoint(part) for part in parts) for rows in needed)
        return Evidence(kept, len(needed))


def _lines(text: str) -> Rows:
    return tuple(map(trimmed, text.split("\n")))
