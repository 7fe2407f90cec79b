"""Reports for people: counts, what failed and where, and where the raw output is."""

import shlex
from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from adw.checks.report import line
from adw.cli.pieces import Raw, cell, plain
from adw.domain.checked import Checked, CheckedAll, Initialised, RawChecked
from adw.domain.report import Failure, Report

_ALSO_SHOWN = 20
"""Further names of one failure; `--json` has all."""

Pieces = Iterator[RenderableType | Raw]


def one(result: Checked) -> Pieces:
    """One report."""
    yield from _report(result.report)


def several(result: CheckedAll) -> Pieces:
    """Report after report."""
    for report in result.reports:
        yield from _report(report)


def raw(result: RawChecked) -> Pieces:
    """What the tool printed."""
    yield Raw(result.output)


def initialised(result: Initialised) -> Pieces:
    """What was found and written."""
    for check in result.checks:
        yield cell(f"{check.name}: {shlex.join(check.command)} ({check.tool})")
    for check in result.others:
        yield cell(f"also found, not used: {check.name}: {shlex.join(check.command)} ({check.tool})", style="dim")
    if not result.checks:
        yield cell("nothing was found: name the commands yourself")
    yield cell(f"written: {result.path}")


def _report(report: Report) -> Pieces:
    yield Text(plain(line(report)), style="bold green" if report.ok else "bold red")
    new, flaky = set(report.new), set(report.flaky)
    for failure in report.failures:
        yield from _failure(failure, new, flaky)
    if report.fault is not None and report.fault.tail:
        yield cell("the end of the output:", style="dim")
        yield _indented(cell(report.fault.tail))
    if report.log and not report.ok:
        yield cell(f"log: {report.log}", style="dim")


def _failure(failure: Failure, new: set[str], flaky: set[str]) -> Pieces:
    marks = [word for word, names in (("new", new), ("flaky", flaky)) if failure.name in names]
    place = [] if failure.name == failure.loc else [failure.name]
    said = " ".join([*place, failure.loc, failure.code, *(f"({mark})" for mark in marks)])
    yield cell(said)
    if failure.message:
        yield _indented(cell(failure.message))
    for name in failure.also[:_ALSO_SHOWN]:
        mark = "".join(f" ({word})" for word, names in (("new", new), ("flaky", flaky)) if name in names)
        yield _indented(cell(f"also {name}{mark}"))
    if len(failure.also) > _ALSO_SHOWN:
        yield _indented(cell(f"and {len(failure.also) - _ALSO_SHOWN} more: --json names them all"))


def _indented(text: Text) -> Padding:
    return Padding(text, (0, 0, 0, 2), expand=False)
