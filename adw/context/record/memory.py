"""What was shown where, and what was used when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Protocol

from adw.context.record.actions import action_of
from adw.context.record.lines import estimated_tokens, identifiers, trimmed

NEAR_LINES = 12


class PastTurn(Protocol):
    """What was said, which commands were given, what each returned."""

    @property
    def text(self) -> str: ...
    @property
    def commands(self) -> Sequence[str]: ...
    @property
    def results(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """One tool result. `near[i]`: lines from line `i` to the nearest that holds an identifier the model has used."""

    turn: int
    action: str
    lines: tuple[str, ...]
    """As they were."""
    identifiers: tuple[frozenset[str], ...]
    costs: tuple[float, ...]
    near: list[int]


Place = tuple[int, int]
"""Index of a result, index of a line in it."""


@dataclass(slots=True)
class Memory:
    """Index over the turns so far, extended turn by turn; the past is never read again."""

    task: str
    turns: list[PastTurn] = field(default_factory=list)
    results: list[Shown] = field(default_factory=list)
    places: dict[str, list[Place]] = field(default_factory=dict)
    """Where each identifier was shown, oldest first."""
    uses: dict[str, list[int]] = field(default_factory=dict)
    """Calls at which the model used an identifier."""

    def add(self, turn: PastTurn) -> None:
        """Takes in what the model used, then what it was shown."""
        known = identifiers(self.task)
        used = identifiers("\n".join((turn.text, *turn.commands))) - known
        for identifier in used:
            if identifier not in self.uses:
                for place in self.places.get(identifier, ()):
                    self._mark_used(place)
            self.uses.setdefault(identifier, []).append(len(self.turns))
        for command, result in zip(turn.commands, turn.results, strict=False):
            self._show(command, result, known)
        self.turns.append(turn)

    def shown_last(self) -> list[Shown]:
        """Results of the last turn."""
        last = len(self.turns) - 1
        return list(takewhile(lambda shown: shown.turn == last, reversed(self.results)))

    def _show(self, command: str, result: str, known: frozenset[str]) -> None:
        lines = tuple(result.split("\n"))
        found = tuple(identifiers(line) - known for line in lines)
        costs = tuple(estimated_tokens(trimmed(line)) for line in lines)
        shown = Shown(len(self.turns), action_of(command), lines, found, costs, [NEAR_LINES] * len(lines))
        self.results.append(shown)
        for line, on_line in enumerate(found):
            place = (len(self.results) - 1, line)
            for identifier in on_line:
                self.places.setdefault(identifier, []).append(place)
            if any(identifier in self.uses for identifier in on_line):
                self._mark_used(place)

    def _mark_used(self, place: Place) -> None:
        result, line = place
        near = self.results[result].near
        for i in range(max(0, line - NEAR_LINES), min(len(near), line + NEAR_LINES + 1)):
            near[i] = min(near[i], abs(i - line))
