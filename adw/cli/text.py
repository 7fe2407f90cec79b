"""What results look like to people."""

from collections.abc import Callable, Iterator
from typing import Any

from rich.console import RenderableType

from adw.cli import text_ablation, text_checks, text_context, text_doctor, text_queue, text_quota, text_run, text_usage
from adw.cli.pieces import Raw, cell, counted, grid, money, one_line, outcome_cell
from adw.domain.checked import Checked, CheckedAll, Initialised, RawChecked
from adw.domain.diagnosis import Diagnosis
from adw.domain.queue import QueueAdded, QueueList, QueueRow, WorkDone, WorkerReport
from adw.domain.quota_results import AlertList, MonthForecast, QuotaUse
from adw.domain.results import (
    AblationReport,
    CleanResult,
    ContextShown,
    DemoResult,
    DryRun,
    RunDetail,
    RunDiff,
    RunList,
    RunLog,
    RunOutcome,
    UsageReport,
)
from adw.domain.run import Outcome, RunRecord
from adw.domain.usage_results import ExportResult, ImportResult, SavingsResult

Pieces = Iterator[RenderableType | Raw]


def text_of(result: object) -> Pieces:
    """The pieces to print, one after the other."""
    return _TEXTS[type(result)](result)


def _cancelled(record: RunRecord) -> Pieces:
    if record.outcome is Outcome.CANCELLED:
        yield cell(f"{record.spec.id} is cancelled; resume with: adw resume {record.spec.id}")
    else:
        yield cell(f"{record.spec.id} has ended: {record.outcome}")


def _list(result: RunList) -> Pieces:
    if not result.runs:
        yield cell("no runs yet; start one with: adw run ISSUE")
        return
    table = grid("run", "outcome", "started", ">calls", ">tokens", ">cost", "issue")
    for run in result.runs:
        table.add_row(
            run.id,
            outcome_cell(run.outcome, alive=run.alive),
            f"{run.created_at:%Y-%m-%d %H:%M}",
            f"{run.calls}",
            f"{run.usage.total:,}",
            money(run.cost_usd),
            one_line(run.title),
        )
    yield table


def _log(result: RunLog) -> Pieces:
    yield Raw(result.text)


def _diff(result: RunDiff) -> Pieces:
    yield Raw(result.diff, is_diff=True)


def _clean(result: CleanResult) -> Pieces:
    for run_id in result.removed:
        yield cell(f"removed {run_id}")
    for kept in result.kept:
        yield cell(f"kept {kept.id}: {kept.reason}")
    gone = counted(len(result.removed), "run")
    if result.branches:
        gone += f" and {counted(len(result.branches), 'branch', 'branches')}"
    yield cell(f"{gone} removed, {result.freed_bytes / 1_000_000:.1f} MB freed")


def _demo(result: DemoResult) -> Pieces:
    yield Raw(result.diff, is_diff=True)
    yield cell("")
    yield from text_run.summary(result.outcome, gone=True)
    yield cell(result.report)
    yield cell(f"at list price this would have cost {money(result.list_price_usd)}")
    yield cell(result.note)


_TEXTS: dict[type, Callable[[Any], Pieces]] = {
    ContextShown: text_context.shown,
    AblationReport: text_ablation.report,
    RunOutcome: text_run.outcome,
    DryRun: text_run.dry_run,
    RunDetail: text_run.detail,
    RunRecord: _cancelled,
    RunList: _list,
    RunLog: _log,
    RunDiff: _diff,
    CleanResult: _clean,
    QueueAdded: text_queue.added,
    QueueList: text_queue.listed,
    QueueRow: text_queue.cancelled,
    WorkerReport: text_queue.worked,
    WorkDone: text_queue.done,
    UsageReport: text_usage.report,
    ImportResult: text_usage.imported,
    ExportResult: text_usage.exported,
    SavingsResult: text_usage.savings,
    QuotaUse: text_quota.quota,
    MonthForecast: text_quota.forecast,
    AlertList: text_quota.alerts,
    DemoResult: _demo,
    Checked: text_checks.one,
    CheckedAll: text_checks.several,
    RawChecked: text_checks.raw,
    Initialised: text_checks.initialised,
    Diagnosis: text_doctor.diagnosis,
    type(None): lambda _: iter(()),
}
