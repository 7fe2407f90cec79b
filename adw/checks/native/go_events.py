"""A `go test` log taken apart: packages, their tests, and what each said; from `-json` or from text, or both mixed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LOCATED = re.compile(r"(?:^| {4})([^\s:]+\.go):(\d+): ?(.*)$")
"""Behind four blanks where a test left its own line open."""


@dataclass(slots=True)
class Trial:
    """One test or subtest."""

    name: str
    outcome: str = "running"
    """`running`, `pass`, `fail` or `skip`."""
    said: list[str] = field(default_factory=list)
    """Its output, in pieces."""
    wrong: list[str] = field(default_factory=list)
    """Those pieces that Go itself (1.25 and newer) calls errors."""


@dataclass(slots=True)
class Package:
    """One test binary, or what should have become one."""

    name: str
    outcome: str = ""
    """`ok`, `FAIL`, or empty where it did not end."""
    note: str = ""
    """`build failed`, `setup failed`, `no test files` …"""
    trials: dict[str, Trial] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """All output, that of its tests too."""
    build: str = ""
    """What the compiler said, where it said it by packages."""

    def trial(self, name: str) -> Trial:
        return self.trials.setdefault(name, Trial(name))


@dataclass(slots=True)
class Log:
    packages: dict[str, Package] = field(default_factory=dict)
    build: list[str] = field(default_factory=list)
    """Output that belongs to no test: the compiler's, above all."""
    finished: bool = False

    def package(self, name: str) -> Package:
        return self.packages.setdefault(name, Package(name))


_MARK = re.compile(
    r"(?:=== (?P<turn>RUN|PAUSE|CONT|NAME) +(?P<turned>\S+)"
    r"|(?P<closing>ok  |FAIL|\?   |---)\t(?P<package>\S+)(?:[\t ](?P<rest>.*))?"
    r"|(?P<over>FAIL|PASS)"
    r"|(?P<head># .+)"
    r"|(?P<event>\{\"(?:Time|Action|ImportPath)\":.+\})"
    r"|(?P<lead>.*)--- (?P<end>FAIL|PASS|SKIP): (?P<ended>\S+) \([\d.]+s\))"
)
_FIRST = frozenset("=oF?P#{-")
"""What lines that mean something begin with, but for those with `--- ` in them: the rest is passed over fast."""
_NOTE = re.compile(r"\[([^\]]+)\]")
_OUTCOMES = {"FAIL": "fail", "PASS": "pass", "SKIP": "skip"}


def read(log: str) -> Log:
    """In time linear in the log's length."""
    return _Reader(log).read()


class _Reader:
    def __init__(self, log: str) -> None:
        self._text = log
        self._log = Log()
        self._open = Package("")
        """The package whose text is being read: its name comes last."""
        self._current: Trial | None = None
        self._building = False
        self._ended = False

    def read(self) -> Log:
        output: list[str] = []
        for line in self._text.split("\n"):
            mark = _MARK.fullmatch(line) if line[:1] in _FIRST or "--- " in line else None
            if mark is None:
                output.append(line)
                continue
            if output:
                self._take("\n".join((*output, "")))
                output = []
            if mark["event"]:
                self._event(line)
            else:
                self._mark(mark)
        self._take("\n".join(output))
        self._close_open()
        self._log.finished = self._ended and all(package.outcome for package in self._log.packages.values())
        return self._log

    def _take(self, text: str) -> None:
        if self._building:
            self._log.build.append(text)
        else:
            self._open.said.append(text)
            if self._current is not None:
                self._current.said.append(text)
        if text.strip() and not text.startswith(("make", "exit status ")):
            self._ended = False

    def _mark(self, match: re.Match[str]) -> None:
        self._ended = False
        if match["head"]:
            self._building, self._current = True, None
            self._log.build.append(match["head"] + "\n")
        elif match["closing"]:
            self._close(match["package"], match["closing"].strip(), match["rest"] or "")
        elif match["over"]:
            self._current, self._ended = None, match["over"] == "FAIL"
        elif match["end"]:
            self._building = False
            self._current = self._open.trial(match["ended"])
            self._current.outcome = _OUTCOMES[match["end"]]
            if match["lead"].strip():  # what the test printed without a line's end
                self._current.said.append(match["lead"] + "\n")
        else:
            self._building = False
            self._current = self._open.trial(match["turned"]) if match["turn"] != "PAUSE" else None

    def _close(self, name: str, closing: str, rest: str) -> None:
        package, note = self._open, _NOTE.search(rest)
        package.name = name
        package.outcome = "FAIL" if closing == "FAIL" else "ok"
        package.note = note[1] if note else ""
        known = self._log.packages.get(name)
        if known is None or not known.trials:
            self._log.packages[name] = package
        else:  # a stream of events that has text between, or the same package twice
            known.outcome = "FAIL" if "FAIL" in (known.outcome, package.outcome) else package.outcome
            known.said += package.said
            known.trials = {**known.trials, **package.trials}
        self._open, self._current, self._building, self._ended = Package(""), None, False, True

    def _close_open(self) -> None:
        """A log that ends too early: what it said is some package's."""
        if self._open.trials:
            name = next((package.name for package in self._log.packages.values() if not package.outcome), "")
            known = self._log.package(name)
            known.trials.update(self._open.trials)
            known.said += self._open.said
        else:
            self._log.build += self._open.said

    def _event(self, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            return
        action, output = event.get("Action"), event.get("Output")
        if not isinstance(action, str) or not isinstance(output, str | None):
            return
        if action == "build-output":
            self._log.build.append(output or "")
        elif isinstance(name := event.get("Package"), str):
            self._told(self._log.package(name), event, action, output or "")

    def _told(self, package: Package, event: dict[str, object], action: str, output: str) -> None:
        name = event.get("Test")
        trial = package.trial(name) if isinstance(name, str) and name else None
        if action == "output":
            package.said.append(output)
            if trial is not None and event.get("OutputType") != "frame" and not output.startswith("=== "):
                trial.said.append(output)
                if event.get("OutputType") in ("error", "error-continue"):
                    trial.wrong.append(output)
            elif note := _NOTE.search(output) if output.startswith(("FAIL\t", "ok  \t", "?   \t")) else None:
                package.note = note[1]
        elif action in ("pass", "fail", "skip"):
            if trial is not None:
                trial.outcome = action
            else:
                package.outcome = "FAIL" if action == "fail" else "ok"
                self._ended = True


def located(pieces: list[str]) -> Iterator[tuple[str, str, str]]:
    """File, line and message of each `    cart_test.go:12: …` with the deeper lines that belong to it."""
    found: tuple[str, str, list[str], int] | None = None
    for line in "".join(pieces).splitlines():
        depth = len(line) - len(line.lstrip(" "))
        match = _LOCATED.search(line)
        if match and (found is None or depth <= found[3]):
            if found:
                yield found[0], found[1], "\n".join(found[2])
            found = (match[1], match[2], [match[3]], depth)
        elif found and (depth > found[3] or not line.strip()):
            found[2].append(line)
        elif found:
            yield found[0], found[1], "\n".join(found[2])
            found = None
    if found:
        yield found[0], found[1], "\n".join(found[2])
