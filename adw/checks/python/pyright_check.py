"""pyright and basedpyright: their JSON, which they print in place of their text."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from adw.checks import launch
from adw.checks.judge import judge
from adw.checks.python import findings
from adw.checks.python.findings import Row
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault

_LINE = re.compile(r"^  (\S.*?):(\d+):(\d+) - (error|warning|information): (.*(?:\n  [ \xa0]{2}.*)*)", re.MULTILINE)
_FILE_LINE = re.compile(r"^  (\S.*?\.pyi?): (error|warning): (.*)$", re.MULTILINE)
_RULE = re.compile(r" \((report\w+|\w+)\)\Z")
_CLOSING = re.compile(r"^(\d+) errors?, (\d+) warnings?, \d+ (?:informations?|notes?) ?$", re.MULTILINE)
_JSON = '"generalDiagnostics": ['
_NAMES = ("pyright", "basedpyright", "pyright-python")
_REFUSALS = {2: "it failed internally", 3: "its configuration is broken", 4: "its arguments are wrong"}
"""What its exit codes mean (pyright's documentation, command line)."""


class _Told(BaseModel):
    """What another program says may grow: fields that are not known are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Position(_Told):
    line: int = 0
    character: int = 0


class _Range(_Told):
    start: _Position = _Position()


class _Diagnostic(_Told):
    file: str = ""
    uri: str = ""
    severity: Literal["error", "warning", "information", "unusedcode", "unreachable", "deprecated"] = "error"
    message: str = ""
    range: _Range | None = None
    rule: str = ""


class _Summary(_Told):
    errorCount: int  # noqa: N815 - pyright's words
    warningCount: int  # noqa: N815


class _Output(_Told):
    generalDiagnostics: tuple[_Diagnostic, ...]  # noqa: N815
    summary: _Summary


class PyrightCheck:
    """Reads pyright."""

    name = "pyright"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        at = launch.program(command, *_NAMES)
        if at is None:
            return Invocation(command=command)
        rest = launch.without(command[at + 1 :], ("--outputjson", "--stats", "--verbose", "-w", "--watch"))
        return Invocation(command=(*command[: at + 1], "--outputjson", *rest))

    def read(self, evidence: Evidence) -> Reading:
        said = self.parse(evidence.log, evidence.place.root)
        if said.fault is None and not said.finished and not evidence.timed_out and evidence.exit_code >= 0:
            why = _REFUSALS.get(evidence.exit_code, "it ended without its closing line")
            said = Reading(said.summary, said.failures, CheckFault("NO_REPORT", f"pyright did not report: {why}"))
        if evidence.exit_code and not said.failures:  # as with --warnings
            said = replace(said, summary=findings.summary(said.mild))
        return judge(evidence, said, self.kind)

    def recognises(self, log: str) -> bool:
        return _JSON in log or _CLOSING.search(log) is not None

    def parse(self, log: str, root: str) -> Reading:
        return _parse_json(log, root) if _JSON in log else _parse_text(log, root)


def _parse_json(log: str, root: str) -> Reading:
    """Every report in the log: a script may have started pyright more than once."""
    outputs: list[_Output] = []
    at = log.find(_JSON)
    while at >= 0:
        try:
            content, end = json.JSONDecoder().raw_decode(log, log.rindex("{", 0, at))
            outputs.append(_Output.model_validate(content))
        except ValidationError:
            return Reading(fault=CheckFault("NO_REPORT", "pyright's report has another form"))
        except ValueError:
            return Reading(fault=CheckFault("NO_REPORT", "pyright's report is cut or mixed with other output"))
        at = log.find(_JSON, end)
    rows = [(_row(told), str(told.severity)) for output in outputs for told in output.generalDiagnostics]
    errors = sum(output.summary.errorCount for output in outputs)
    return _reading(rows, root, errors, sum(output.summary.warningCount for output in outputs))


def _row(told: _Diagnostic) -> Row:
    line, column = (told.range.start.line + 1, told.range.start.character + 1) if told.range else (0, 0)
    return Row(told.file or told.uri, line, column, told.rule or "syntax", told.message)


def _parse_text(log: str, root: str) -> Reading:
    closings = _CLOSING.findall(log)
    errors, warnings = (sum(int(closing[at]) for closing in closings) for at in (0, 1))
    return _reading(list(_text_rows(log)), root, errors, warnings, finished=bool(closings))


def _text_rows(log: str) -> Iterator[tuple[Row, str]]:
    for path, line, column, level, said in _LINE.findall(log):
        rule = _RULE.search(said)
        yield Row(path, int(line), int(column), rule.group(1) if rule else "syntax", _RULE.sub("", said)), level
    for path, level, said in _FILE_LINE.findall(log):
        yield Row(path, 0, 0, "syntax", said), level


def _reading(rows: list[tuple[Row, str]], root: str, errors: int, warnings: int, *, finished: bool = True) -> Reading:
    found = findings.failures((row for row, level in rows if level == "error"), root)
    mild = findings.failures((row for row, level in rows if level == "warning"), root)
    levels = [level for _, level in rows]
    fault = findings.lost(errors, levels.count("error")) or findings.lost(warnings, levels.count("warning"))
    return Reading(findings.summary(found), found, fault, mild, finished)
