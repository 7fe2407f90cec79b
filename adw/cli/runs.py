"""`adw runs list|show|log|diff|clean`."""

import re
from enum import StrEnum
from typing import Annotated

import typer

from adw.cli import asking
from adw.cli.frame import Json, RunId, frame_of
from adw.cli.since import SinceText, moment
from adw.domain.results import CleanResult, LineRange, RunDetail, RunDiff, RunList, RunLog, RunQuery
from adw.domain.run import Outcome
from adw.errors import UsageError

app = typer.Typer(name="runs", help="Look at runs, and clean up after them.")

RunIds = Annotated[list[str] | None, typer.Argument(metavar="[RUN]...", help="Without: every run that has ended.")]
Check = Annotated[
    str | None, typer.Option("--check", metavar="NAME", help="The raw log of a check, test-1 for example.")
]
Lines = Annotated[
    str | None, typer.Option("--lines", metavar="A-B", help="Lines to show: 10-40, 10- or -20 for the last 20.")
]


class Wanted(StrEnum):
    """Outcomes to ask for; `open` has none yet."""

    OPEN = "open"
    PASSED = Outcome.PASSED.value
    FAILED = Outcome.FAILED.value
    NO_PROGRESS = Outcome.NO_PROGRESS.value
    OVER_BUDGET = Outcome.OVER_BUDGET.value
    OVER_QUOTA = Outcome.OVER_QUOTA.value
    MODEL_ERROR = Outcome.MODEL_ERROR.value
    CHECK_ERROR = Outcome.CHECK_ERROR.value
    CANCELLED = Outcome.CANCELLED.value
    CRASHED = Outcome.CRASHED.value


Outcomes = Annotated[list[Wanted] | None, typer.Option("--outcome", help="Only these; may be given more than once.")]
Text = Annotated[str, typer.Option("--issue", metavar="TEXT", help="Only where this is in the issue's title.")]
Most = Annotated[int, typer.Option("--limit", min=0, metavar="N", help="The newest N; 0: all.")]
Force = Annotated[bool, typer.Option("--force", help="Also runs that could be resumed, and unmerged work.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")]


@app.command(name="list")
def list_runs(
    context: typer.Context,
    outcome: Outcomes = None,
    since: SinceText = None,
    text: Text = "",
    most: Most = 0,
    _json: Json = False,
) -> RunList:
    """The runs of this repository, newest first."""
    wanted = tuple(None if one is Wanted.OPEN else Outcome(one.value) for one in outcome or ())
    return frame_of(context).wiring().list_runs(RunQuery(wanted, moment(since), text, most))


@app.command()
def show(context: typer.Context, run_id: RunId, _json: Json = False) -> RunDetail:
    """A run in full: phases, tokens, plan, report, findings, commits."""
    return frame_of(context).wiring().show_run(run_id)


@app.command()
def log(context: typer.Context, run_id: RunId, check: Check = None, lines: Lines = None, _json: Json = False) -> RunLog:
    """A run's log, or the raw output of one of its checks."""
    return frame_of(context).wiring().run_log(run_id, check, line_range(lines))


@app.command()
def diff(context: typer.Context, run_id: RunId, _json: Json = False) -> RunDiff:
    """What a run changed, from the commit that it started from."""
    return frame_of(context).wiring().run_diff(run_id)


@app.command()
def clean(
    context: typer.Context, runs: RunIds = None, force: Force = False, yes: Yes = False, as_json: Json = False
) -> CleanResult:
    """Remove worktrees, branches and files of ended runs; asks first. The ledger stays."""
    agree = asking.unasked if yes else asking.asker(as_json=as_json)
    return frame_of(context).wiring().clean_runs(tuple(runs or ()), force=force, agree=agree)


def line_range(text: str | None) -> LineRange | None:
    """`10-40`, `10-`, `10` or `-20`. Raises UsageError."""
    if text is None:
        return None
    found = re.fullmatch(r"(?P<first>\d*)(?P<dash>-?)(?P<last>\d*)", text)
    if found is None or not (found["first"] or found["last"]):
        raise UsageError(f"--lines {text}: not a range of lines", hint="write 10-40, 10-, 10, or -20 for the last 20")
    if not found["first"]:
        return LineRange(first=-int(found["last"]))
    first = max(int(found["first"]), 1)
    last = int(found["last"] or 0) if found["dash"] else first
    if found["last"] and last < first:
        raise UsageError(f"--lines {text}: ends before it begins", hint=f"write {last}-{first}")
    return LineRange(first, last)
