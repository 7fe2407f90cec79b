"""`adw queue add|list|cancel`, `adw worker`."""

from typing import Annotated

import typer

from adw.cli.frame import Json, RunId, frame_of
from adw.cli.run import ISSUE_HELP, BudgetTokens, BudgetUsd, LevelName, Model, PullRequest, Until, refuse_idle_pr
from adw.domain.queue import FIRST, LAST, QueueAdded, QueueList, QueueRow, WorkDone, WorkerReport, rank_of
from adw.domain.results import RunRequest
from adw.domain.run import Phase
from adw.errors import UsageError

app = typer.Typer()
queue_app = typer.Typer(name="queue", help="Runs that wait for a worker.")
worker_app = typer.Typer()
app.add_typer(queue_app)
app.add_typer(worker_app)

PRIORITY_WORDS = "urgent, critical, highest, blocker, high, medium, normal, low, minor, lowest, trivial, p0 to p4"

Sources = Annotated[list[str], typer.Argument(metavar="ISSUE", help=ISSUE_HELP)]
Priority = Annotated[
    str | None,
    typer.Option(
        "--priority", metavar="P", help="A word (high, p1) or a number, 1 is first; else what the issue says."
    ),
]
All = Annotated[bool, typer.Option("--all", help="Also those that ended long ago.")]
Concurrency = Annotated[int, typer.Option("--concurrency", min=1, metavar="N", help="Runs at a time.")]
Drain = Annotated[bool, typer.Option("--drain", help="End when nothing is left to do.")]
Child = Annotated[bool, typer.Option("--child", hidden=True, help="Do one queued run, named on standard input.")]


@queue_app.command()
def add(
    context: typer.Context,
    issues: Sources,
    priority: Priority = None,
    until: Until = Phase.REVIEW,
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    model: Model = "",
    level: LevelName = None,
    pr: PullRequest = False,
    _json: Json = False,
) -> QueueAdded:
    """Leave issues to a worker: one run for each, in the order of their priorities."""
    refuse_idle_pr(until, pr=pr)
    request = RunRequest("", until, budget_tokens, budget_usd, model, level=level or "", publish=pr)
    return frame_of(context).wiring().queue_runs(tuple(issues), request, rank(priority))


@queue_app.command(name="list")
def list_queue(context: typer.Context, ended: All = False, _json: Json = False) -> QueueList:
    """Runs under way, runs to come in their order, and what became of the latest."""
    return frame_of(context).wiring().queue_list(ended=ended)


@queue_app.command()
def cancel(context: typer.Context, run_id: RunId, _json: Json = False) -> QueueRow:
    """Take a run out of the queue, or stop it where a worker is at it."""
    return frame_of(context).wiring().queue_cancel(run_id)


@worker_app.command()
def worker(
    context: typer.Context,
    concurrency: Concurrency = 1,
    drain: Drain = False,
    child: Child = False,
    _json: Json = False,
) -> WorkerReport | WorkDone:
    """Do the runs of the queue until ctrl-C, as many workers as there are machines."""
    frame = frame_of(context)
    if child:
        return frame.wiring().do_queued(frame.observer)
    return frame.wiring().serve_queue(concurrency=concurrency, drain=drain, observer=frame.observer)


def rank(text: str | None) -> int | None:
    """The number of a priority. Raises UsageError."""
    if text is None:
        return None
    found = rank_of(text)
    if found is None:
        hint = f"write {PRIORITY_WORDS}, or a number from {FIRST} (first) to {LAST}"
        raise UsageError(f"--priority {text}: no such priority", hint=hint)
    return found
