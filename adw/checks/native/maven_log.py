"""Maven's output: totals of the test runs, failing tests where their reports are gone, forks that died."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from adw.checks.native import surefire
from adw.checks.native.java_stack import Trace
from adw.domain.report import Failure, Summary

_MARK = re.compile(
    r"(?:\[(?:ERROR|INFO|WARNING)\] )?(?:"
    r"Running (?P<running>[\w.$]+)"
    r"|Tests run: (?P<total>\d+), Failures: (?P<failed>\d+), Errors: (?P<errors>\d+), Skipped: (?P<skipped>\d+)"
    r"(?P<one>, Time elapsed: .*?(?:-+ ?in (?P<owner>[\w.$]+))?)?(?:, Flakes: \d+)?"
    r"|(?P<test>[\w.$]+(?:[.(\[{ ].*?)?) (?:--| ) ?Time elapsed: [\d.,]+ s(?:ec)? +<<< (?P<kind>FAILURE|ERROR)!"
    r"|(?P<crashed>Crashed tests:)"
    r"|  +from (?P<pom>\S+/)?pom\.xml"
    r"|skip non existing resourceDirectory (?P<resources>\S+?)/?src/(?:main|test)/resources"
    r"|BUILD (?P<end>SUCCESS|FAILURE))"
)
_FIRST = frozenset("[RTBC")
_OLD = re.compile(r"(?P<method>.+?)\((?P<owner>[\w.]+\.[\w$.]+)\) ?")
_NEW = re.compile(r"(?P<owner>(?:[\w]+\.)*[A-Z][\w$]*)(?:\.(?P<method>.+?))?")
_LISTED = re.compile(r"\[ERROR\] (?P<owner>[\w.$]+)")


@dataclass(slots=True)
class Told:
    """One failing test as the output tells it."""

    owner: str
    method: str
    failed: bool
    module: str
    lines: list[str] = field(default_factory=list)

    def failure(self, *folders: str) -> Failure:
        name = f"{self.owner}#{self.method}" if self.method else self.owner
        said = "\n".join(self.lines)
        head = said.split("\n\tat ", 1)[0].partition(": ")[2]
        trace = Trace(said, self.owner, self.module)
        return surefire.failure(name, self.method, trace, failed=self.failed, said=head, folders=folders)


@dataclass(slots=True)
class Log:
    totals: Summary = field(default_factory=Summary)
    told: list[Told] = field(default_factory=list)
    crashed: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    """Test classes that began and did not end."""
    finished: bool = False

    def failures(self, *folders: str) -> Iterator[Failure]:
        """Each once; with its module before it where another module has one of that name."""
        found = {(told.module, each.name): each for told in self.told for each in (told.failure(*folders),)}
        names = Counter(name for _, name in found)
        for (module, name), each in found.items():
            yield replace(each, name=f"{module}:{name}") if names[name] > 1 else each


def read(log: str, root: str) -> Log:
    """In time linear in the log's length."""
    return _Reader(root).read(log)


class _Reader:
    def __init__(self, root: str) -> None:
        self._root = root.rstrip("/") + "/"
        self._log = Log()
        self._module = ""
        self._running: dict[str, None] = {}
        self._crashed: dict[str, None] = {}
        self._open: Told | None = None
        self._telling = self._listing = False

    def read(self, log: str) -> Log:
        for line in log.split("\n"):
            mark = _MARK.fullmatch(line) if line[:1] in _FIRST or "<<<" in line else None
            if mark is not None:
                self._mark(mark)
            elif self._listing and (listed := _LISTED.fullmatch(line)):
                self._crashed[listed["owner"]] = None
            elif self._open is not None:
                self._continue(line)
            else:
                self._listing = False
        self._log.crashed, self._log.running = tuple(self._crashed), tuple(self._running)
        return self._log

    def _continue(self, line: str) -> None:
        if self._open is None or line.startswith("["):
            self._open = None
        elif line or len(self._open.lines) == 0:
            self._open.lines.append(line)

    def _mark(self, mark: re.Match[str]) -> None:
        self._open, self._listing = None, False
        if mark["running"]:
            self._telling = False
            self._running[mark["running"]] = None
        elif mark["total"]:
            self._counts(mark)
        elif mark["kind"]:
            self._test(mark["test"], failed=mark["kind"] == "FAILURE")
        elif mark["crashed"]:
            self._listing = True
        elif mark["end"]:
            self._log.finished = True
        elif mark["pom"]:
            self._module = mark["pom"]
        elif mark["resources"] is not None:
            module = f"{mark['resources']}/".removeprefix(self._root)
            self._module = "" if module.startswith("/") else module

    def _counts(self, mark: re.Match[str]) -> None:
        """Of one class, behind which its failing tests are told; or of a module."""
        if mark["one"]:
            self._telling = "<<<" in mark["one"]
            owner = (mark["owner"] or "").partition("$")[0]
            self._running.pop(owner, None)
            if not mark["owner"]:
                self._running.clear()
            return
        self._telling = False
        total, failed, errors, skipped = (int(mark[name]) for name in ("total", "failed", "errors", "skipped"))
        known = self._log.totals
        self._log.totals = Summary(
            known.total + total,
            known.passed + max(total - failed - errors - skipped, 0),
            known.failed + failed,
            known.errors + errors,
            known.skipped + skipped,
        )

    def _test(self, name: str, *, failed: bool) -> None:
        if not self._telling:
            return  # a test printed it
        found = _OLD.fullmatch(name) or _NEW.fullmatch(name)
        if found is not None:
            method = (found["method"] or "").strip()
            self._open = Told(found["owner"], method, failed, self._module)
            self._log.told.append(self._open)
