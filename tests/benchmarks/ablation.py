# ruff: noqa: T201 - the output is the point
"""Recorded runs under context policies: the frontier, the schedules, the time it takes.

    python -m tests.benchmarks.ablation FOLDER [--plot docs/frontier.svg]

FOLDER holds trajectories. A third of them, by a hash of the id, was never looked at while the policy was made; figures
are given for both parts.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.trajectories.files import LeftOut, read
from adw.context.ablation.plot import Point, frontier
from adw.context.ablation.policies import Policy, folding, policy
from adw.context.ablation.replay import Replay
from adw.context.evidence import Evidence
from adw.context.line_counts import LineCounts
from adw.context.record.selection import PRICE
from adw.context.trajectory import Trajectory
from adw.domain.results import AblationRequest
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


def replayed(replays: Iterable[Replay], one: Policy) -> dict[str, Sum]:
    """Sums by part: `tuned`, `held out`, `all`, `long` (runs of many turns)."""
    sums = {part: Sum() for part in ("tuned", "held out", "all", "long")}
    for replay in replays:
        total = Sum()
        for call in replay.calls(one):
            total.add(Sum(call.usage, call.evidence))
        sums["held out" if held_out(replay.trajectory) else "tuned"].add(total)
        sums["all"].add(total)
        if len(replay.trajectory.turns) >= LONG:
            sums["long"].add(total)
    return sums


def frontier_rows(replays: Sequence[Replay]) -> Iterator[tuple[str, str, dict[str, Sum]]]:
    """Name, group (as in the plot) and sums of each policy."""
    known = [policy("full"), *(policy(f"mask{last}") for last in MASKS), SIMPLE, ORACLE]
    for one in known:
        yield one.name, "known", replayed(replays, one)
    for price in PRICES:
        yield f"adw, price {price:g}", "adw", replayed(replays, folding("adw", RAW, price))


def show_frontier(replays: Sequence[Replay]) -> list[Point]:
    print("| policy | tuned: saved / kept | held out: saved / kept | all: saved / kept |\n|---|---|---|---|")
    full: dict[str, Sum] = {}
    points = []
    for name, group, sums in frontier_rows(replays):
        full = full or sums
        saved = {part: 1 - sums[part].usage.total / full[part].usage.total for part in sums}
        kept = {part: sums[part].evidence.share or 0.0 for part in sums}
        cells = " | ".join(f"{saved[part]:.1%} / {kept[part]:.1%}" for part in ("tuned", "held out", "all"))
        print(f"| {name} | {cells} |", flush=True)
        points.append(Point(name, saved["all"], kept["all"], group))
    return points


def show_weights(replays: Sequence[Replay], count: Callable[[str], int]) -> None:
    """Under each weights: what `adw` saves and keeps, its hit rate in long runs, and the rule against hindsight."""
    full = replayed(replays, policy("full"))
    print(
        "| weights | tokens saved | weighted, saved | kept | hit rate, long runs (full) | folds (best) | regret "
        "| hit rate of the best |\n|---|---|---|---|---|---|---|---|"
    )
    for name, weights in NAMED.items():
        sums = replayed(replays, policy("adw", weights))
        ours, theirs, folds, best_folds = Bill(), Bill(), 0, 0
        for replay in replays:
            of = sizes(replay.trajectory, count, weights)
            made, hindsight = ruled(of, weights), best(of, weights)
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


def show_price_of_hits(replays: Sequence[Replay], count: Callable[[str], int]) -> None:
    """The cheapest schedules at list prices that reach a hit rate, by a bonus on reads and a fine on writes.

    Where the bonus is so high that reads are free, nothing is folded at all.
    """
    print("| hit rate, long runs | input cost saved | input tokens saved | folds |\n|---|---|---|---|")
    runs = [sizes(one.trajectory, count, COST) for one in replays if len(one.trajectory.turns) >= LONG]
    whole = sum((bill(of, []) for of in runs), Bill())
    for bonus in (0.0, 0.5, 1.0, 1.4, 1.6, 1.8, 1.9, 2.0):
        priced = Weights(cache_read=0.1 - 0.05 * bonus, cache_write=1.25 + 0.95 * bonus)
        schedules = [best(of, priced) for of in runs]
        total = sum((bill(of, folds) for of, folds in zip(runs, schedules, strict=True)), Bill())
        print(
            f"| {total.hit_rate:.1%} | {1 - total.under(COST) / whole.under(COST):.1%} "
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
    count = LineCounts(lambda text: counter.count_text(text, trajectories[0].model))
    replays = [Replay(one, count) for one in trajectories]
    points = show_frontier(replays)
    print()
    show_weights(replays, count)
    print()
    show_price_of_hits(replays, count)
    if asked.plot:
        asked.plot.write_text(frontier(points, f"{len(replays)} recorded runs, actions fixed"), encoding="utf-8")


if __name__ == "__main__":
    main()
