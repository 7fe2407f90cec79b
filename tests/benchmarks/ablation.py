# ruff: noqa: T201 - the output is the point
"""Recorded runs under context policies: the frontier, the schedules, the time it takes.

    python -m tests.benchmarks.ablation FOLDER [--plot docs/frontier.svg]

FOLDER holds trajectories. A third of them, by a hash of the id, was never looked at while the policy was made; figures
are given for both parts.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.trajectories.files import LeftOut, read
from adw.context.ablation.conversation import CountText
from adw.context.ablation.plot import Point, frontier
from adw.context.ablation.policies import Policy, folding, policy
from adw.context.ablation.replay import Replay
from adw.context.evidence import Evidence
from adw.context.line_counts import LineCounts
from adw.context.record.selection import PRICE
from adw.context.trajectory import Trajectory
from adw.domain.results import AblationRequest
from adw.domain.run import Limits
from adw.domain.usage import Usage
from adw.domain.weights import COST, NAMED, RAW, Weights
from adw.wiring import ablate
from tests.benchmarks.known_policies import ORACLE, SIMPLE
from tests.benchmarks.schedules import Bill, best, bill, ruled, sizes

PRICES = (0.0001, 0.00014, PRICE, 0.00025, 0.00035, 0.0005)
MASKS = (10, 8, 5, 3, 2, 1)
LONG = 20
"""Turns from which on a run is one of many turns."""


@dataclass
class Sum:
    usage: Usage = field(default_factory=Usage)
    evidence: Evidence = field(default_factory=Evidence)

    def add(self, other: "Sum") -> None:
        self.usage += other.usage
        self.evidence += other.evidence


def held_out(trajectory: Trajectory) -> bool:
    return sha256(f"adw-holdout-1:{trajectory.id}".encode()).digest()[0] % 3 == 0


@dataclass(frozen=True)
class Runs:
    """Trajectories of one model, and its tokens."""

    trajectories: Sequence[Trajectory]
    count: CountText


def replayed(runs: Runs, one: Policy) -> dict[str, Sum]:
    """Sums by part: `tuned`, `held out`, `all`, `long` (runs of many turns)."""
    sums = {part: Sum() for part in ("tuned", "held out", "all", "long")}
    for trajectory in runs.trajectories:
        total = Sum()
        for call in Replay(trajectory, runs.count).calls(one):
            total.add(Sum(call.usage, call.evidence))
        sums["held out" if held_out(trajectory) else "tuned"].add(total)
        sums["all"].add(total)
        if len(trajectory.turns) >= LONG:
            sums["long"].add(total)
    return sums


def frontier_rows(runs: Runs) -> Iterator[tuple[str, str, dict[str, Sum]]]:
    """Name, group (as in the plot) and sums of each policy."""
    known = [policy("full"), *(policy(f"mask{last}") for last in MASKS), SIMPLE, ORACLE]
    for one in known:
        yield one.name, "known", replayed(runs, one)
    for price in PRICES:
        yield f"adw, price {price:g}", "adw", replayed(runs, folding("adw", RAW, price))


def show_frontier(runs: Runs) -> list[Point]:
    print("| policy | tuned: saved / kept | held out: saved / kept | all: saved / kept |\n|---|---|---|---|")
    full: dict[str, Sum] = {}
    points = []
    for name, group, sums in frontier_rows(runs):
        full = full or sums
        saved = {part: 1 - sums[part].usage.total / full[part].usage.total for part in sums}
        kept = {part: sums[part].evidence.share or 0.0 for part in sums}
        cells = " | ".join(f"{saved[part]:.1%} / {kept[part]:.1%}" for part in ("tuned", "held out", "all"))
        print(f"| {name} | {cells} |", flush=True)
        points.append(Point(name, saved["all"], kept["all"], group))
    return points


def show_weights(runs: Runs) -> None:
    """Under each weights: what `adw` saves and keeps, its hit rate in long runs, and the rule against hindsight."""
    full = replayed(runs, policy("full"))
    print(
        "| weights | tokens saved | weighted, saved | kept | hit rate, long runs (full) | folds (best) | regret "
        "| hit rate of the best |\n|---|---|---|---|---|---|---|---|"
    )
    for name, weights in NAMED.items():
        sums = replayed(runs, policy("adw", weights))
        ours, theirs, folds, best_folds = Bill(), Bill(), 0, 0
        for trajectory in runs.trajectories:
            of = sizes(trajectory, runs.count, weights)
            made, hindsight = ruled(of, weights, Limits().min_hit_rate), best(of, weights)
            ours, theirs = ours + bill(of, made), theirs + bill(of, hindsight)
            folds, best_folds = folds + len(made), best_folds + len(hindsight)
        one, whole = sums["all"], full["all"]
        print(
            f"| `{name}` | {1 - one.usage.total / whole.usage.total:.1%} "
            f"| {1 - weights.of(one.usage) / weights.of(whole.usage):.1%} | {one.evidence.share:.1%} "
            f"| {sums['long'].usage.cache_hit_rate:.1%} ({full['long'].usage.cache_hit_rate:.1%}) "
            f"| {folds:,} ({best_folds:,}) | {ours.under(weights) / theirs.under(weights) - 1:.1%} "
            f"| {theirs.hit_rate:.1%} |",
            flush=True,
        )


def show_price_of_hits(runs: Runs) -> None:
    """The cheapest schedules at list prices that reach a hit rate, by a bonus on reads and a fine on writes.

    Where the bonus is so high that reads are free, nothing is folded at all.
    """
    print("| hit rate, long runs | input cost saved | input tokens saved | folds |\n|---|---|---|---|")
    long = [sizes(one, runs.count, COST) for one in runs.trajectories if len(one.turns) >= LONG]
    whole = sum((bill(of, []) for of in long), Bill())
    for bonus in (0.0, 0.5, 1.0, 1.4, 1.6, 1.8, 1.9, 2.0):
        priced = Weights(cache_read=0.1 - 0.05 * bonus, cache_write=1.25 + 0.95 * bonus)
        schedules = [best(of, priced) for of in long]
        total = sum((bill(of, folds) for of, folds in zip(long, schedules, strict=True)), Bill())
        print(
            f"| {total.hit_rate:.1%} | {1 - total.under(COST) / whole.under(COST):.1%} "
            f"| {1 - (total.read + total.written) / (whole.read + whole.written):.1%} | {sum(map(len, schedules)):,} |",
            flush=True,
        )


def show_floors(runs: Runs) -> None:
    """The rule at list prices under floors of the hit rate."""
    print("| `min_hit_rate` | hit rate, long | input cost saved | input tokens saved | folds |\n|---|---|---|---|---|")
    long = [sizes(one, runs.count, COST) for one in runs.trajectories if len(one.turns) >= LONG]
    whole = sum((bill(of, []) for of in long), Bill())
    for floor in (0.0, 0.9, 0.93, 0.94, 0.95, Limits().min_hit_rate, 0.96):
        schedules = [ruled(of, COST, floor) for of in long]
        total = sum((bill(of, folds) for of, folds in zip(long, schedules, strict=True)), Bill())
        print(
            f"| {floor:g} | {total.hit_rate:.1%} | {1 - total.under(COST) / whole.under(COST):.1%} "
            f"| {1 - (total.read + total.written) / (whole.read + whole.written):.1%} | {sum(map(len, schedules)):,} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args()
    began, cpu = time.monotonic(), time.process_time()
    report = ablate(AblationRequest((str(asked.folder.resolve()),)))
    print(
        f"adw context ablate: {len(report.trajectories)} runs, {len(report.rows)} policies in "
        f"{time.monotonic() - began:.0f} s ({time.process_time() - cpu:.0f} s of CPU)\n",
        flush=True,
    )
    counter = counter_for_runtime()
    trajectories = [one for one in read(asked.folder) if not isinstance(one, LeftOut)]
    runs = Runs(trajectories, LineCounts(lambda text: counter.count_text(text, trajectories[0].model)))
    points = show_frontier(runs)
    print()
    show_weights(runs)
    print()
    show_floors(runs)
    show_price_of_hits(runs)
    if asked.plot:
        asked.plot.write_text(frontier(points, f"{len(trajectories)} recorded runs, actions fixed"), encoding="utf-8")


if __name__ == "__main__":
    main()
