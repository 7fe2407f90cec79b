"""`adw init`."""

from typing import Annotated

import typer

from adw.cli.frame import Json, frame_of
from adw.domain.checked import Initialised

app = typer.Typer()

Force = Annotated[bool, typer.Option("--force", help="Also over a file that is there.")]


@app.command()
def init(context: typer.Context, force: Force = False, _json: Json = False) -> Initialised:
    """Write .adw.toml for this repository: detected test, build and lint commands."""
    return frame_of(context).wiring().initialise(force=force)
