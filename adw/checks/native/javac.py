"""`javac`: its text. `-XDrawDiagnostics` would give codes, but the file's name without its folder."""

import re

from adw.checks.judge import judge
from adw.checks.native import commands, findings, java_errors
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading

_OWN = re.compile(
    r"^(?!\[)[^\s:]+\.java:\d+(?::\d+)?: (?:compiler\.(?:err|warn)\.|[^\s:\[\]]+ ?:|警告:)"
    r"|^error: (?:file not found: \S+\.java|warnings found and -Werror)",
    re.MULTILINE,
)
_COUNT = re.compile(
    r"^(?:\d+ (?:errors?|Fehler|warnings?|Warnung(?:en)?|erreurs?)|(?:エラー|警告)\d+個|\d+ 个(?:错误|警告))$",
    re.MULTILINE,
)
_MANY = ("-Xmaxerrs", "10000", "-Xmaxwarns", "10000")


class Javac:
    """Reads javac, however it was started."""

    name = "javac"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        """All errors, where javac stops at a hundred; in English, whatever the machine speaks."""
        at = commands.at(command, "javac")
        if at >= 0 and "-Xmaxerrs" not in command:
            command = commands.insert(command, _MANY, behind=at)
        return Invocation(command)

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, _reading(evidence.log, evidence.place.root, evidence.place.scratch), self.kind)

    def recognises(self, log: str) -> bool:
        return _OWN.search(log) is not None

    def parse(self, log: str, root: str) -> Reading:
        return _reading(log, root)


def _reading(log: str, *folders: str) -> Reading:
    found = java_errors.findings(log, folders[0])
    return findings.reading(found, *folders, finished=_COUNT.search(log) is not None)
