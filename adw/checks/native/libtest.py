"""The text of Rust's test harness: one suite for each target, its tests, and what failing ones said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MARK = re.compile(
    r"(?: +Running (?:unittests )?(?P<target>\S.*?\.rs) \((?P<binary>.+)\)"
    r"| +Doc-tests (?P<doc>\S+)"
    r"|running (?P<count>\d+) tests?"
    r"|test (?P<test>.+?)(?: - should panic)? \.\.\. ?(?P<outcome>ok|FAILED|ignored)?(?:[ ,].*)?"
    r"|---- (?P<block>.+) std(?:out|err) ----"
    r"|(?P<list>failures:)"
    r"|test result: (?P<result>ok"
    r"|FAILED)\. (?P<passed>\d+) passed; (?P<failed>\d+) failed; (?P<ignored>\d+) ignored;.*)"
)
_FIRST = frozenset(" rt-f")
_RAN = re.compile(
    r"^(?:test result: (?:ok|FAILED)\. \d+ passed;|running \d+ tests?$| +Doc-tests \S+$"
    r"|error: could not compile `[^`]+` \((?:lib|bin \"[^\"]+\"|example \"[^\"]+\") test\)"
    r"|error: could not compile `[^`]+` \(test \""
    r"|    Finished `?test`? (?:profile )?\[| +Running unittests \S+ \(|error: (?:doc)?test failed, to rerun pass )",
    re.MULTILINE,
)
_LISTED = re.compile(r"    (\S.*)")
_DEATH = re.compile(
    r"^  process didn't exit successfully: `[^\n`]*` \((?P<why>signal: \d+[^)\n]*|exit (?:status|code): [^)\n]*)\)",
    re.MULTILINE,
)
_EVENTS = '{"reason":"'
_CRATE = re.compile(r"([^/\\]+)-[0-9a-f]{8,}(?:\.exe)?$")


def ran(log: str) -> bool:
    """Whether it is the log of a `cargo test`, even of one that did not compile."""
    found = _RAN.search(log)
    if found is None or _EVENTS in log:
        return False
    return not found.group().startswith("error: could") or "    Checking " not in log


@dataclass(slots=True)
class Suite:
    """One test binary, or a crate's documentation."""

    target: str = ""
    """Its source file relative to its package; `Doc-tests shop` for documentation."""
    crate: str = ""
    expected: int = 0
    red: dict[str, str] = field(default_factory=dict)
    """What each failing test said."""
    seen: int = 0
    """Tests whose end was told."""
    waiting: str = ""
    """A test that was told to begin and not to end: only one thread tells that."""
    passed: int = 0
    failed: int = 0
    ignored: int = 0
    ended: bool = False
    said: list[str] = field(default_factory=list)


def suites(log: str) -> list[Suite]:
    """In the log's order, in time linear in its length."""
    return _Reader(log).read()


def death(suite: Suite) -> str:
    """How the process ended, in cargo's words; empty where cargo says nothing of it."""
    found = _DEATH.search("\n".join(suite.said))
    return found["why"] if found else ""


class _Reader:
    def __init__(self, log: str) -> None:
        self._text = log
        self._found: list[Suite] = []
        self._suite = Suite()
        self._block: list[str] | None = None
        self._blocks: dict[str, list[str]] = {}
        self._telling = self._listing = False

    def read(self) -> list[Suite]:
        for line in self._text.split("\n"):
            mark = _MARK.fullmatch(line) if line[:1] in _FIRST else None
            if mark is not None and self._begins(mark):
                continue
            if mark is None or not self._mark(mark):
                self._take(line)
        self._close()
        return self._found

    def _take(self, line: str) -> None:
        if self._listing and (listed := _LISTED.fullmatch(line)):
            self._suite.red.setdefault(listed[1], "")
        elif self._block is not None:
            self._block.append(line)
        else:
            self._suite.said.append(line)

    def _begins(self, mark: re.Match[str]) -> bool:
        """Whether a suite begins here."""
        if not (mark["target"] or mark["doc"]):
            return False
        self._close()
        crate = _CRATE.search(mark["binary"] or "")
        target = mark["target"] or f"Doc-tests {mark['doc']}"
        self._suite = Suite(target, crate[1] if crate else mark["doc"] or "")
        return True

    def _mark(self, mark: re.Match[str]) -> bool:
        """Whether the line means what it looks like: tests print such lines too, where their output is shown."""
        suite = self._suite
        if mark["count"]:
            if suite.expected or suite.ended:  # run without cargo, one binary after the other
                self._close()
                suite = self._suite = Suite(suite.target, suite.crate)
            suite.expected, self._telling = int(mark["count"]), True
        elif mark["test"]:
            return self._test(mark["test"], mark["outcome"] or "")
        elif mark["block"]:
            self._telling = self._listing = False
            self._block = self._blocks.setdefault(mark["block"], [])
        elif mark["list"]:  # once before what they said, once before their names
            self._telling, self._listing, self._block = False, True, None
        else:
            suite.passed, suite.failed, suite.ignored = (int(mark[name]) for name in ("passed", "failed", "ignored"))
            suite.ended, self._block, self._telling, self._listing = True, None, False, False
        return True

    def _test(self, name: str, outcome: str) -> bool:
        if not self._telling:
            return False
        suite = self._suite
        suite.waiting = "" if outcome else name
        suite.seen += bool(outcome)
        suite.passed += outcome == "ok"
        suite.ignored += outcome == "ignored"
        if outcome == "FAILED":
            suite.red.setdefault(name, "")
        return True

    def _close(self) -> None:
        suite = self._suite
        for name, lines in self._blocks.items():
            if name in suite.red or not suite.ended:
                suite.red[name] = "\n".join(lines)
        if suite.expected or suite.ended or suite.target:
            self._found.append(suite)
        self._block, self._blocks, self._telling, self._listing = None, {}, False, False
        self._suite = Suite()


def panics(said: str) -> Iterator[re.Match[str]]:
    """Each `thread '…' panicked at …`, of Rust before 1.73 and after."""
    return _PANIC.finditer(said)


_PANIC = re.compile(
    r"^thread '(?P<thread>[^'\n]*)'(?: \(\d+\))? (?:panicked at (?:"
    r"(?P<path>[^\n']+?):(?P<line>\d+):(?P<column>\d+):\n(?P<said>[^\n]*(?:\n(?!note: |stack backtrace:|\n"
    r"|thread ')[^\n]+)*)"
    r"|'(?P<old>[^\n]*(?:\n(?!note: )[^\n]*){0,30}?)', (?P<old_path>[^\n']+?):(?P<old_line>\d+):(?P<old_column>\d+)$)"
    r"|has (?P<overflow>overflowed its stack))",
    re.MULTILINE,
)
