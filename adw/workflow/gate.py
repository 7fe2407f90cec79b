"""The honest-green gate (SPEC §6): a change that deletes, skips, narrows or weakens tests is a blocker.

It reads the diff alone and asks no model; only the issue itself can allow such a change, by naming it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from adw.context.diffs import DiffLine, FileDiff, files_of
from adw.domain.review import Finding, Severity
from adw.workflow.asked import COLLECT, CONFIGURE, END, REMOVE, SKIP, WEAKEN, Deed

_COLLECTED = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests?)\.py$")
_TEST_PATH = re.compile(r"(^|/)(tests?/|conftest\.py$)|" + _COLLECTED.pattern)
_TEST_DEFINITION = re.compile(r"^\s*(?:async\s+)?(?:def\s+(test\w*)|class\s+(Test\w*))")
_ASSERTION = re.compile(r"^\s*(assert\b|self\.(assert\w+|fail)\(|with\s+pytest\.raises\b|pytest\.(raises|fail)\b)")
_LINES = (
    (
        re.compile(
            r"\bmark\.(skip|skipif|xfail)\b|\bpytest\.(skip|xfail|importorskip)\b|\b(unittest\.skip\w*|expectedFailure"
            r"|SkipTest|skipTest)\b|^\s*@skip|\bfrom\s+(pytest|unittest)\s+import\b.*\b(skip\w*|xfail|importorskip)\b"
            r"|\b__test__\s*=\s*False\b"
        ),
        "a test is skipped or expected to fail",
        SKIP,
    ),
    (
        re.compile(
            r"^\s*assert\s*\(?\s*(True|1)\s*\)?\s*(,|#|$)|^\s*assert\b.*\bor\s+(True|1)\s*\)*\s*(,|#|$)"
            r"|^\s*self\.assertTrue\(\s*True\b|^\s*if\s+(False|0)\s*:"
        ),
        "an assertion cannot fail",
        WEAKEN,
    ),
    (
        re.compile(r"\b(os|posix|nt)\._exit\b|\bimport\b.*\b_exit\b|\bpytest\.exit\("),
        "the test run is ended from inside",
        END,
    ),
    (
        re.compile(
            r"\b(collect_ignore\w*|pytest_(ignore_collect|collect\w*|itemcollected|pycollect\w*|deselected|pyfunc_call"
            r"|runtest\w*|sessionfinish|exception_interact))\b"
        ),
        "the collection or the judging of tests is changed",
        COLLECT,
    ),
)
_CHECK_CONFIG = {"pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", ".coveragerc"}
_SHARED_CONFIG = {"pyproject.toml", "tox.ini", "setup.cfg"}
_CHECK_OPTION = re.compile(
    r"^\s*(addopts|testpaths|python_(files|classes|functions)|norecursedirs|collect_ignore|xfail_strict|strict_xfail|filterwarnings"
    r"|usefixtures|\[tool[.:]pytest|\[pytest|.*\bpytest11\b)"
    r"|[\"'\s](--(ignore|ignore-glob|deselect|noconftest|collect-only|co)(?![\w-])"
    r"|-p[ \"',]*no:|-k[ =\"']|-m[ =\"']+not\b)"
)


def weakened_checks(diff: str, issue_text: str) -> tuple[Finding, ...]:
    """Blockers with path and line, in the diff's order; none where the change is honest."""
    files = files_of(diff)
    moves = _Moves.among(files)
    found = (one for file in files for one in _file(file, moves))
    return tuple(one.finding for one in found if not one.deed.is_asked(issue_text, one.names))


@dataclass(frozen=True, slots=True)
class _Found:
    finding: Finding
    deed: Deed
    """What an issue would have to ask for,"""
    names: tuple[str, ...]
    """and by which names."""


@dataclass(frozen=True, slots=True)
class _Moves:
    """What the tests lose and win over the whole diff: what is only moved is no loss."""

    added: Counter[str]
    """Lines without their indentation."""
    removed: Counter[str]
    tests: Counter[str]
    """Test functions and classes by name: above zero where more are defined than were removed."""

    @classmethod
    def among(cls, files: Iterable[FileDiff]) -> "_Moves":
        moves = cls(Counter(), Counter(), Counter())
        for one in files:
            if not _TEST_PATH.search(one.path):
                continue
            moves.added.update(line.text.strip() for line in one.added)
            moves.removed.update(line.text.strip() for line in one.removed)
            if _COLLECTED.search(one.path):
                moves.tests.update(filter(None, map(_defined, one.added)))
            moves.tests.subtract(filter(None, map(_defined, one.removed)))
        return moves

    def is_new(self, line: DiffLine) -> bool:
        return self.added[line.text.strip()] > self.removed[line.text.strip()]

    def is_gone(self, line: DiffLine) -> bool:
        return self.removed[line.text.strip()] > self.added[line.text.strip()]


def _file(one: FileDiff, moves: _Moves) -> Iterator[_Found]:
    name = PurePosixPath(one.path).name
    if name in _CHECK_CONFIG:
        yield _blocker(one, one.added or one.removed, "the check's configuration was changed", CONFIGURE, name)
    elif name in _SHARED_CONFIG:
        lines = tuple(line for line in (*one.added, *one.removed) if _CHECK_OPTION.search(line.text))
        if lines:
            yield _blocker(one, lines, "the check's configuration was changed", CONFIGURE, name, "pytest")
    elif any(kind.search(one.old_path) and not kind.search(one.path) for kind in (_TEST_PATH, _COLLECTED)):
        old_name = PurePosixPath(one.old_path).name
        yield _blocker(one, (), f"the test file {one.old_path} was moved out of the tests", REMOVE, old_name, name)
    elif _TEST_PATH.search(one.path):
        yield from _test_file(one, name, moves)


def _test_file(one: FileDiff, name: str, moves: _Moves) -> Iterator[_Found]:
    if one.deleted and _is_lost(one, moves):
        yield _blocker(one, one.removed, "a test file was deleted", REMOVE, name, PurePosixPath(one.path).stem)
        return
    if not name.endswith(".py"):
        return
    defined = {_defined(line) for line in one.added}
    for line in one.removed:
        test = _defined(line)
        if test and test not in defined and moves.tests[test] < 0:
            yield _blocker(one, (line,), f"test {test} was deleted or renamed", REMOVE, test, name)
    for pattern, message, deed in _LINES:
        for line in one.added:
            if pattern.search(line.text) and not line.text.lstrip().startswith("#") and moves.is_new(line):
                yield _blocker(one, (line,), message, deed, name, *_words(line.text))
    yield from _fewer_assertions(one, name, moves)


def _is_lost(one: FileDiff, moves: _Moves) -> bool:
    """Whether a deleted file's tests, or its lines where it has none, are not found again elsewhere."""
    tests = [test for test in map(_defined, one.removed) if test]
    if tests:
        return any(moves.tests[test] < 0 for test in tests)
    return any(line.text.strip() and moves.is_gone(line) for line in one.removed)


def _fewer_assertions(one: FileDiff, name: str, moves: _Moves) -> Iterator[_Found]:
    removed = [line for line in one.removed if _ASSERTION.match(line.text) and moves.is_gone(line)]
    added = [line for line in one.added if _ASSERTION.match(line.text) and moves.is_new(line)]
    if len(removed) > len(added):
        lost = len(removed) - len(added)
        message = f"{lost} assertion{'s' if lost > 1 else ''} fewer than before"
        tests = filter(None, map(_defined, one.removed))
        yield _blocker(one, tuple(removed), message, WEAKEN, name, *tests, *_words(removed[0].text))


def _defined(line: DiffLine) -> str:
    match = _TEST_DEFINITION.match(line.text)
    return (match[1] or match[2]) if match else ""


def _blocker(one: FileDiff, lines: tuple[DiffLine, ...], message: str, deed: Deed, *names: str) -> _Found:
    number = lines[0].number if lines else 0
    return _Found(Finding(Severity.BLOCKER, one.path, message, number), deed, names)


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\btest_\w+", text))
