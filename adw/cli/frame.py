"""What every command stands on: the seam to the wiring, and what the command line said for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Protocol, cast

import typer

if TYPE_CHECKING:  # a command imports what it returns, and `adw --help` can do without ports
    from adw.domain.checked import Checked, CheckedAll, Initialised, RawChecked
    from adw.domain.diagnosis import Diagnosis
    from adw.domain.queue import QueueAdded, QueueList, QueueRow, WorkDone, WorkerReport
    from adw.domain.quota_results import AlertList, MonthForecast, QuotaUse
    from adw.domain.results import (
        AblationReport,
        AblationRequest,
        Agreeing,
        CleanResult,
        ContextShown,
        DemoResult,
        DryRun,
        LineRange,
        RunDetail,
        RunDiff,
        RunList,
        RunLog,
        RunOutcome,
        RunQuery,
        RunRequest,
        Since,
        UsageReport,
    )
    from adw.domain.run import RunRecord
    from adw.domain.usage_results import ExportResult, ImportResult, SavingsResult
    from adw.ports import Observer

Json = Annotated[bool, typer.Option("--json", help="One JSON envelope on standard output, nothing else.")]
"""Every command takes it and none looks at it: what to do about it is known before the command is."""

RunId = Annotated[str, typer.Argument(metavar="RUN", help="A run's id, or the beginning of one.")]


class Wiring(Protocol):
    """What commands may ask for. The module `adw.wiring` is one; tests bring their own."""

    def start_run(self, request: RunRequest, observer: Observer) -> RunOutcome: ...

    def plan_run(self, request: RunRequest) -> DryRun: ...

    def resume_run(
        self, run_id: str, observer: Observer, *, budget_tokens: int | None, budget_usd: float | None, publish: bool
    ) -> RunOutcome:
        """None: the budget that the run has. `publish`: with a pull request, also of a run that has ended."""
        ...

    def follow_run(self, run_id: str, request: RunRequest, observer: Observer) -> RunOutcome:
        """The phase `request.until` of it again, as a run of its own. `request` names no issue."""
        ...

    def run_named(self, word: str) -> str:
        """The id of the run that a word means where a path could stand too; empty where it means none."""
        ...

    def cancel_run(self, run_id: str) -> RunRecord: ...

    def queue_runs(self, issues: tuple[str, ...], request: RunRequest, priority: int | None) -> QueueAdded:
        """`request` is for all of them and names none. `priority` None: as each issue says."""
        ...

    def queue_list(self, *, ended: bool) -> QueueList:
        """`ended`: also those that ended long ago."""
        ...

    def queue_cancel(self, run_id: str) -> QueueRow: ...

    def serve_queue(self, *, concurrency: int, drain: bool, observer: Observer) -> WorkerReport:
        """Until the process is told to stop; `drain`: or nothing is left to do."""
        ...

    def do_queued(self, observer: Observer) -> WorkDone:
        """The queued run that standard input tells as JSON, for the worker that started this process."""
        ...

    def show_context(self, subject: str, phase: str) -> ContextShown: ...

    def ablate(self, request: AblationRequest) -> AblationReport: ...

    def list_runs(self, query: RunQuery) -> RunList: ...

    def show_run(self, run_id: str) -> RunDetail: ...

    def run_log(self, run_id: str, check: str | None, lines: LineRange | None) -> RunLog: ...

    def run_diff(self, run_id: str) -> RunDiff: ...

    def clean_runs(self, run_ids: tuple[str, ...], *, force: bool, agree: Agreeing) -> CleanResult:
        """Without ids: every run that has ended. `force`: also those that could be resumed, and unmerged work."""
        ...

    def quota_use(self) -> QuotaUse: ...

    def forecast(self) -> MonthForecast: ...

    def alerts(self) -> AlertList: ...

    def usage(self, by: str, since: Since, run_id: str | None, *, html: str, csv: str) -> UsageReport:
        """`html`, `csv`: files to write; empty for none."""
        ...

    def import_claude_code(self, paths: tuple[str, ...]) -> ImportResult:
        """Without paths: where Claude Code keeps its logs."""
        ...

    def export_usage(self, form: str, file: str, since: Since) -> ExportResult:
        """Without a file: as text."""
        ...

    def usage_savings(self, run_id: str | None) -> SavingsResult: ...

    def run_tests(self, paths: tuple[str, ...], observer: Observer, *, external: bool) -> Checked | RawChecked:
        """No paths: all tests. Not `external`: the raw output."""
        ...

    def fix_tests(
        self, paths: tuple[str, ...], request: RunRequest, observer: Observer
    ) -> Checked | RawChecked | RunOutcome:
        """The run that mends what failed, as `request` says, which names no issue; the report where nothing did."""
        ...

    def run_checks(self, names: tuple[str, ...], observer: Observer) -> CheckedAll: ...

    def parse_log(self, source: str, tool: str) -> Checked:
        """`tool` empty: told from the log."""
        ...

    def initialise(self, *, force: bool) -> Initialised: ...

    def examine(self) -> Diagnosis: ...

    def serve_mcp(self) -> None:
        """Until the other side closes."""
        ...

    def run_demo(self, observer: Observer) -> DemoResult: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """`wiring` is called by the command's body: what it imports is heavy, and `--help` must not pay for it."""

    wiring: Callable[[], Wiring]
    observer: Observer


def frame_of(context: typer.Context) -> Frame:
    """The frame that `adw.cli.app.run` gave the command."""
    return cast("Frame", context.obj)
