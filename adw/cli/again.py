"""`adw plan RUN`, `adw build RUN`, `adw review RUN`: one phase of a run again. `adw test RUN` stands with the tests."""

import typer

from adw.cli.frame import Json, RunId, frame_of
from adw.cli.run import BudgetTokens, BudgetUsd, LevelName, Model
from adw.domain.results import RunOutcome, RunRequest
from adw.domain.run import Phase

app = typer.Typer()

_SAID = {
    Phase.PLAN: "Plan a run's issue again, in a run of its own: nothing of the first plan is taken over.",
    Phase.BUILD: "Build a run's plan again, in a run of its own, from the commit that the first one started from.",
    Phase.REVIEW: "Review what a run has built and tested again, in a run of its own; blockers are patched.",
}


def _offer(phase: Phase) -> None:
    @app.command(phase.value, help=_SAID[phase])
    def again(
        context: typer.Context,
        run_id: RunId,
        budget_tokens: BudgetTokens = None,
        budget_usd: BudgetUsd = None,
        model: Model = "",
        level: LevelName = None,
        _json: Json = False,
    ) -> RunOutcome:
        request = RunRequest("", phase, budget_tokens, budget_usd, model, level=level or "")
        frame = frame_of(context)
        return frame.wiring().follow_run(run_id, request, frame.observer)


for _phase in _SAID:
    _offer(_phase)
