"""`adw mcp`."""

import typer

from adw.cli.frame import Json, frame_of
from adw.errors import UsageError

app = typer.Typer()


@app.command()
def mcp(context: typer.Context, _json: Json = False) -> None:
    """Tests, checks and usage as tools for other agents, over standard input and output."""
    if _json:
        raise UsageError("adw mcp speaks its own protocol on standard output", hint="leave --json out")
    frame_of(context).wiring().serve_mcp()
