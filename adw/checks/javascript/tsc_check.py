"""The TypeScript compiler, which has no report for programs but lines that are as good."""

import re
from functools import lru_cache

from adw.checks import judge, locate, text
from adw.checks.javascript.command import Options, with_options
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import Failure, Summary

_OPTIONS = Options({"tsc": "", "vue-tsc": "", "tsgo": ""}, ("--pretty", "false"))
_FINDING = re.compile(r"error TS(?P<code>\d+): (?P<said>[^\n]*(?:\n  +[^\n\s][^\n]*)*)")
_HEAD = re.compile(
    r"(?P<path>\S[^\n]*?)(?:\((?P<line>\d+),(?P<column>\d+)\):|:(?P<l2>\d+):(?P<c2>\d+) -) \Z"  # (3,14): or :3:14 -
)
_PREFIX = re.compile(r"^(?:[^\n]*[:|\]] +|\d{4}-\d\d-\d\dT[\d:.]+Z )")
"""What others put before each line: `web:build: `, a time."""
_CLOSING = re.compile(r"\nFound \d+ errors?(?:\.| in )")
_SOURCE = re.compile(r"\n  +(?:\d+ |~|[^\n:]+:\d+:\d+)")
_LONGEST_PATH = 1000


class TscCheck:
    """Reads tsc, however it was started."""

    name = "tsc"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        return Invocation(with_options(command, _OPTIONS, place) or command)

    def read(self, evidence: Evidence) -> Reading:
        return judge.judge(evidence, self.parse(evidence.log, evidence.place.root), self.kind)

    def recognises(self, log: str) -> bool:
        return any(_head(log, found) is not None for found in _FINDING.finditer(log))

    def parse(self, log: str, root: str) -> Reading:
        """Each finding once: with project references a file may be compiled twice."""
        found = dict.fromkeys(
            _failure(match, head, root) for match in _FINDING.finditer(log) if (head := _head(log, match)) is not None
        )
        count = len({failure.name for failure in found})
        return Reading(
            Summary(total=count, errors=count), tuple(found), finished=_CLOSING.search("\n" + log) is not None
        )


def _head(log: str, finding: re.Match[str]) -> str | None:
    """What stands before the finding on its line; None where the line is another program's."""
    start = log.rfind("\n", max(0, finding.start() - _LONGEST_PATH), finding.start()) + 1
    head = log[start : finding.start()] if start or finding.start() < _LONGEST_PATH else ""
    return head if not head or _HEAD.match(head) else None


def _failure(finding: re.Match[str], head: str, root: str) -> Failure:
    code = f"TS{finding['code']}"
    said = _message(_SOURCE.split(finding["said"], maxsplit=1)[0], root)
    place = _HEAD.match(head)
    if place is None:
        return Failure(code, "", code, said)
    written = _PREFIX.sub("", place["path"])
    path = locate.inside(written, root) or written
    loc = f"{path}:{place['line'] or place['l2']}:{place['column'] or place['c2']}"
    return Failure(loc, loc, code, said)


@lru_cache(maxsize=1024)
def _message(said: str, root: str) -> str:
    """Kept for a while: many lines have the same fault."""
    return text.message(said, root)
