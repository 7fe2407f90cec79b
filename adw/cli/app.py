"""The command line as a whole: what becomes of the results and errors of commands."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stdout
from typing import cast

import typer

from adw.cli import commands
from adw.cli.frame import Frame, Wiring
from adw.cli.problem import INTERRUPTED, Problem, of_error, of_interrupt
from adw.cli.render import Screen
from adw.cli.watching import Watching
from adw.errors import AdwError


def run(arguments: Sequence[str], wiring: Callable[[], Wiring]) -> int:
    """Do what the arguments say, show what came of it; the exit code (docs/exit-codes.md)."""
    root = typer.main.get_command(commands.wanted(arguments))
    screen = Screen(_command_name(root, arguments), _wants_json(arguments), sys.stdout, sys.stderr)
    display = Watching(screen.display)
    try:
        # What libraries print would break the envelope.
        with closing(display), redirect_stdout(sys.stderr if screen.as_json else sys.stdout):
            frame = Frame(wiring, display)
            result = root.main([*arguments] or ["--help"], "adw", standalone_mode=False, obj=frame)
        if result == INTERRUPTED:  # Typer has caught the ctrl-C
            raise KeyboardInterrupt  # noqa: TRY301  # one way for both
        return result if isinstance(result, int) else screen.result(result)
    except BrokenPipeError:
        return _reader_gone()
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001  # the command's edge: the one broad catch there is
        return screen.problem(*_fault(error, display.run_id))


def _fault(error: BaseException, run_id: str) -> tuple[int, Problem]:
    """The exit code of what was raised, and what to say of it. `run_id`: the run that was under way."""
    match error:
        case AdwError():
            return of_error(error, run_id)
        case KeyboardInterrupt():
            return of_interrupt(run_id)
        case typer.TyperException():
            return error.exit_code, _wrong_usage(error)
        case _:
            return 1, _crash(error, run_id)


def _wants_json(arguments: Sequence[str]) -> bool:
    """Known before the arguments are understood: wrong usage gets an envelope too."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _command_name(root: object, arguments: Sequence[str]) -> str:
    """`runs list`; as far as the arguments name a command. No group has options that take a value."""
    names = []
    for word in arguments:
        commands = getattr(root, "commands", {})
        if word in commands:
            root = commands[word]
            names.append(word)
    return " ".join(names)


def _wrong_usage(error: typer.TyperException) -> Problem:
    context = cast("typer.Context | None", getattr(error, "ctx", None))
    return Problem("usage", error.format_message(), f"{context.command_path} --help" if context else "adw --help")


def _crash(error: BaseException, run_id: str) -> Problem:
    if os.environ.get("ADW_TRACEBACK"):
        traceback.print_exception(error)
    summary = "".join(traceback.format_exception_only(error)).strip()
    resume = f"; resume with: adw resume {run_id}" if run_id else ""
    return Problem(
        "crashed",
        f"ADW has a bug, or met something that it does not know: {summary}",
        f"set ADW_TRACEBACK=1 to see where{resume}",
    )


def _reader_gone() -> int:
    """`adw runs log RUN | head`: nobody reads on. Python must not complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
