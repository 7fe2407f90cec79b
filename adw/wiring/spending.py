"""`adw usage report`: the ledger's entries, summed."""

from datetime import timedelta
from typing import cast

from adw.adapters.clock import SystemClock
from adw.config import Environment
from adw.domain.results import Since, UsageReport, UsageRow
from adw.domain.run import Phase
from adw.domain.usage import Usage
from adw.errors import AdwError, UnknownRun
from adw.quota.report import By, Totals, usage_report
from adw.wiring.house import Place, open_house, open_ledger

_PHASES = {phase.value: place for place, phase in enumerate(Phase)}


def usage(by: str, since: Since, run_id: str | None, place: Place | None = None) -> UsageReport:
    """What was billed: a row for each `by`, and their sum. The ledger is the user's, whatever the repository.

    Raises UnknownRun for a run that neither the ledger nor this repository knows.
    """
    place = place or Place()
    start = SystemClock().now() - since if isinstance(since, timedelta) else since
    titles = _titles(place)
    wanted = _full_id(run_id, titles) if run_id else None
    what = cast("By", by)
    with open_ledger(Environment.read(place.variables)) as ledger:
        report = usage_report(ledger.entries(run_id=wanted, since=start), (what,))
    if wanted and wanted not in titles and not report.totals.calls and since is None:
        raise UnknownRun(f"no call of a run {wanted!r} is in the ledger", hint="`adw usage report` shows the runs")
    groups = sorted(report.by(what), key=lambda group: _PHASES.get(group.name, 0) if by == "phase" else 0)
    rows = tuple(_row(group.name, group.totals, titles.get(group.name, "")) for group in groups)
    return UsageReport(by=by, since=start, rows=rows, total=_row("total", report.totals, ""))


def _row(name: str, totals: Totals, title: str) -> UsageRow:
    billed = Usage(
        fresh=totals.fresh,
        cache_read=totals.cache_read,
        cache_write_5m=totals.cache_write_5m,
        cache_write_1h=totals.cache_write_1h,
        output=totals.output,
    )
    return UsageRow(name, totals.calls, billed, totals.cost_usd, totals.unpriced_calls, title)


def _titles(place: Place) -> dict[str, str]:
    """Issue titles by run id, for the runs of this repository; outside of one, none."""
    try:
        house = open_house(place)
        return {record.spec.id: record.spec.issue.title for record in house.store.all()}
    except AdwError:
        return {}


def _full_id(run_id: str, known: dict[str, str]) -> str:
    """The one known run that begins so; else what was given, which may be a run of another repository."""
    found = [one for one in known if one.startswith(run_id)]
    return found[0] if len(found) == 1 else run_id
