"""Jest's output as text, of version 22 and newer."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from adw.checks import locate
from adw.checks.javascript import named, stack
from adw.checks.javascript.lanes import lanes, together
from adw.checks.tool import Reading
from adw.domain.report import Failure, FailureCode, Summary

COVERAGE = "coverage"
"""The name of a threshold that is not met."""
SUITE = "Test suite failed to run"

_MARK = re.compile(
    r"\n(?: ?(?P<verdict>FAIL|PASS) +(?P<file>[^\n]+)"
    r"|  \u25cf (?P<title>[^\n]+)"
    r"|Tests: +(?P<counts>[^\n]*\btotal)"
    r"|(?P<again>Summary of all failing tests)(?=\n)"
    r"|(?P<coverage>Jest: [^\n]*[Cc]overage [^\n]*threshold[^\n]*)"
    r"|(?P<end>Time: +\d))"
)
_DURATION = re.compile(r" ?\(\d[^()]*\)$")
_PROJECT = re.compile(r"^ ?(?:[^\s./\\]+ +)+(?=\S*[./\\])")
"""What a project is called, before the path."""
_COUNT = re.compile(r"(\d+) (failed|passed|skipped|todo|pending|total)")
_RECOGNISED = re.compile(r"\nTest Suites: [^\n]*\d+ total\n|\n  \u25cf {1,2}(?:Test suite failed|process\.exit called)")
_VERDICT = re.compile(r"\n ?FAIL +[^\n]+\n(?:\n|  [^\n]*\n)*?  \u25cf ")
_CONSOLE = "Console"
_GONE = re.compile(r"^ process\.exit called with")


def recognises(log: str) -> bool:
    text = f"\n{log}"
    return _RECOGNISED.search(text) is not None or _VERDICT.search(text) is not None


@dataclass(frozen=True, slots=True)
class Block:
    """What stands below a `●`."""

    path: str
    """As jest gives it: relative to the root, or with `../`; empty where no `FAIL` stands above."""
    title: str
    text: str


def blocks(log: str) -> tuple[Block, ...]:
    """What failed, in the order of the log, each once."""
    return tuple(_Walk(f"\n{log}").found)


def parse(log: str, root: str) -> Reading:
    read = together(_parse(lane, root) for lane in lanes(log, "FAIL ", "Test Suites: "))
    return replace(read, failures=named.numbered(read.failures))


def _parse(log: str, root: str) -> Reading:
    walk = _Walk(f"\n{log}")
    failures = [_failure(block, root) for block in walk.found]
    failures += [Failure(COVERAGE, "", FailureCode.ASSERT_FAIL, said) for said in walk.coverage]
    if not walk.finished and (dead := stack.aborted_at(log, root, transformed=True)):
        failures.append(Failure(dead, dead, FailureCode.CRASH, stack.ABORTED))
    suites = sum(block.title == SUITE for block in walk.found)
    counts = walk.counts
    summary = Summary(
        counts["total"] + suites,
        counts["passed"],
        counts["failed"],
        suites,
        counts["skipped"] + counts["todo"] + counts["pending"],
    )
    return Reading(summary, named.told_once(failures), finished=walk.finished)


class _Walk:
    """A log, read from its start to its end."""

    def __init__(self, text: str) -> None:
        self.found: list[Block] = []
        self.counts: Counter[str] = Counter()
        self.coverage: dict[str, None] = {}
        self.finished = False
        self._path = self._title = ""
        self._start = 0
        self._known: frozenset[tuple[str, str]] = frozenset()
        self._counted = False
        for mark in _MARK.finditer(text):
            self._close(text, mark.start())
            self._take(mark)
        self._close(text, len(text))

    def _close(self, text: str, end: int) -> None:
        if self._title:
            self.found.append(Block(self._path, self._title, text[self._start : min(end, self._start + stack.BODY)]))
        self._title = ""

    def _take(self, mark: re.Match[str]) -> None:
        if mark["verdict"]:
            self._path = _path(mark["file"]) if mark["verdict"] == "FAIL" else ""
            self.finished = False
        elif mark["title"]:
            self._begin(mark["title"], mark.end())
        elif mark["again"]:
            self._known = frozenset((block.path, block.title) for block in self.found)
        elif mark["coverage"]:
            self.coverage[mark["coverage"]] = None
        elif mark["counts"]:
            self.counts.update({word: int(number) for number, word in _COUNT.findall(mark["counts"])})
            self._path, self._counted = "", True
        else:
            self.finished = self._counted

    def _begin(self, title: str, start: int) -> None:
        """Below `PASS` stands what tests printed, and in the summary at the end what was there before."""
        if title == _CONSOLE or not (self._path or _GONE.match(title)):
            return
        self.finished = False
        if (self._path, title) not in self._known:
            self._title, self._start = title, start


def _path(file: str) -> str:
    return _PROJECT.sub("", _DURATION.sub("", file.rstrip())).strip()


def _failure(block: Block, root: str) -> Failure:
    path = locate.inside(block.path, root) or block.path
    if _GONE.match(block.title):
        error = stack.told(block.title + "\n" + block.text)
        where = error.loc(root)
        return named.failure(where.rpartition(":")[0] or "jest", error, root)
    error = stack.told(block.text)
    if block.title == SUITE:
        return named.failure(path, error, root, home=path, loading=not error.hook)
    return named.failure(named.name(path, *block.title.split(" \u203a ")), error, root, home=path)
