"""`adw context ablate`: recorded runs under other context policies."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

from adw.adapters.call_files import CallFolder
from adw.adapters.clock import SystemClock
from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.trajectories import files
from adw.adapters.trajectories.dump import Dump, dumping, wire
from adw.context.ablation.conversation import CountText
from adw.context.ablation.plot import Point, frontier
from adw.context.ablation.policies import ADW, DEFAULT, FULL, Policy, policy
from adw.context.ablation.replay import Call, Replay
from adw.context.evidence import Evidence
from adw.context.line_counts import LineCounts
from adw.context.own_runs import trajectories
from adw.context.trajectory import Trajectory
from adw.domain.results import AblationReport, AblationRequest, AblationRow, ReplayedRun
from adw.domain.usage import Usage
from adw.domain.weights import NAMED
from adw.errors import StorageError, UsageError
from adw.ports import PriceList, TokenCounter
from adw.wiring.house import Place, open_house


@dataclass(slots=True)
class _Sum:
    """All trajectories under one policy, so far."""

    usage: Usage = field(default_factory=Usage)
    evidence: Evidence = field(default_factory=Evidence)
    cost_usd: Decimal | None = Decimal(0)

    def add(self, call: Call, cost_usd: Decimal | None) -> None:
        self.usage += call.usage
        self.evidence += call.evidence
        self.cost_usd = None if self.cost_usd is None or cost_usd is None else self.cost_usd + cost_usd


def ablate(request: AblationRequest, place: Place | None = None) -> AblationReport:
    """The table. Raises UsageError for what is no trajectory or policy, StorageError where a file cannot be written."""
    place = place or Place()
    weights = NAMED[request.weights]
    policies = [policy(name, weights) for name in dict.fromkeys(request.policies or DEFAULT)]
    found, warnings = _found(place, request.sources)
    sums: dict[str, _Sum] = {}
    with ExitStack() as stack:
        dump = stack.enter_context(dumping(place.folder / request.dump)) if request.dump else None
        from adw.adapters.price_list import GenaiPrices  # noqa: PLC0415 - 0.1 s that other commands do without

        meter = _Meter(counter_for_runtime(), GenaiPrices(), SystemClock().now())
        for trajectory in found:
            _add(sums, trajectory, policies, meter, dump)
    rows = tuple(_row(one.name, sums[one.name], sums[FULL], request.weights) for one in policies)
    if request.plot:
        _draw(place.folder / request.plot, rows)
    return AblationReport(
        weights=request.weights,
        trajectories=tuple(ReplayedRun(one.id, one.model, len(one.turns)) for one in found),
        rows=rows,
        dump=request.dump,
        plot=request.plot,
        warnings=warnings,
    )


def _found(place: Place, sources: Sequence[str]) -> tuple[list[Trajectory], tuple[str, ...]]:
    """What there is to replay, and what was left out of folders."""
    found: list[Trajectory] = []
    warnings: list[str] = []
    for source in sources:
        for one in _read(place, source):
            if isinstance(one, files.LeftOut):
                warnings.append(one.reason)
            else:
                found.append(one)
    if not any(one.turns for one in found):
        raise UsageError(f"no calls in {', '.join(sources)}", hint="; ".join(warnings[:3]))
    return found, tuple(warnings)


def _read(place: Place, source: str) -> Iterator[Trajectory | files.LeftOut]:
    path = place.folder / source
    if path.exists():
        yield from files.read(path)
        return
    if Path(source).suffix or "/" in source:
        raise UsageError(f"{source}: no such file", hint="a run is named by its id: adw runs list")
    store = open_house(place).store
    run_id = store.load(source).spec.id
    yield from trajectories(run_id, [kept for _, kept in CallFolder(store.folder(run_id) / "calls").all()])


class _Meter:
    """Counts and prices."""

    def __init__(self, counter: TokenCounter, prices: PriceList, at: datetime) -> None:
        self._prices = prices
        self._at = at
        self._unpriced: set[str] = set()
        self.counts = cache(lambda model: LineCounts(partial(counter.count_text, model=model)))

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        if model in self._unpriced:
            return None
        cost = self._prices.cost(model, usage, self._at)
        if cost is None:
            self._unpriced.add(model)
        return cost


def _add(
    sums: dict[str, _Sum], trajectory: Trajectory, policies: Sequence[Policy], meter: _Meter, dump: Dump | None
) -> None:
    """One trajectory under every policy. Full history is always there to be compared with."""
    count = meter.counts(trajectory.model)
    replay = Replay(_with_unseen(trajectory, count), count)
    asked = {one.name for one in policies}
    for one in (*(() if FULL in asked else (policy(FULL),)), *policies):
        total = sums.setdefault(one.name, _Sum())
        for call in replay.calls(one):
            total.add(call, meter.cost(trajectory.model, call.usage))
            if dump and one.name in asked:
                sent = wire(trajectory.system, call.messages)
                dump.write(trajectory.id, one.name, call.number, sent, call.usage.output)


def _with_unseen(trajectory: Trajectory, count: CountText) -> Trajectory:
    """A log without system prompt and tools: what was billed for them is known from the first call."""
    billed = trajectory.turns[0].usage if trajectory.turns else None
    if billed is None or trajectory.system or trajectory.tools:
        return trajectory
    return replace(trajectory, unseen=max(0, billed.input - count(trajectory.task)))


def _row(name: str, total: _Sum, full: _Sum, weights: str) -> AblationRow:
    weighted, all_of_it = NAMED[weights].of(total.usage), NAMED[weights].of(full.usage)
    return AblationRow(
        policy=name,
        usage=total.usage,
        cost_usd=total.cost_usd,
        weighted=weighted,
        saved=1 - total.usage.total / full.usage.total if full.usage.total else 0.0,
        weighted_saved=1 - weighted / all_of_it if all_of_it else 0.0,
        evidence=total.evidence.share,
        evidence_needed=total.evidence.needed,
    )


def _draw(path: Path, rows: Sequence[AblationRow]) -> None:
    points = [
        Point(row.policy, row.saved, row.evidence, "adw" if row.policy == ADW else "known")
        for row in rows
        if row.evidence is not None
    ]
    try:
        path.write_text(frontier(points, "Recorded runs, actions fixed"), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}", hint="name another file") from error
