"""Policies to compare with: a first simple selection, and the limit that knows the future."""

from dataclasses import dataclass, field

from adw.context.ablation.conversation import CountText, Sent
from adw.context.ablation.policies import Policy
from adw.context.evidence import Needs
from adw.context.record.lines import identifiers
from adw.context.record.render import GAP
from adw.context.trajectory import Trajectory, Turn, messages_of

_COMMAND_CHARS = 60


@dataclass
class Simple:
    """The newest three-line block of each identifier that the model has used, each old command, the last turn whole."""

    turns: list[Turn] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def add(self, turn: Turn) -> None:
        self.turns.append(turn)
        self.used |= identifiers("\n".join((turn.text, *turn.commands)))

    def sent(self) -> Sent:
        *before, last = self.turns or [None]
        if last is None:
            return Sent((), ())
        text = "\n".join(part for number, turn in enumerate(before) for part in self._log(number, turn, before))
        return Sent((text,) if text else (), messages_of(last))

    def _log(self, number: int, turn: Turn, before: list[Turn]) -> list[str]:
        newest = self._newest(before)
        parts = ["$ " + command[:_COMMAND_CHARS] for command in turn.commands]
        for at, result in enumerate(turn.results):
            lines = result.split("\n")
            kept = sorted(
                {
                    near
                    for place in newest
                    if place[:2] == (number, at)
                    for near in range(max(0, place[2] - 1), min(len(lines), place[2] + 2))
                }
            )
            for previous, line in zip([None, *kept], kept, strict=False):
                if previous is not None and line > previous + 1:
                    parts.append(GAP)
                parts.append(lines[line])
        return parts

    def _newest(self, before: list[Turn]) -> set[tuple[int, int, int]]:
        if self._for != len(before):
            self._for = len(before)
            found: dict[str, tuple[int, int, int]] = {}
            for number, turn in enumerate(before):
                for at, result in enumerate(turn.results):
                    for line, text in enumerate(result.split("\n")):
                        found |= dict.fromkeys(identifiers(text) & self.used, (number, at, line))
            self._places = set(found.values())
        return self._places

    _for: int = -1
    _places: set[tuple[int, int, int]] = field(default_factory=set)


@dataclass
class Oracle:
    """The last turn whole, each old command, and one block for each identifier that the coming call will use."""

    trajectory: Trajectory
    turns: list[Turn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.needs = Needs.of(self.trajectory)
        self.blocks = {number: "\n".join(rows) for rows, number in self.needs._numbers.items()}

    def add(self, turn: Turn) -> None:
        self.turns.append(turn)

    def sent(self) -> Sent:
        *before, last = self.turns or [None]
        if last is None:
            return Sent((), ())
        there = {row for text in (last.text, *last.commands, *last.results) for row in self.needs.rows_of(text)}
        kept = []
        for rows in self.needs.calls[len(self.turns)]:
            if rows.isdisjoint(there):
                shortest = min((self.blocks[row] for row in sorted(rows)), key=len)
                there |= self.needs.rows_of(shortest)
                kept.append(shortest)
        commands = ["$ " + command[:_COMMAND_CHARS] for turn in before for command in turn.commands]
        return Sent(tuple(filter(None, (*kept, "\n".join(commands)))), messages_of(last))


def simple(_trajectory: Trajectory, _count: CountText) -> Simple:
    return Simple()


def oracle(trajectory: Trajectory, _count: CountText) -> Oracle:
    return Oracle(trajectory)


SIMPLE = Policy("simple selection", simple)
ORACLE = Policy("knowing the future", oracle)
