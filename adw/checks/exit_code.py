"""Any command: its exit code, and failure lines by common patterns."""

import re

from adw.checks import locate, text
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, Summary

_LINE = re.compile(
    r"^\s*(?P<path>(?:[A-Za-z]:)?[^\s:()'\"<>|]+\.\w+)"  # path with a suffix
    r"(?::(?P<line>\d+)(?::(?P<column>\d+))?|\((?P<l2>\d+)(?:,(?P<c2>\d+))?\))"  # :3:14 or (3,14)
    r"\s*:?\s*-?\s*(?P<said>\S.*)$",
    re.MULTILINE,
)
_LEVEL = re.compile(r"^(?:fatal )?(?P<level>error|warning|note|info|hint|remark)\b:?\s*", re.IGNORECASE)
_CODE = re.compile(r"^\[?(?P<code>[A-Z]{1,6}\d{2,5})\]?:?\s+|\s+\[(?P<behind>[\w./-]+)\]$")
_FRAME = re.compile(r'^\s*File "(?P<path>[^"]+)", line (?P<line>\d+)')
_RAISED = re.compile(r"^(?P<said>[\w.]*(?:Error|Exception)\b.*)$")
_MILD = frozenset({"warning", "note", "info", "hint", "remark"})
_MAX_FINDINGS = 2000


class ExitCode:
    """Judges by the exit code alone; names findings where lines of the output look like some."""

    name = "exit"
    kind = Kind.FINDINGS

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        return Invocation(command=command)

    def read(self, evidence: Evidence) -> Reading:
        if evidence.timed_out:
            return _fault(evidence, "TIMEOUT", f"the time limit of {evidence.timeout_s:g} s ended the command")
        if evidence.exit_code == 0:
            return Reading()
        if evidence.exit_code < 0:
            return _fault(evidence, "CRASH", f"the command died of signal {-evidence.exit_code}")
        found = findings(evidence.log, evidence.place.root)
        if not found:
            why = f"the command's exit code is {evidence.exit_code}, and its output names no failure"
            return _fault(evidence, "NO_REPORT", why)
        return Reading(Summary(total=len(found), errors=len(found)), found)

    def recognises(self, log: str) -> bool:  # noqa: ARG002
        return True

    def parse(self, log: str, root: str) -> Reading:
        found = findings(log, root)
        return Reading(Summary(total=len(found), errors=len(found)), found)


def findings(log: str, root: str) -> tuple[Failure, ...]:
    """Lines `path:line[:column]: message` that point into the workspace; warnings only where there is nothing worse."""
    errors: dict[tuple[str, str, str], Failure] = {}
    mild: dict[tuple[str, str, str], Failure] = {}
    for match in _LINE.finditer(text.plain(log)):
        path = locate.inside(match["path"].removeprefix("./"), root)
        if not path or len(errors) >= _MAX_FINDINGS:
            continue
        place = [path, match["line"] or match["l2"], match["column"] or match["c2"]]
        loc = ":".join(part for part in place if part)
        level = _LEVEL.match(match["said"])
        said = match["said"][level.end() :] if level else match["said"]
        code = _CODE.search(said)
        named = (code["code"] or code["behind"]) if code else "UNKNOWN"
        said = text.message(said[: code.start()] + said[code.end() :] if code else said, root)
        into = mild if level and level["level"].lower() in _MILD else errors
        into.setdefault((loc, named, said), Failure(loc, loc, named, said))
    return tuple((errors or mild).values()) or _raised(log, root)


def _raised(log: str, root: str) -> tuple[Failure, ...]:
    """What Python raised: the line that says so, at the last frame before it that lies in the workspace."""
    found: dict[Failure, None] = {}
    frames: list[locate.Frame] = []
    for line in text.plain(log).splitlines():
        if frame := _FRAME.match(line):
            frames.append((frame["path"], int(frame["line"])))
        elif (raised := _RAISED.match(line)) and (loc := locate.last_frame(frames, root)):
            found[Failure(loc, loc, "UNKNOWN", text.message(raised["said"], root))] = None
            frames = []
    return tuple(found)[:_MAX_FINDINGS]


def _fault(evidence: Evidence, kind: str, why: str) -> Reading:
    place = evidence.place
    failures = findings(evidence.log, place.root)
    return Reading(Summary(), failures, CheckFault(kind, why, text.tail(evidence.log, place.root, place.scratch)))
