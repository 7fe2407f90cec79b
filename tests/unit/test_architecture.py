"""The house rules that import-linter cannot see (the import contracts themselves run in `make check`)."""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from adw.cli.commands import everything

PACKAGE = Path(__file__).parents[2] / "adw"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 500
LONG = 200
LONGEST_BODY = 15
LONGEST_FUNCTION = 40
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
PURE = ("workflow", "context", "checks", "quota", "domain")
CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}


def named(module: Path) -> str:
    return str(module.relative_to(PACKAGE.parent))


def lines_of(module: Path) -> int:
    return len(module.read_text(encoding="utf-8").splitlines())


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_modules_are_short():
    lengths = {named(module): lines_of(module) for module in MODULES}
    for name, length in lengths.items():
        if length >= LONG:
            warnings.warn(f"{name} has {length} lines: is it still one subject?", stacklevel=1)

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_functions_fit_on_a_screen():
    long = {
        f"{named(module)}:{function.name}": body_lines(function)
        for module in MODULES
        for function in functions(module)
        if body_lines(function) > LONGEST_FUNCTION
    }
    assert long == {}


def test_modules_have_names_of_the_field():
    assert [
        named(module) for module in MODULES if module.stem in FORBIDDEN_NAMES or module.parent.name in FORBIDDEN_NAMES
    ] == []


def command_bodies() -> dict[str, int]:
    """Lines of each command's body, by the command's function."""
    callbacks = []
    groups: list[typer.Typer] = [everything()]
    while groups:
        group = groups.pop()
        callbacks += [command.callback for command in group.registered_commands if command.callback]
        groups += [below.typer_instance for below in group.registered_groups if below.typer_instance]
    lengths = {}
    for callback in callbacks:
        source = PACKAGE.parent.joinpath(*callback.__module__.split(".")).with_suffix(".py")
        (length,) = [body_lines(function) for function in functions(source) if function.name == callback.__name__]
        lengths[f"{callback.__module__}.{callback.__name__}"] = length
    return lengths


def test_bodies_of_commands_are_short():
    lengths = command_bodies()

    assert len(lengths) >= 10
    assert {name: length for name, length in lengths.items() if length > LONGEST_BODY} == {}


@pytest.mark.parametrize("layer", PURE)
def test_below_the_adapters_nobody_reads_the_clock(layer):
    found = []
    for module in (PACKAGE / layer).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute):
                continue
            owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            if owner == "time" or (owner, node.attr) in CLOCK:
                found.append(f"{named(module)}:{node.lineno}: {owner}.{node.attr}")
    assert found == []
