"""Asking before something is lost."""

import sys

from rich.console import Console
from rich.table import Table

from adw.cli.pieces import cell, counted, grid, one_line, outcome_cell
from adw.domain.results import Agreeing, GoingRun
from adw.errors import UsageError


def asker(*, as_json: bool) -> Agreeing:
    """Asks on the terminal. Raises UsageError where nobody could answer."""
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "this asks before it removes anything, and here is nobody to answer", hint="--yes removes without asking"
        )
    return agreed


def unasked(_going: tuple[GoingRun, ...]) -> bool:
    """Yes."""
    return True


def agreed(going: tuple[GoingRun, ...]) -> bool:
    """Whether whoever sits at the terminal wants these to go. No answer is a no."""
    from rich.prompt import Confirm  # noqa: PLC0415  # only who is asked waits for it

    console = Console(highlight=False, markup=False, emoji=False)
    console.print(_table(going))
    for one in going:
        if one.lost:
            console.print(cell(f"{one.id}: {one.lost}", style="bold red"))
    try:
        return Confirm.ask(f"Remove {counted(len(going), 'run')}?", console=console, default=False)
    except EOFError:
        console.print()
        return False


def _table(going: tuple[GoingRun, ...]) -> Table:
    table = grid("run", "outcome", ">size", "branch", "issue")
    for one in going:
        table.add_row(
            one.id,
            outcome_cell(one.outcome),
            f"{one.size_bytes / 1_000_000:.1f} MB",
            cell(one.branch or "none"),
            one_line(one.title),
        )
    return table
