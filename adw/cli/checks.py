"""`adw test`, `adw check`, `adw parse`."""

from enum import StrEnum
from typing import Annotated

import typer

from adw.cli.frame import Json, frame_of
from adw.domain.checked import Checked, CheckedAll, RawChecked
from adw.domain.results import RunOutcome
from adw.errors import UsageError

app = typer.Typer()


class Which(StrEnum):
    BUILD = "build"
    LINT = "lint"
    ALL = "all"


_NAMES = {Which.BUILD: ("build",), Which.LINT: ("lint",), Which.ALL: ("build", "lint")}

Paths = Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Only these: files, folders, packages.")]
External = Annotated[
    bool, typer.Option("--use-external/--no-external", help="The report, or the raw output and what it costs.")
]
Fix = Annotated[bool, typer.Option("--fix", help="Let the model mend what fails, in one batch, on a branch.")]
What = Annotated[Which, typer.Argument(metavar="[build|lint|all]", help="Compiler or type checker, linter, or both.")]
Log = Annotated[str, typer.Argument(metavar="FILE|-", help="A log, or - for standard input.")]
OfTool = Annotated[str, typer.Option("--tool", metavar="T", help="What wrote it; without: told from the log.")]


@app.command()
def test(
    context: typer.Context,
    paths: Paths = None,
    use_external: External = True,
    fix: Fix = False,
    _json: Json = False,
) -> Checked | RawChecked | RunOutcome:
    """Run the tests of this checkout, and report them in few words. No model is asked but by --fix."""
    if fix and not use_external:
        raise UsageError("--fix and --no-external exclude each other", hint="what is mended is what the report names")
    frame = frame_of(context)
    if fix:
        return frame.wiring().fix_tests(tuple(paths or ()), frame.observer)
    return frame.wiring().run_tests(tuple(paths or ()), frame.observer, external=use_external)


@app.command()
def check(context: typer.Context, what: What = Which.ALL, _json: Json = False) -> CheckedAll:
    """Run the compiler or type checker of this checkout, and its linter, and report them in few words."""
    frame = frame_of(context)
    return frame.wiring().run_checks(_NAMES[what], frame.observer)


@app.command()
def parse(context: typer.Context, log: Log, tool: OfTool = "", _json: Json = False) -> Checked:
    """A log that is there already, as the same report."""
    return frame_of(context).wiring().parse_log(log, tool)
