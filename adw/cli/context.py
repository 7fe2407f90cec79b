"""`adw context show` and `adw context ablate`."""

from enum import StrEnum
from typing import Annotated

import typer

from adw.cli.frame import Json, frame_of
from adw.domain.results import AblationReport, AblationRequest, ContextShown
from adw.domain.run import Phase

app = typer.Typer(name="context", help="What is sent to the model, and why.")


class Counting(StrEnum):
    """Names of `adw.domain.weights.NAMED`."""

    RAW = "raw"
    ITPM = "itpm"
    COST = "cost"


Subject = Annotated[str, typer.Argument(metavar="ISSUE|RUN", help="A Markdown file, -, or a run's id.")]
OfPhase = Annotated[Phase | None, typer.Option("--phase", help="Of this phase only.")]

Sources = Annotated[
    list[str],
    typer.Argument(metavar="RUN|TRAJECTORY...", help="A run's id, a trajectory file, a Claude Code log, or a folder."),
]
Policies = Annotated[
    list[str] | None, typer.Option("--policy", metavar="P", help="full, mask1 to mask10, adw, …; several with commas.")
]
Weighing = Annotated[Counting, typer.Option("--weights", help="What tokens count: it times the folds.")]
Dump = Annotated[str, typer.Option("--dump", metavar="FILE", help="Every call as it would have been sent, as JSONL.")]
Plot = Annotated[str, typer.Option("--plot", metavar="FILE.svg", help="Tokens saved against evidence kept.")]


@app.callback()
def context() -> None:
    """What is sent to the model, and why."""


@app.command()
def show(context: typer.Context, subject: Subject, phase: OfPhase = None, _json: Json = False) -> ContextShown:
    """Exactly what was sent, or would be: sections, tokens, what was left out and why, cache breakpoints."""
    return frame_of(context).wiring().show_context(subject, phase.value if phase else "")


@app.command()
def ablate(
    context: typer.Context,
    sources: Sources,
    policy: Policies = None,
    weights: Weighing = Counting.RAW,
    dump: Dump = "",
    plot: Plot = "",
    _json: Json = False,
) -> AblationReport:
    """What recorded runs would have cost under other context policies, their actions fixed."""
    policies = tuple(name for names in policy or () for name in names.split(","))
    request = AblationRequest(tuple(sources), policies, weights.value, dump, plot)
    return frame_of(context).wiring().ablate(request)
