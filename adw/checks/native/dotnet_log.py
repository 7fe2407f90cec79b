"""What `dotnet` prints: compiler errors of MSBuild, failing tests, the closing line of each test project."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adw.checks import locate
from adw.checks.native.findings import Dialect, Finding
from adw.domain.report import Summary

_ERROR = re.compile(
    r"^ *+(?P<path>[^\n(]+)\((?P<line>\d+)(?:,(?P<column>\d+))?(?:,\d+,\d+)?\) ?: (?P<level>error"
    r"|warning) (?P<code>[A-Z]+\d+): "
    r"(?P<said>[^\n]*?)(?: \[[^\]\n]+proj(?:::[^\]\n]*)?\])?$",
    re.MULTILINE,
)
_PLACELESS = re.compile(
    r"^ *+(?:(?P<path>[^\n:]+?) : )?error (?P<code>[A-Z]+\d+): (?P<said>[^\n]*?)(?: \[[^\]\n]+\])?$", re.MULTILINE
)
_MARK = re.compile(
    r" {2}(?:\S+ )?(?P<kind>Failed|Fehlgeschlagen|Passed|Skipped) (?P<test>\S.*?) \[[^\]]*\]"
    r"| +(?P<part>Error Message|Stack Trace|Standard Output Messages|Standard Error Messages|Fehlermeldung"
    r"|Stapelverfolgung):"
    r"|(?:Failed!|Passed!|Skipped!|Fehler!|Bestanden!) +- (?:Failed|Fehler): +(?P<failed>\d+), (?:Passed"
    r"|erfolgreich): +(?P<passed>\d+), "
    r"(?:Skipped|übersprungen): +(?P<skipped>\d+), .*"
    r"|(?:Total tests: |     (?P<word>Passed|Failed|Skipped): )(?P<count>\d+|Unknown)"
    r"|(?P<began>Starting test execution, please wait\.\.\.)"
    r"|(?P<aborted>The active test run was aborted\. Reason: .*|Test Run Aborted.*)"
    r"|(?P<crashed>.*The test running when the crash occurred:.*)"
)
_FIRST = frozenset(" FPSTB")
_DRIVE = re.compile(r"[A-Za-z]:/")
_STACK = frozenset({"Stack Trace", "Stapelverfolgung"})
_MESSAGE = frozenset({"Error Message", "Fehlermeldung"})

DIALECT = Dialect(
    imports=re.compile(r"^(?:CS0246|CS0234|CS0006|NU1101|FS0039|BC30002)\b"),
    syntax=re.compile(r"^(?:CS1\d{3}|FS0010|BC30\d{3}) "),
)


def errors(log: str, root: str) -> Iterator[Finding]:
    """What compilers and MSBuild complain of; those without a place only where there is nothing else."""
    if "error " not in log and "warning " not in log:
        return
    placed = False
    for match in _ERROR.finditer(log):
        mild = match["level"] == "warning"
        placed = placed or not mild
        path = inside(match["path"], root)
        position = ":".join(part for part in (match["line"], match["column"]) if part)
        where = f"{match['path']}:{position}"
        yield Finding(f"{path}:{position}" if path else "", match["said"], match["code"], mild=mild, where=where)
    if not placed:
        for match in _PLACELESS.finditer(log):
            path = inside((match["path"] or "").strip(), root)
            yield Finding(path, match["said"], match["code"], where="dotnet")


def inside(path: str, root: str) -> str:
    """As `locate.inside`, for paths of Windows too."""
    path, root = path.replace("\\", "/"), root.replace("\\", "/")
    if not _DRIVE.match(path):
        return locate.inside(path, root)
    return path[len(root) :].lstrip("/") if root and path.lower().startswith(f"{root.rstrip('/')}/".lower()) else ""


@dataclass(slots=True)
class Told:
    name: str
    message: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Log:
    failed: list[Told] = field(default_factory=list)
    totals: Summary = field(default_factory=Summary)
    aborted: str = ""
    running: tuple[str, ...] = ()
    """Tests that were running when the host crashed."""
    finished: bool = False


def read(log: str) -> Log:
    """In time linear in the log's length."""
    found, running = Log(), []
    into: list[str] | None = None
    listing = False
    for line in log.split("\n"):
        mark = _MARK.fullmatch(line) if line[:1] in _FIRST or "crash occurred:" in line else None
        if mark is None:
            if into is not None and (line.startswith(" ") or not line):
                into.append(line.strip())
            elif listing and line.strip():
                running.append(line.strip())
            else:
                into, listing = None, False
            continue
        into, listing = _into(found, mark), bool(mark["crashed"])
    found.running = tuple(running)
    return found


def _into(found: Log, mark: re.Match[str]) -> list[str] | None:
    """Where the lines behind the mark belong."""
    if mark["kind"] in ("Failed", "Fehlgeschlagen"):
        found.failed.append(Told(mark["test"]))
    elif mark["part"] and found.failed:
        last = found.failed[-1]
        return last.message if mark["part"] in _MESSAGE else last.stack if mark["part"] in _STACK else None
    elif mark["failed"]:
        found.totals = _sum(found.totals, int(mark["passed"]), int(mark["failed"]), int(mark["skipped"]))
        found.finished = True
    elif mark["word"] and mark["count"].isdecimal():
        count = int(mark["count"])
        word = mark["word"]
        found.totals = _sum(
            found.totals, count * (word == "Passed"), count * (word == "Failed"), count * (word == "Skipped")
        )
        found.finished = True
    elif mark["aborted"]:
        found.aborted = found.aborted or mark["aborted"]
    return None


def _sum(known: Summary, passed: int, failed: int, skipped: int) -> Summary:
    total = known.total + passed + failed + skipped
    return Summary(total, known.passed + passed, known.failed + failed, 0, known.skipped + skipped)
