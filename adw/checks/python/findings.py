"""Findings of linters and type checkers: rows of path, line, column, code and message, as failures."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from adw.checks import locate, text
from adw.domain.report import CheckFault, Failure, Summary


@dataclass(frozen=True, slots=True)
class Row:
    """One finding as the tool gives it. Lines and columns count from 1 as the tool's own output does; 0: unknown."""

    path: str
    line: int
    column: int
    code: str
    said: str


def failures(rows: Iterable[Row], root: str) -> tuple[Failure, ...]:
    """Each finding once, with its path relative to the workspace; one outside keeps the path that the tool gave."""

    @cache  # a linter says few things, many times: this is where the time would go
    def message(said: str) -> str:
        return text.message(said, root) or "no message"

    @cache
    def inside(path: str) -> str:
        return locate.inside(path, root) or path

    found: dict[Failure, None] = {}
    for row in rows:
        places = (str(number) for number in (row.line, row.column) if number > 0)
        loc = ":".join((inside(row.path), *places)) if row.line > 0 else inside(row.path)
        found[Failure(loc, loc, row.code or "UNKNOWN", message(row.said))] = None
    return tuple(found)


def summary(found: tuple[Failure, ...]) -> Summary:
    return Summary(total=len(found), errors=len(found))


def lost(counted: int, told: int) -> CheckFault | None:
    """A fault where the tool counts more than its output names: a log that was cut, most likely."""
    return CheckFault("MISMATCH", f"{counted} findings are counted, but {told} are told") if counted > told else None
