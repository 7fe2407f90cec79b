"""What every command stands on: the seam to the wiring, and what the command line said for all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import typer

from adw.domain.results import (
    CleanResult,
    DemoResult,
    DryRun,
    LineRange,
    RunDetail,
    RunDiff,
    RunList,
    RunLog,
    RunOutcome,
    RunRequest,
    Since,
    UsageReport,
)
from adw.domain.run import RunRecord

if TYPE_CHECKING:  # ports import pydantic, which `adw --help` can do without
    from adw.ports import Observer


class Wiring(Protocol):
    """What commands may ask for. The module `adw.wiring` is one; tests bring their own."""

    def start_run(self, request: RunRequest, observer: "Observer") -> RunOutcome: ...

    def plan_run(self, request: RunRequest) -> DryRun: ...

    def resume_run(self, run_id: str, observer: "Observer") -> RunOutcome: ...

    def cancel_run(self, run_id: str) -> RunRecord: ...

    def list_runs(self) -> RunList: ...

    def show_run(self, run_id: str) -> RunDetail: ...

    def run_log(self, run_id: str, check: str | None, lines: LineRange | None) -> RunLog: ...

    def run_diff(self, run_id: str) -> RunDiff: ...

    def clean_runs(self, run_ids: tuple[str, ...], *, force: bool) -> CleanResult:
        """Without ids: every run that has ended. `force`: also those that could be resumed still."""
        ...

    def usage(self, by: str, since: Since, run_id: str | None) -> UsageReport: ...

    def demo(self, observer: "Observer") -> DemoResult: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """Both are called by the command's body: what they import is heavy, and `--help` must not pay for it."""

    wiring: Callable[[], Wiring]
    observer: Callable[[], "Observer"]


def frame_of(context: typer.Context) -> Frame:
    """The frame that `adw.cli.app.main` gave the command."""
    return cast("Frame", context.obj)
