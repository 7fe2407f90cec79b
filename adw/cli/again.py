"""`adw plan RUN`, `adw build RUN`, `adw review RUN`: one phase of a run again. `adw test RUN` stands with the tests."""

import typer

from adw.cli.frame import Json, RunId, frame_of
from adw.cli.run import BudgetTokens, BudgetUsd, LevelName, Model
from adw.domain.results import RunOutcome, RunRequest
from adw.domain.run import Phase

app = typer.Typer()


@app.command()
def plan(
    context: typer.Context,
    run_id: RunId,
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    model: Model = "",
    level: LevelName = None,
    _json: Json = False,
) -> RunOutcome:
    """Plan a run's issue again, in a run of its own: nothing of the first plan is taken over."""
    request = RunRequest("", Phase.PLAN, budget_tokens, budget_usd, model, level=level or "")
    return _again(context, run_id, request)


@app.command()
def build(
    context: typer.Context,
    run_id: RunId,
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    model: Model = "",
    level: LevelName = None,
    _json: Json = False,
) -> RunOutcome:
    """Build a run's plan again, in a run of its own, from the commit that the first one started from."""
    request = RunRequest("", Phase.BUILD, budget_tokens, budget_usd, model, level=level or "")
    return _again(context, run_id, request)


@app.command()
def review(
    context: typer.Context,
    run_id: RunId,
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    model: Model = "",
    level: LevelName = None,
    _json: Json = False,
) -> RunOutcome:
    """Review what a run has built and tested again, in a run of its own; blockers are patched."""
    request = RunRequest("", Phase.REVIEW, budget_tokens, budget_usd, model, level=level or "")
    return _again(context, run_id, request)


def _again(context: typer.Context, run_id: str, request: RunRequest) -> RunOutcome:
    frame = frame_of(context)
    return frame.wiring().follow_run(run_id, request, frame.observer)
