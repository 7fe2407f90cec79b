"""mypy: its lines, in the one form that all its versions can be asked for.

Its JSON (from 1.11 on) says no more than they do, and no version can be asked whether it knows it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from adw.checks import launch
from adw.checks.judge import judge
from adw.checks.python import findings
from adw.checks.python.findings import Row
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault

_LINE = re.compile(
    r"(?P<path>[^\n:]+?):(?:(?P<line>\d+):)?(?:(?P<column>\d+):)?(?:\d+:\d+:)? "
    r"(?P<level>error|note): (?P<said>.*?)(?:  \[(?P<code>[\w-]+)\])?"
)
_FOUND = re.compile(r"^Found (\d+) errors? in \d+ files? \((?:checked|errors prevented)", re.MULTILINE)
_CLEAN = re.compile(r"^Success: (?:no issues found in \d+ source files?|no typing errors)", re.MULTILINE)
_ODD = re.compile(r"^[^\n:]+\.pyi?:\d+:(?:\d+:)? error: .*  \[[a-z][a-z-]+\]$", re.MULTILINE)
_JSON = re.compile(r'^\{"file": ".+", "line": -?\d+, "column": .+"severity": "(?:error|note)"\}$', re.MULTILINE)
_INTERNAL = re.compile(r"error: INTERNAL ERROR\b|^mypy: INTERNAL ERROR", re.MULTILINE)
_REFUSED = re.compile(r"^mypy: (?:error: )?(.+)$", re.MULTILINE)
_NO_MYPY = re.compile(r"No module named '?mypy'?\b")
_OPTIONS = ("--show-column-numbers", "--show-error-codes", "--no-pretty", "--no-color-output", "--error-summary")
_ADVICE = ("See https://", "Error code ", 'Use "-> None"')


class MypyCheck:
    """Reads mypy and `dmypy run`."""

    name = "mypy"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        at = launch.program(command, "mypy")
        if at is None:
            return Invocation(command=command)
        rest = launch.without(command[at + 1 :], ("--no-error-summary", "--pretty"), ("-O", "--output"))
        return Invocation(command=(*command[: at + 1], *_OPTIONS, *rest))

    def read(self, evidence: Evidence) -> Reading:
        said = self.parse(evidence.log, evidence.place.root)
        if _NO_MYPY.search(evidence.log) and not said.failures:
            said = replace(said, fault=CheckFault("NO_TOOL", f"{evidence.command[0]} has no mypy"))
        return judge(evidence, said, self.kind)

    def recognises(self, log: str) -> bool:
        return any(sign.search(log) for sign in (_FOUND, _CLEAN, _ODD, _JSON))

    def parse(self, log: str, root: str) -> Reading:
        rows = list(_rows(log))
        found = findings.failures((row for row, level in rows if level == "error"), root)
        mild = findings.failures((row for row, level in rows if level == "note"), root)
        counted = sum(int(count) for count in _FOUND.findall(log))
        fault = findings.lost(counted, sum(level == "error" for _, level in rows)) or _broken(log, rows=bool(found))
        finished = bool(counted) or _CLEAN.search(log) is not None
        return Reading(findings.summary(found), found, fault, mild, finished)


def _broken(log: str, *, rows: bool) -> CheckFault | None:
    if "INTERNAL ERROR" in log and _INTERNAL.search(log):
        return CheckFault("CRASH", "mypy failed internally")
    refused = None if rows else _REFUSED.search(log)
    return CheckFault("NO_REPORT", f"mypy did not start: {refused.group(1)}") if refused else None


def _rows(log: str) -> Iterator[tuple[Row, str]]:
    """Errors and notes; the notes that explain an error are part of its message."""
    last: tuple[Row, str] | None = None
    for line in log.split("\n"):
        row = _row(line)
        if row is None:
            continue
        if last is not None and row[1] == "note" and last[0].path == row[0].path and last[0].line == row[0].line:
            if not row[0].said.startswith(_ADVICE):
                last = replace(last[0], said=f"{last[0].said}\n{row[0].said}"), last[1]
            continue
        if last is not None:
            yield last
        last = row
    if last is not None:
        yield last


def _row(line: str) -> tuple[Row, str] | None:
    if ": error: " in line or ": note: " in line:
        match = _LINE.fullmatch(line)
        if match is None or match["path"] == "mypy":
            return None
        place = int(match["line"] or 0), int(match["column"] or 0)
        return Row(match["path"], *place, match["code"] or "misc", match["said"]), match["level"]
    return _json_row(line) if line.startswith('{"file": ') else None


def _json_row(line: str) -> tuple[Row, str] | None:
    try:
        told = json.loads(line)
        said = "\n".join(part for part in (told["message"], told["hint"] or "") if not part.startswith(_ADVICE))
        row = Row(told["file"], int(told["line"]), int(told["column"]) + 1, told["code"] or "misc", said)
        return row, str(told["severity"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
