"""Vitest's output as text, of version 0.20 and newer."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from adw.checks import locate
from adw.checks.javascript import named, stack
from adw.checks.javascript.lanes import lanes, together
from adw.checks.javascript.wording import wording
from adw.checks.tool import Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_MARK = re.compile(
    r"\n(?: FAIL  (?P<test>[^\n]+)"
    r"|\u23af{2,}(?: (?P<section>[A-Z][\w ]+?) \u23af+(?=\n)|\u23af*(?:\[\d+/\d+\])?\u23af*(?P<rule>\n))"
    r"| +Tests  (?P<counts>[^\n]*)"
    r"| +Duration  (?P<end>\d)"
    r"| *ERROR: (?P<coverage>Coverage for [^\n]* does not meet [^\n]*)"
    r"|This error originated in \"(?P<origin>[^\"\n]+)\" test file)"
)
_UNHANDLED = re.compile(
    r"^(?:Unhandled (?:Rejection|Error)|Uncaught (?:Exception|Error)|Error during close|Typecheck Error)$"
)
_STARTUP = "Startup Error"
_CONFIG = "failed to load config from "
NOWHERE = "vitest"
"""The name of an error that no test or file is known of."""
_PROJECT = re.compile(r"^(?:\|[^|\n]+\|| ?[\w.-]+ (?= )) *")
_DONE = re.compile(
    r"\n(?: [\u276f\u2713] (?P<file>\S[^\n]*?) +\(\d+ tests?[^\n]*"
    r"|   [\u00d7\u2717] (?P<test>[^\n]+?)(?: \d+m?s)?(?=\n)(?:\n     \u2192 (?P<said>[^\n]+))?)"
)
_COUNT = re.compile(r"(\d+) (failed|passed|skipped|todo)")
_RECOGNISED = re.compile(
    r"\n RUN  v\d+\.\d+[^\n]*\n|\n Test Files  [^\n]+\n +Tests  "
    r"|\n FAIL  [^\n]+\n(?: FAIL  [^\n]+\n){0,50}\S(?:[^\n]*\n){1,60}? \u276f "
)


def recognises(log: str) -> bool:
    return _RECOGNISED.search("\n" + log) is not None


@dataclass(frozen=True, slots=True)
class Shown:
    """An error with the tests that it failed: vitest shows the same error once."""

    names: tuple[str, ...]
    text: str
    suite: bool
    """Whether it failed a file, not a test."""
    unhandled: bool = False


def parse(log: str, root: str) -> Reading:
    read = together(_parse(lane, root) for lane in lanes(log, "FAIL  ", "Test Files  "))
    return replace(read, failures=named.numbered(read.failures))


def _parse(log: str, root: str) -> Reading:
    walk = _Walk(f"\n{log}\n")
    failures = [made for shown in walk.found for made in _failures(shown, root)]
    suites = sum(len(shown.names) for shown in walk.found if shown.suite)
    if not walk.finished:
        known = {failure.name for failure in failures}
        failures += [each for each in _progress(log, root) if each.name not in known]
    failures += [Failure("coverage", "", FailureCode.ASSERT_FAIL, said) for said in walk.coverage]
    counts = walk.counts
    skipped = counts["skipped"] + counts["todo"]
    total = counts["passed"] + counts["failed"] + skipped + suites
    summary = Summary(total, counts["passed"], counts["failed"], suites, skipped)
    fault = None
    if walk.startup or (_CONFIG in log and walk.found and not walk.counted):
        walk.startup = walk.startup or walk.found[0].text
        failures = []
        said = wording(stack.told(walk.startup), root)
        fault = CheckFault("NO_REPORT", f"vitest did not start: {said}")
    return Reading(summary, _placed(failures, stack.aborted_at(log, root)), fault=fault, finished=walk.finished)


class _Walk:
    """A log, read from its start to its end."""

    def __init__(self, text: str) -> None:
        self.found: list[Shown] = []
        self.counts: Counter[str] = Counter()
        self.coverage: dict[str, None] = {}
        self.startup = ""
        self.finished = False
        self._names: list[str] = []
        self._section = ""
        self._start = 0
        self.counted = False
        for mark in _MARK.finditer(text):
            body = text[self._start : min(mark.start(), self._start + stack.BODY)]
            if not (mark["test"] and self._names and not body.strip()):  # else: the same error of one more test
                self._close(body, mark["origin"] or "")
            self._take(mark)
        self._close(text[self._start : self._start + stack.BODY], "")

    def _close(self, body: str, origin: str) -> None:
        """What ends here."""
        if self._names:
            self.found.append(_shown(self._names, body))
        elif _UNHANDLED.match(self._section):
            self.found.append(Shown((_title(origin)[0],), body, suite=True, unhandled=True))
        elif self._section == _STARTUP:
            self.startup = body
        self._names, self._section = [], ""

    def _take(self, mark: re.Match[str]) -> None:
        self._start = mark.end()
        if mark["test"]:
            self._names.append(mark["test"])
            self.finished = False
        elif mark["section"]:
            self._section, self.finished = mark["section"], False
        elif mark["counts"]:
            self.counts.update({word: int(number) for number, word in _COUNT.findall(mark["counts"])})
            self.counted = True
        elif mark["end"]:
            self.finished = self.counted
        elif mark["coverage"]:
            self.coverage[mark["coverage"]] = None


def _progress(log: str, root: str) -> Iterator[Failure]:
    """What failed in the files that were through when the run was cut off."""
    path = ""
    for match in _DONE.finditer(f"\n{log}\n"):
        if match["file"]:
            path = match["file"]
        elif path:
            error = stack.Told(match["said"] or "")
            home = locate.inside(path, root) or path
            yield named.failure(named.name(home, *match["test"].split(named.SEPARATOR)), error, root, home=home)


def _placed(failures: list[Failure], loc: str) -> tuple[Failure, ...]:
    """A worker that died is told of without its file, which node itself wrote down where it was aborted."""
    path = loc.partition(":")[0]
    return tuple(
        replace(each, name=path, loc=loc, code=FailureCode.CRASH) if loc and each.name == NOWHERE else each
        for each in failures
    )


def _shown(names: list[str], text: str) -> Shown:
    titles = [_title(name) for name in names]
    return Shown(tuple(title for title, _ in titles), text[: stack.BODY], suite=any(file for _, file in titles))


def _title(raw: str) -> tuple[str, bool]:
    """A test's name, and whether it is that of a file."""
    name = _PROJECT.sub("", raw.rstrip())
    file, separator, _ = name.partition(" [ ")
    return (file, True) if separator and name.endswith(" ]") else (name, False)


def _failures(shown: Shown, root: str) -> Iterator[Failure]:
    error = stack.told(shown.text)
    loading = shown.suite and not shown.unhandled and not error.hook
    for name in shown.names:
        if not name:
            yield named.failure(error.loc(root).rpartition(":")[0] or NOWHERE, error, root)
            continue
        path, *titles = name.split(named.SEPARATOR)
        home = locate.inside(path, root) or path
        if not error.loc(root):  # rolldown calls the workspace /
            error = stack.told(shown.text.replace(f"At file: /{home}:", f"At file: {root}/{home}:"))
        yield named.failure(named.name(home, *titles), error, root, home=home, loading=loading)
