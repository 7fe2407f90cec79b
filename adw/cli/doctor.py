"""`adw doctor`."""

import typer

from adw.cli.frame import Json, frame_of
from adw.domain.diagnosis import Diagnosis

app = typer.Typer()


@app.command()
def doctor(context: typer.Context, _json: Json = False) -> Diagnosis:
    """What is configured, found, missing: nothing is sent."""
    return frame_of(context).wiring().examine()
