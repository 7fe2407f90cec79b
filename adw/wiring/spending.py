"""`adw usage report`: the ledger's sums, and what they say of how spending goes on."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import cast

from adw.adapters.clock import SystemClock
from adw.adapters.file_run_store import FileRunStore
from adw.adapters.ledger.ledger import SqlLedger
from adw.config import Environment
from adw.domain.bill import Bill, Key
from adw.domain.quota import NO_QUOTA, Quota
from adw.domain.results import Since, UsageReport
from adw.domain.run import Phase, RunRecord
from adw.domain.usage_results import Figures
from adw.errors import ConfigError, UnknownRun
from adw.quota.allowance import left_of
from adw.quota.report import By, kept_apart, lines
from adw.quota.sums import Sum
from adw.quota.trends import WEEK, RunFacts, days, figures, is_imported
from adw.wiring.account import open_ledger, settings_at
from adw.wiring.place import Place, root_of

_PHASES = {phase.value: place for place, phase in enumerate(Phase)}
_BY_PHASE: tuple[Key, ...] = ("phase",)
_BY_RUN: tuple[Key, ...] = ("run",)
_BY_SLOT: tuple[Key, ...] = ("slot",)
_SHOWN = timedelta(days=30)
"""How far days go back where nothing else is asked."""


def usage(
    by: str, since: Since, run_id: str | None, place: Place | None = None, *, html: str = "", csv: str = ""
) -> UsageReport:
    """What was billed: a row for each `by`, their sum, and figures. The ledger is the user's, whatever the repository.

    `html`, `csv`: files to write, too. Raises UnknownRun for a run that neither the ledger nor this repository knows,
    StorageError where a file cannot be written.
    """
    place = place or Place()
    now = SystemClock().now()
    start = now - since if isinstance(since, timedelta) else since
    records, quota = _records(place), _quota(place)
    wanted = _full_id(run_id, records) if run_id else None
    what = cast("By", by)
    titles = {record.spec.id: record.spec.issue.title for record in records.values()} if by == "run" else {}
    with open_ledger(Environment.read(place.variables), quota) as ledger:
        bills = ledger.bills(kept_apart(what), run_id=wanted, since=start)
        rows, total = lines(bills, what, zone=quota.zone, titles=titles)
        unpriced = sorted(ledger.names("model", run_id=wanted, since=start, unpriced=True)) if total.unpriced else ()
        found = None if wanted else _figures(ledger, records, start, now, bills if what == "run" else None)
    if wanted and wanted not in records and not total.calls and since is None:
        raise UnknownRun(f"no call of a run {wanted!r} is in the ledger", hint="`adw usage report` shows the runs")
    if what == "phase":
        rows = tuple(sorted(rows, key=lambda row: _PHASES.get(row.name, 0)))
    report = UsageReport(by, start, rows, total, unpriced_models=tuple(unpriced), figures=found)
    _write(place, report, html, csv)
    return report


def _write(place: Place, report: UsageReport, html: str, csv: str) -> None:
    if csv:
        from adw.adapters.exports.tables import report_csv  # noqa: PLC0415 - only who asks for files waits for it
        from adw.adapters.exports.written import write  # noqa: PLC0415

        write(place.folder / csv, report_csv(report))
    if html:
        from adw.adapters.exports.page import page  # noqa: PLC0415
        from adw.adapters.exports.written import write  # noqa: PLC0415

        write(place.folder / html, page(report, SystemClock().now()))


def _figures(
    ledger: SqlLedger,
    records: dict[str, RunRecord],
    start: datetime | None,
    now: datetime,
    runs_known: Iterable[Bill] | None,
) -> Figures:
    quota = ledger.quota
    zone = quota.zone
    first = (start or now - _SHOWN).astimezone(zone).date()
    last = now.astimezone(zone).date()
    since = datetime.combine(first - timedelta(days=WEEK), datetime.min.time(), zone).astimezone(UTC)
    since = max(since, start) if start else since
    runs = tuple(facts(_by_run(ledger, since, runs_known), records))
    shown = tuple(run for run in runs if run.at.astimezone(zone).date() >= first)
    series = days(ledger.bills(_BY_SLOT, since=since), runs, first, last, zone)
    return figures(shown, series, _left(ledger, quota, now), now, quota.weights)


def _by_run(ledger: SqlLedger, since: datetime, known: Iterable[Bill] | None) -> Iterable[Bill]:
    """Bills of the runs since then. `known`: what the report is made of already, where that is by run."""
    if any(map(is_imported, ledger.names("phase", since=since))):
        # Only phases tell imported sessions from runs: several rows for each run.
        return ledger.bills((*_BY_RUN, *_BY_PHASE), since=since)
    if known is None:
        return ledger.bills(_BY_RUN, since=since)
    return [bill for bill in known if bill.at >= since]


def facts(bills: Iterable[Bill], records: dict[str, RunRecord]) -> Iterator[RunFacts]:
    """The runs among what was billed, in the order in which they began; imported sessions are none."""
    runs: dict[str, list[Bill]] = {}
    for bill in bills:
        if not is_imported(bill.phase):
            runs.setdefault(bill.run_id, []).append(bill)
    for run_id, own in runs.items():
        record = records.get(run_id)
        estimate = record.spec.estimate if record else None
        billed = own[0] if len(own) == 1 else Sum(*own)
        yield RunFacts(
            id=run_id,
            at=own[0].at,
            usage=billed.usage,
            cost_usd=None if billed.unpriced else billed.cost_usd,
            outcome=record.outcome if record else None,
            flags=record.spec.flags if record else None,
            estimated=(estimate.low, estimate.high) if estimate else None,
        )


def _left(ledger: SqlLedger, quota: Quota, now: datetime) -> Decimal | None:
    """Of the month, as the quota's weights count; None without a quota."""
    months = (one for one in left_of(quota, ledger.standings(now)) if one.standing.period.kind == "month")
    return next((month.left for month in months), None)


def _quota(place: Place) -> Quota:
    """Of the account; none where the configuration is broken: sums need no quota."""
    try:
        return settings_at(place).allowance()
    except ConfigError:
        return NO_QUOTA


def _records(place: Place) -> dict[str, RunRecord]:
    """The runs of this repository that spent something, by id: replays spend nothing."""
    store = FileRunStore(root_of(place.folder.resolve()) / ".adw")
    return {record.spec.id: record for record in store.all() if not record.spec.replay}


def _full_id(run_id: str, known: dict[str, RunRecord]) -> str:
    """The one known run that begins so; else what was given, which may be a run of another repository."""
    found = [one for one in known if one.startswith(run_id)]
    return found[0] if len(found) == 1 else run_id
