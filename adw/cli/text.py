"""What results look like to people."""

from collections.abc import Iterator
from importlib import import_module

from rich.console import RenderableType

from adw.cli.pieces import Raw


def text_of(result: object) -> Iterator[RenderableType | Raw]:
    """The pieces to print, one after the other."""
    if result is None:
        return iter(())
    module, _, function = TEXTS[type(result).__name__].partition(".")
    pieces: Iterator[RenderableType | Raw] = getattr(import_module(f"adw.cli.{module}"), function)(result)
    return pieces


TEXTS = {
    "ContextShown": "text_context.shown",
    "AblationReport": "text_ablation.report",
    "RunOutcome": "text_run.outcome",
    "DryRun": "text_run.dry_run",
    "RunDetail": "text_run.detail",
    "RunRecord": "text_runs.cancelled",
    "RunList": "text_runs.listed",
    "RunLog": "text_runs.log",
    "RunDiff": "text_runs.diff",
    "CleanResult": "text_runs.clean",
    "QueueAdded": "text_queue.added",
    "QueueList": "text_queue.listed",
    "QueueRow": "text_queue.cancelled",
    "WorkerReport": "text_queue.worked",
    "WorkDone": "text_queue.done",
    "UsageReport": "text_usage.report",
    "ImportResult": "text_usage.imported",
    "ExportResult": "text_usage.exported",
    "SavingsResult": "text_usage.savings",
    "QuotaUse": "text_quota.quota",
    "MonthForecast": "text_quota.forecast",
    "AlertList": "text_quota.alerts",
    "DemoResult": "text_runs.demo",
    "Checked": "text_checks.one",
    "CheckedAll": "text_checks.several",
    "RawChecked": "text_checks.raw",
    "Initialised": "text_checks.initialised",
    "Diagnosis": "text_doctor.diagnosis",
}
"""By the name of a result's class, what tells it: a command imports the words for its own result only."""
