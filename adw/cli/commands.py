"""Which commands there are, and which module has them: none waits for what only the others import."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated

import typer

MODULES = {
    "run": ("run", "resume", "cancel"),
    "again": ("plan", "build", "review"),
    "runs": ("runs",),
    "queue": ("queue", "worker"),
    "context": ("context",),
    "usage_io": ("usage",),
    "checks": ("test", "check", "parse"),
    "init": ("init",),
    "mcp": ("mcp",),
    "doctor": ("doctor",),
    "demo": ("demo",),
}
"""The first words that each module of `adw.cli` knows, in the order in which help lists them."""


def everything() -> typer.Typer:
    """The application with all commands."""
    return _application(MODULES)


def wanted(arguments: Sequence[str]) -> typer.Typer:
    """The application as far as the arguments name a command; all of it where they don't, for help and for mistakes."""
    word = next((one for one in arguments if not one.startswith("-")), "")
    return _application([module for module, words in MODULES.items() if word in words] or MODULES)


def _application(modules: Iterable[str]) -> typer.Typer:
    app = typer.Typer(name="adw", rich_markup_mode=None)

    @app.callback()
    def adw(_version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False) -> None:
        """From an issue to a tested, reviewed branch with a language model, for a tenth of the tokens."""

    for module in modules:
        app.add_typer(import_module(f"adw.cli.{module}").app)
    return app
