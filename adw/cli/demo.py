"""`adw demo`."""

import typer

from adw.cli.frame import Json, frame_of
from adw.domain.results import DemoResult

app = typer.Typer()


@app.command()
def demo(context: typer.Context, _json: Json = False) -> DemoResult:
    """The whole thing on a small sample repository, from a recording: no key, no network, no cost."""
    frame = frame_of(context)
    return frame.wiring().run_demo(frame.observer)
