"""When to fold: the rule's schedule, and the cheapest one that hindsight allows, by dynamic programming."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adw.context.ablation.conversation import CountText, Folded
from adw.context.ablation.stages import truncate_files
from adw.context.fold import FoldRule
from adw.context.history import HEADING
from adw.context.record.selection import PRICE
from adw.context.trajectory import Trajectory
from adw.domain.weights import RAW, Weights


@dataclass(frozen=True)
class Sizes:
    """Tokens of one conversation."""

    opening: int
    """System prompt and task."""
    turns: tuple[int, ...]
    records: tuple[int, ...]
    """By call: what a record of all turns but the last would have; 0 where there can be none."""

    @property
    def calls(self) -> int:
        return len(self.turns)


@dataclass(frozen=True)
class Bill:
    """Input tokens."""

    read: int = 0
    written: int = 0

    def __add__(self, other: "Bill") -> "Bill":
        return Bill(self.read + other.read, self.written + other.written)

    def under(self, weights: Weights) -> float:
        return weights.cache_read * self.read + weights.cache_write * self.written

    @property
    def hit_rate(self) -> float:
        return self.read / (self.read + self.written)


def sizes(trajectory: Trajectory, count: CountText, weights: Weights) -> Sizes:
    """With records as they would be at these weights."""
    folded = Folded(trajectory.task, RAW, count, stages=(truncate_files,))
    price = PRICE * FoldRule(weights).token_weight
    records = []
    for turn in trajectory.turns:
        text = folded.record.text(price)
        records.append(count(f"{HEADING}\n{text}") if text else 0)
        folded.add(turn)
    return Sizes(count(trajectory.system) + count(trajectory.task), tuple(folded.sizes), tuple(records))


def segment(of: Sizes, start: int) -> Iterator[Bill]:
    """Calls from `start` on, with a fold before the first of them (none where `start` is 0)."""
    if start == 0:
        yield Bill(0, of.opening)
        history = 0
    else:
        history = of.records[start] + of.turns[start - 1]
        yield Bill(of.opening, history)
    for call in range(start + 1, of.calls):
        yield Bill(of.opening + history, of.turns[call - 1])
        history += of.turns[call - 1]


def bill(of: Sizes, folds: Sequence[int]) -> Bill:
    """What a schedule costs; `folds` are calls before which turns are folded."""
    starts = [0, *folds]
    total = Bill()
    for start, end in zip(starts, [*folds, of.calls], strict=True):
        for call, one in zip(range(start, end), segment(of, start), strict=False):
            total += one if call < end else Bill()
    return total


def best(of: Sizes, weights: Weights) -> list[int]:
    """The folds of the cheapest schedule: a shortest path, from fold to fold."""
    cheapest = [0.0, *[float("inf")] * of.calls]
    came_from = [0] * (of.calls + 1)
    for start in range(of.calls):
        if start == 1:
            continue  # one turn is the last turn: it stays whole
        total = cheapest[start]
        for call, one in enumerate(segment(of, start), start=start + 1):
            total += one.under(weights)
            if total < cheapest[call]:
                cheapest[call], came_from[call] = total, start
    folds, call = [], of.calls
    while call := came_from[call]:
        folds.append(call)
    return folds[::-1]


def ruled(of: Sizes, weights: Weights, min_hit_rate: float) -> list[int]:
    """The folds that the rule makes, call by call."""
    rule, folds, whole = FoldRule(weights, min_hit_rate=min_hit_rate), list[int](), 0
    for call in range(of.calls):
        if call - whole < 2:
            continue
        last = of.turns[call - 1]
        history = (of.records[folds[-1]] if folds else 0) + sum(of.turns[whole:call])
        folded = of.records[call] + last
        if rule.pays(history, folded, last, of.opening):
            rule, whole = rule.folded(folded, of.opening), call - 1
            folds.append(call)
        else:
            rule = rule.kept(history, folded, last, of.opening)
    return folds
