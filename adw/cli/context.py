"""`adw context show`."""

from typing import Annotated

import typer

from adw.cli.frame import Json, frame_of
from adw.domain.results import ContextShown
from adw.domain.run import Phase

app = typer.Typer(name="context", help="What is sent to the model, and why.")

Subject = Annotated[str, typer.Argument(metavar="ISSUE|RUN", help="A Markdown file, -, or a run's id.")]
OfPhase = Annotated[Phase | None, typer.Option("--phase", help="Of this phase only.")]


@app.callback()
def context() -> None:
    """What is sent to the model, and why."""


@app.command()
def show(context: typer.Context, subject: Subject, phase: OfPhase = None, _json: Json = False) -> ContextShown:
    """Exactly what was sent, or would be: sections, tokens, what was left out and why, cache breakpoints."""
    return frame_of(context).wiring().show_context(subject, phase.value if phase else "")
