"""`adw usage import`, `adw usage export`, `adw usage savings`: into the ledger, out of it, and what was not spent."""

from enum import StrEnum
from typing import Annotated

import typer

from adw.cli.frame import Json, frame_of
from adw.cli.since import SinceText, moment
from adw.cli.usage import OfRun, app
from adw.domain.usage_results import ExportResult, ImportResult, SavingsResult

__all__ = ["app"]

imports = typer.Typer(name="import", help="What other programs spent, into the ledger.")
app.add_typer(imports)


class Format(StrEnum):
    PROMETHEUS = "prometheus"
    OTEL = "otel"
    CSV = "csv"
    JSON = "json"


Logs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Folders and logs; else CLAUDE_CONFIG_DIR, else ~/.claude."),
]
AsFormat = Annotated[
    Format, typer.Option("--format", help="prometheus: sums for a scraper; otel: OTLP as JSON; csv, json: every call.")
]
Target = Annotated[str, typer.Argument(metavar="[FILE]", help="Where to write; else to standard output.")]


@imports.callback()
def import_() -> None:
    """What other programs spent, into the ledger."""


@imports.command("claude-code")
def claude_code(context: typer.Context, path: Logs = None, _json: Json = False) -> ImportResult:
    """Claude Code's own logs: every answer once, however often it is imported."""
    return frame_of(context).wiring().import_claude_code(tuple(path or ()))


@app.command()
def export(
    context: typer.Context,
    file: Target = "",
    form: AsFormat = Format.PROMETHEUS,
    since: SinceText = None,
    _json: Json = False,
) -> ExportResult:
    """What was spent, in the formats of other programs."""
    return frame_of(context).wiring().export_usage(form.value, file, moment(since))


@app.command()
def savings(context: typer.Context, run_id: OfRun = None, _json: Json = False) -> SavingsResult:
    """What the optimisations saved in this repository's runs, counted from what was sent and what was not."""
    return frame_of(context).wiring().usage_savings(run_id)
