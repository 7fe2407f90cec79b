"""flake8: its default lines, in a file as well as in the log, where plugins print too."""

import re
from collections.abc import Iterator

from adw.checks import launch
from adw.checks.judge import judge
from adw.checks.python import findings
from adw.checks.python.findings import Row
from adw.checks.python.ruff_check import RuffCheck
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault

REPORT = "flake8.txt"
_LINE = re.compile(r"\n([^\n:]+):(\d+):(\d+): ([A-Z]{1,3}\d{1,4}) (.*)$", re.MULTILINE)
_CRITICAL = re.compile(r"^There was a critical error during execution of Flake8:\n(.*)", re.MULTILINE)
_REFUSED = re.compile(r"^flake8: error: (.+)$", re.MULTILINE)
_NO_FLAKE8 = re.compile(r"No module named '?flake8'?\b")
_FLAGS = ("-q", "-qq", "--quiet", "--tee", "--show-source", "--statistics", "--count")
_VALUED = ("--format", "--output-file")


class Flake8Check:
    """Reads flake8."""

    name = "flake8"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        at = launch.program(command, "flake8")
        if at is None:
            return Invocation(command=command)
        options = ("--format=default", f"--output-file={place.scratch}/{REPORT}", "--tee")
        return Invocation(command=(*command[: at + 1], *options, *launch.without(command[at + 1 :], _FLAGS, _VALUED)))

    def read(self, evidence: Evidence) -> Reading:
        root, report = evidence.place.root, evidence.files.get(REPORT)
        said = self.parse(evidence.log, root)
        if report is not None and said.fault is None:
            said = self.parse(report.decode("utf-8", "replace"), root)
        if _NO_FLAKE8.search(evidence.log) and not said.failures:
            said = Reading(fault=CheckFault("NO_TOOL", f"{evidence.command[0]} has no flake8"))
        return judge(evidence, said, self.kind)

    def recognises(self, log: str) -> bool:
        return _LINE.search("\n" + log) is not None and not RuffCheck().recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        found = findings.failures(_rows(log), root)
        return Reading(findings.summary(found), found, _broken(log, found=bool(found)))


def _broken(log: str, *, found: bool) -> CheckFault | None:
    critical = _CRITICAL.search(log) if "There was a critical" in log else None
    if critical:
        return CheckFault("CRASH", f"flake8 failed internally: {critical.group(1)}")
    refused = None if found else _REFUSED.search(log)
    return CheckFault("NO_REPORT", f"flake8 did not start: {refused.group(1)}") if refused else None


def _rows(log: str) -> Iterator[Row]:
    for path, line, column, code, said in _LINE.findall("\n" + log):
        yield Row(path, int(line), int(column), code, said)
