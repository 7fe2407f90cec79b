"""`adw run`, `adw resume`, `adw cancel`."""

from dataclasses import replace
from typing import Annotated

import typer

from adw.cli.frame import Json, RunId, frame_of
from adw.domain.queue import QueueAdded
from adw.domain.results import DryRun, RunOutcome, RunRequest
from adw.domain.run import Phase, RunRecord
from adw.errors import UsageError
from adw.quota.levels import Level

app = typer.Typer()

MOST_USD = 1e9
"""Infinity is a number too, but no budget: 0 lifts the limit."""

ISSUE_HELP = "A Markdown file, - for standard input, or on GitHub: 42, owner/repo#42, its address."
Source = Annotated[str, typer.Argument(metavar="ISSUE", help=ISSUE_HELP)]
Until = Annotated[Phase, typer.Option("--until", help="The last phase to do.")]
DryRunFlag = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; spend nothing.")]
BudgetTokens = Annotated[int | None, typer.Option(min=0, metavar="N", help="All tokens of the run; 0: no limit.")]
BudgetUsd = Annotated[
    float | None,
    typer.Option(min=0, max=MOST_USD, metavar="X", help="Cost of the run in dollars; 0: no limit."),
]
Model = Annotated[str, typer.Option("--model", metavar="M", help="The model that answers in every phase.")]
Record = Annotated[str, typer.Option("--record", metavar="FILE", help="Keep all requests and answers in this file.")]
Replay = Annotated[str, typer.Option("--replay", metavar="FILE", help="Take the answers from this file: no network.")]
PullRequest = Annotated[
    bool, typer.Option("--pr", help="Push the branch and open a pull request; a draft if the review has findings.")
]

LevelName = Annotated[
    Level | None, typer.Option("--level", metavar="L", help="A set of optimisations: see docs/levels.md.")
]
Detach = Annotated[bool, typer.Option("--detach", help="Leave it to a worker: see docs/queue.md.")]


@app.command()
def run(
    context: typer.Context,
    issue: Source,
    until: Until = Phase.REVIEW,
    dry_run: DryRunFlag = False,
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    model: Model = "",
    record: Record = "",
    replay: Replay = "",
    level: LevelName = None,
    pr: PullRequest = False,
    detach: Detach = False,
    _json: Json = False,
) -> RunOutcome | DryRun | QueueAdded:
    """Take an issue to a tested, reviewed branch."""
    if record and replay:
        raise UsageError("--record and --replay exclude each other", hint="a replay has nothing new to record")
    refuse_idle_pr(until, pr=pr)
    request = RunRequest(issue, until, budget_tokens, budget_usd, model, record, replay, level or "", publish=pr)
    frame = frame_of(context)
    if detach:
        _refuse_with_detach({"--dry-run": dry_run, "--record": bool(record), "--replay": bool(replay)})
        return frame.wiring().queue_runs((issue,), replace(request, issue=""), None)
    if dry_run:
        return frame.wiring().plan_run(request)
    return frame.wiring().start_run(request, frame.observer)


@app.command()
def resume(
    context: typer.Context,
    run_id: RunId,
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    pr: PullRequest = False,
    _json: Json = False,
) -> RunOutcome:
    """Go on with a run that was interrupted, from its last step: nothing is paid for twice."""
    frame = frame_of(context)
    return frame.wiring().resume_run(
        run_id, frame.observer, budget_tokens=budget_tokens, budget_usd=budget_usd, publish=pr
    )


@app.command()
def cancel(context: typer.Context, run_id: RunId, _json: Json = False) -> RunRecord:
    """Stop a run. It can be resumed."""
    return frame_of(context).wiring().cancel_run(run_id)


def refuse_idle_pr(until: Phase, *, pr: bool) -> None:
    """Raises UsageError where a pull request could never have anything in it."""
    if pr and until is Phase.PLAN:
        raise UsageError("--pr needs changes, and --until plan makes none", hint="leave one of them out")


def _refuse_with_detach(given: dict[str, bool]) -> None:
    """Raises UsageError where one of these options was given."""
    option = next((name for name, is_given in given.items() if is_given), "")
    if option:
        raise UsageError(f"--detach and {option} exclude each other", hint=f"{option} is for runs that you wait for")
