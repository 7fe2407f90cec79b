"""The tools that ADW can read, by the name that stands in a check.

A family is imported when one of its tools is asked for: a check of one tool must not wait for all the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from adw.checks.exit_code import ExitCode
from adw.checks.tool import Tool

ANY: Tool = ExitCode()
FAMILIES = {
    "python": ("pytest", "unittest", "django", "mypy", "pyright", "ruff", "flake8"),
    "javascript": ("jest", "vitest", "mocha", "tsc", "eslint"),
    "native": ("go-test", "go", "cargo-test", "cargo", "maven", "dotnet", "gcc", "javac"),
    "scripting": ("rspec", "phpunit"),
}
"""The packages of `adw.checks` with the names of what is in their `TOOLS`."""
_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}


def tool(name: str) -> Tool:
    """The tool of that name; anything unknown is judged by its exit code."""
    family = _FAMILY_OF.get(name)
    return next((one for one in _in(family) if one.name == name), ANY) if family else ANY


if TYPE_CHECKING:
    TOOLS: tuple[Tool, ...]
    """What `every` returns."""
else:

    def __getattr__(name: str) -> tuple[Tool, ...]:
        if name == "TOOLS":
            return every()
        raise AttributeError(name)


def every() -> tuple[Tool, ...]:
    """All of them, without the one that judges any command."""
    return tuple(one for family in FAMILIES for one in _in(family))


def recognised(log: str) -> Tool:
    """The tool that a log comes from, by what only it prints; `exit` where none claims it."""
    return next((one for one in every() if one.recognises(log)), ANY)


def _in(family: str) -> tuple[Tool, ...]:
    return cast("tuple[Tool, ...]", import_module(f"adw.checks.{family}").TOOLS)
