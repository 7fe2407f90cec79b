"""`adw test`, `adw check`, `adw parse`. A run's test phase again is among the tests: `adw test RUN`."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from adw.cli.frame import Json, Wiring, frame_of
from adw.cli.run import BudgetTokens, BudgetUsd, LevelName, Model
from adw.domain.checked import Checked, CheckedAll, RawChecked
from adw.domain.results import RunOutcome, RunRequest
from adw.domain.run import Phase
from adw.errors import UsageError

app = typer.Typer()


class Which(StrEnum):
    BUILD = "build"
    LINT = "lint"
    ALL = "all"


_NAMES = {Which.BUILD: ("build",), Which.LINT: ("lint",), Which.ALL: ("build", "lint")}

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[RUN|PATH...]", help="Only these files, folders, packages; or a run, for its test phase."),
]
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
    budget_tokens: BudgetTokens = None,
    budget_usd: BudgetUsd = None,
    model: Model = "",
    level: LevelName = None,
    _json: Json = False,
) -> Checked | RawChecked | RunOutcome:
    """Run the tests of this checkout, and report them in few words; or do a run's test phase again.

    No model is asked for this checkout's tests but by --fix.
    """
    if fix and not use_external:
        raise UsageError("--fix and --no-external exclude each other", hint="what is mended is what the report names")
    frame, words = frame_of(context), tuple(paths or ())
    request = RunRequest("", Phase.REVIEW, budget_tokens, budget_usd, model, level=level or "")
    if run_id := _run_among(words, frame.wiring()):
        _refuse_of_run(words, fix=fix, use_external=use_external)
        return frame.wiring().follow_run(run_id, replace(request, until=Phase.TEST), frame.observer)
    if fix:
        return frame.wiring().fix_tests(words, request, frame.observer)
    _refuse_idle(request)
    return frame.wiring().run_tests(words, frame.observer, external=use_external)


def _run_among(words: tuple[str, ...], wiring: Wiring) -> str:
    return next(filter(None, map(wiring.run_named, words)), "")


def _refuse_of_run(words: tuple[str, ...], *, fix: bool, use_external: bool) -> None:
    """Raises UsageError for what makes no sense with a run."""
    if len(words) > 1:
        raise UsageError(f"{' '.join(words)}: a run's test phase is of all its tests", hint="give the run alone")
    if fix or not use_external:
        option = "--fix" if fix else "--no-external"
        raise UsageError(f"{option} is for the tests of this checkout", hint="a run's test phase mends what fails")


def _refuse_idle(request: RunRequest) -> None:
    """Raises UsageError where an option for models was given and none is asked."""
    if request != RunRequest("", request.until):
        raise UsageError(
            "a budget, a model, a level: none is asked here", hint="they are for --fix and for adw test RUN"
        )


@app.command()
def check(context: typer.Context, what: What = Which.ALL, _json: Json = False) -> CheckedAll:
    """Run the compiler or type checker of this checkout, and its linter, and report them in few words."""
    frame = frame_of(context)
    return frame.wiring().run_checks(_NAMES[what], frame.observer)


@app.command()
def parse(context: typer.Context, log: Log, tool: OfTool = "", _json: Json = False) -> Checked:
    """A log that is there already, as the same report."""
    return frame_of(context).wiring().parse_log(log, tool)
