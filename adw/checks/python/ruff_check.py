"""ruff: `ruff check` by its JSON in a file, `ruff format --check` by its text."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from adw.checks import launch
from adw.checks.judge import judge
from adw.checks.python import findings
from adw.checks.python.findings import Row
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault

REPORT = "ruff.json"
_CODE = r"(?P<code>[A-Z]+\d+|[a-z]+(?:-[a-z]+)+)"
# A pattern that begins with a line break is looked for much faster than one with `^`.
_CONCISE = re.compile(
    rf"\n(?P<path>[^\n:]+):(?P<line>\d+):(?P<column>\d+): {_CODE}:? (?:\[\*\] )?(?P<said>.*)$", re.MULTILINE
)
_FULL = re.compile(
    rf"\n{_CODE}:? (?:\[[*-]\] )?(?P<said>.*)\n *--> (?P<path>.+?):(?P<line>\d+):(?P<column>\d+)$",
    re.MULTILINE,
)
_UNFORMATTED = re.compile(
    r"\n(?:unformatted: (?P<said>.*)\n *--> (?P<path>.+?):(?P<line>\d+):(?P<column>\d+)|Would reformat: (?P<file>.+))$",
    re.MULTILINE,
)
_FOUND = re.compile(r"\nFound (\d+) errors?(?: \((\d+) fixed, (\d+) remaining\))?\.$", re.MULTILINE)
_CLEAN = re.compile(r"\nAll checks passed!$", re.MULTILINE)
_FORMAT = re.compile(
    r"\n(?:(\d+) files? would be reformatted(?:, .*)?|\d+ files? (?:already formatted|left unchanged))$", re.MULTILINE
)
_UNPARSABLE = re.compile(
    r"\nerror: Failed to parse (?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<said>.*)$", re.MULTILINE
)
_REFUSED = re.compile(r"\n(?:error|ruff failed)(?:: |\n  (?:Cause: )?)(.+)$", re.MULTILINE)
_DIFFERENT = frozenset({"--diff", "--show-files", "--show-settings", "--watch", "-w", "--add-noqa", "-h", "--help"})
"""With these it reports no findings."""
_SUBCOMMANDS = frozenset({"rule", "config", "linter", "clean", "format", "server", "analyze", "version", "help"})


class _Told(BaseModel):
    """What another program says may grow: fields that are not known are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Position(_Told):
    row: int = 0
    column: int = 0


class _Finding(_Told):
    filename: str
    code: str | None = None
    message: str
    location: _Position | None = None
    severity: str = "error"


_FINDINGS = TypeAdapter(tuple[_Finding, ...])


class RuffCheck:
    """Reads ruff."""

    name = "ruff"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        at = launch.program(command, "ruff")
        if at is None or _DIFFERENT.intersection(command) or _SUBCOMMANDS.intersection(command[at + 1 : at + 2]):
            return Invocation(command=command)
        before, after = command[: at + 1], command[at + 1 :]
        if "check" in after:  # else `ruff .`, as it was before 0.5
            start = after.index("check") + 1
            before, after = before + after[:start], after[start:]
        rest = launch.without(
            after,
            ("--statistics", "--show-source", "--show-fixes"),
            ("-o", "--output-file", "--output-format", "--format"),
        )
        report = ("--output-format=json", f"--output-file={place.scratch}/{REPORT}")
        return Invocation(command=(*before, *report, *rest))

    def read(self, evidence: Evidence) -> Reading:
        asked = self.prepare(evidence.command, evidence.place).command != evidence.command
        said = self.parse(evidence.log, evidence.place.root)
        if REPORT in evidence.files:
            said = _report(evidence.files[REPORT], evidence.place.root)
        elif asked and said.fault is None and evidence.exit_code >= 0 and not evidence.timed_out:
            said = Reading(fault=CheckFault("NO_REPORT", "ruff ended without writing its report"))
        return judge(evidence, said, self.kind)

    def recognises(self, log: str) -> bool:
        log = "\n" + log
        if any(sign.search(log) for sign in (_CLEAN, _FULL, _UNFORMATTED)):
            return True
        return _FORMAT.search(log) is not None or bool(_FOUND.search(log) and _CONCISE.search(log))

    def parse(self, log: str, root: str) -> Reading:
        log = "\n" + log
        rows = list(_rows(log))
        found = findings.failures(rows, root)
        closings = _FOUND.findall(log)
        counted = sum(int(remaining or all_of) for all_of, _, remaining in closings)
        formats = _FORMAT.findall(log)
        counted += sum(int(count or 0) for count in formats)
        finished = bool(closings or formats) or _CLEAN.search(log) is not None
        refused = None if found or finished else _REFUSED.search(log)
        fault = CheckFault("NO_REPORT", f"ruff did not start: {refused.group(1)}") if refused else None
        return Reading(findings.summary(found), found, fault or findings.lost(counted, len(rows)), finished=finished)


def _report(content: bytes, root: str) -> Reading:
    try:
        told = _FINDINGS.validate_json(content)
    except ValidationError:
        return Reading(fault=CheckFault("NO_REPORT", "ruff's report is damaged"))
    found = findings.failures((_row(each) for each in told if each.severity == "error"), root)
    mild = findings.failures((_row(each) for each in told if each.severity != "error"), root)
    return Reading(findings.summary(found), found, mild=mild, finished=True)


def _row(told: _Finding) -> Row:
    place = told.location or _Position()
    return Row(told.filename, place.row, place.column, told.code or "invalid-syntax", told.message)


def _rows(log: str) -> Iterator[Row]:
    for match in _CONCISE.finditer(log):
        yield Row(match["path"], int(match["line"]), int(match["column"]), match["code"], match["said"])
    if "--> " in log:
        for match in _FULL.finditer(log):
            yield Row(match["path"], int(match["line"]), int(match["column"]), match["code"], match["said"])
    if "Failed to parse" in log:
        for match in _UNPARSABLE.finditer(log):
            yield Row(match["path"], int(match["line"]), int(match["column"]), "invalid-syntax", match["said"])
    if "eformat" in log:
        for match in _UNFORMATTED.finditer(log):
            path, line, column = match["path"] or match["file"], match["line"] or 0, match["column"] or 0
            yield Row(path, int(line), int(column), "unformatted", match["said"] or "File would be reformatted")
