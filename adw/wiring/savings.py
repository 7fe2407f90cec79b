"""`adw usage savings`: what was not sent, counted beside what was."""

from collections.abc import Callable, Iterator
from functools import cache, partial

from adw.adapters.call_files import CallFolder, KeptCall
from adw.adapters.counters.runtime import counter_for_runtime
from adw.context.ablation.policies import ADW, FULL, policy
from adw.context.ablation.replay import Replay
from adw.context.line_counts import LineCounts
from adw.context.own_runs import trajectories
from adw.domain.flags import Flag
from adw.domain.run import RunRecord
from adw.domain.usage_results import SavingsResult
from adw.quota.savings import Counted, not_counted, savings
from adw.wiring.house import House, Place, open_house

Counts = Callable[[str], LineCounts]
"""The counter of a model."""
_REPORT = "report"
"""The section that a check's report is sent as."""


def usage_savings(run_id: str | None, place: Place | None = None) -> SavingsResult:
    """What the optimisations saved in the runs of this repository whose calls are kept; of one run by its id.

    A replay saves nothing: it is counted only where it is named.
    Raises UnknownRun, WorkspaceError.
    """
    house = open_house(place)
    records = (house.store.load(run_id),) if run_id else [one for one in house.store.all() if not one.spec.replay]
    counter = counter_for_runtime(house.counts)
    counts = cache(lambda model: LineCounts(partial(counter.count_text, model=model)))
    counted: list[Counted] = []
    runs = 0
    for record in records:
        calls = [kept for _, kept in CallFolder(house.store.folder(record.spec.id) / "calls").all()]
        if calls:
            runs += 1
            counted += _of_run(house, record, calls, counts)
    return SavingsResult(runs=runs, savings=savings(counted), not_counted=not_counted())


def _of_run(house: House, record: RunRecord, calls: list[KeptCall], counts: Counts) -> Iterator[Counted]:
    flags = record.spec.flags
    if Flag.SNAPSHOTS in flags:
        full = adw = 0
        for trajectory in trajectories(record.spec.id, calls):
            replay = Replay(trajectory, counts(trajectory.model))
            full += sum(call.usage.total for call in replay.calls(policy(FULL)))
            adw += sum(call.usage.total for call in replay.calls(policy(ADW, record.spec.weights)))
        yield Counted(Flag.SNAPSHOTS, full, adw)
    if Flag.EXTERNAL_CHECKS in flags:
        yield from _checks(house, record, calls, counts)


def _checks(house: House, record: RunRecord, calls: list[KeptCall], counts: Counts) -> Iterator[Counted]:
    limit = record.spec.limits.max_result_chars
    count = counts(calls[0].request.model)
    logs = sorted(house.log_path(record.spec.id)("any").parent.glob("*.log"))
    raw = [path.read_bytes().decode(errors="replace")[-limit:] for path in logs]
    sent = {
        section.digest: section.tokens for call in calls for section in call.facts.sections if section.name == _REPORT
    }
    if raw:
        yield Counted(Flag.EXTERNAL_CHECKS, sum(count(text) for text in raw), sum(sent.values()))
