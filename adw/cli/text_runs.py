"""Runs that are looked at and cleaned up, and the demo, for people."""

from collections.abc import Iterator

from rich.console import RenderableType

from adw.cli import text_run
from adw.cli.pieces import Raw, cell, counted, grid, money, one_line, outcome_cell
from adw.domain.results import CleanResult, DemoResult, RunDiff, RunList, RunLog
from adw.domain.run import Outcome, RunRecord

Pieces = Iterator[RenderableType | Raw]


def cancelled(record: RunRecord) -> Pieces:
    if record.outcome is Outcome.CANCELLED:
        yield cell(f"{record.spec.id} is cancelled; resume with: adw resume {record.spec.id}")
    else:
        yield cell(f"{record.spec.id} has ended: {record.outcome}")


def listed(result: RunList) -> Pieces:
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
            one_line(f"{run.title} ({run.phase} of {run.follows} again)" if run.follows else run.title),
        )
    yield table


def log(result: RunLog) -> Pieces:
    yield Raw(result.text)


def diff(result: RunDiff) -> Pieces:
    yield Raw(result.diff, is_diff=True)


def clean(result: CleanResult) -> Pieces:
    for run_id in result.removed:
        yield cell(f"removed {run_id}")
    for kept in result.kept:
        yield cell(f"kept {kept.id}: {kept.reason}")
    gone = counted(len(result.removed), "run")
    if result.branches:
        gone += f" and {counted(len(result.branches), 'branch', 'branches')}"
    yield cell(f"{gone} removed, {result.freed_bytes / 1_000_000:.1f} MB freed")


def demo(result: DemoResult) -> Pieces:
    yield Raw(result.diff, is_diff=True)
    yield cell("")
    yield from text_run.summary(result.outcome, gone=True)
    yield cell(result.report)
    yield cell(f"at list price this would have cost {money(result.list_price_usd)}")
    yield cell(result.note)
