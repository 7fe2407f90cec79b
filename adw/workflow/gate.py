"""The honest-green gate (SPEC §6): a change that deletes, skips, narrows or weakens tests is a blocker.

It reads the diff alone and asks no model; only the issue itself can allow such a change, by naming it.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from adw.context.diffs import DiffLine, FileDiff, files_of
from adw.domain.review import Finding, Severity

_TEST_PATH = re.compile(r"(^|/)(tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")
_TEST_DEFINITION = re.compile(r"^\s*(?:async\s+)?(?:def\s+(test\w*)|class\s+(Test\w*))")
_ASSERTION = re.compile(r"^\s*(assert\b|self\.assert\w+\(|with\s+pytest\.raises\b|pytest\.raises\b)")
_SKIP = re.compile(
    r"\b(mark\.(skip|skipif|xfail)|pytest\.(skip|xfail|importorskip)|unittest\.(skip\w*|expectedFailure)|SkipTest)\b"
)
_EMPTY_ASSERTION = re.compile(r"^\s*assert\s+(True|1)\s*(,|#|$)|\bor\s+True\b")
_ESCAPE = re.compile(r"\b(os\._exit|sys\.exit|pytest\.exit)\(")
_COLLECTION_HOOK = re.compile(
    r"\b(collect_ignore\w*|pytest_ignore_collect|pytest_collection_modifyitems|pytest_runtest_makereport)\b"
)
_CHECK_CONFIG = {"pytest.ini", ".pytest.ini", "pytest.toml", ".coveragerc"}
_SHARED_CONFIG = {"pyproject.toml", "tox.ini", "setup.cfg"}
_CHECK_OPTION = re.compile(
    r"^\s*(addopts|testpaths|python_(files|classes|functions)|norecursedirs|collect_ignore|xfail_strict|\[tool[.:]pytest|\[pytest)"
)
_ASKS = re.compile(r"\b(delet|remov|drop|skip|xfail|renam|disabl|obsolete|configur|option|setting)", re.IGNORECASE)


def weakened_checks(diff: str, issue_text: str) -> tuple[Finding, ...]:
    """Blockers with path and line, in the diff's order; none where the change is honest."""
    found = (finding for one in files_of(diff) for finding in _file(one))
    return tuple(finding for finding, names in found if not _asked_for(issue_text, names))


_Named = tuple[Finding, tuple[str, ...]]
"""A finding, and the names by which an issue would allow it."""


def _file(one: FileDiff) -> Iterator[_Named]:
    name = PurePosixPath(one.path).name
    if name in _CHECK_CONFIG:
        yield _blocker(one, one.added or one.removed, "the check's configuration was changed"), (name,)
    elif name in _SHARED_CONFIG:
        lines = [line for line in (*one.added, *one.removed) if _CHECK_OPTION.match(line.text)]
        if lines:
            yield _blocker(one, tuple(lines), "the check's configuration was changed"), (name, "pytest")
    elif _TEST_PATH.search(one.old_path) and not _TEST_PATH.search(one.path):
        yield _blocker(one, (), f"the test file {one.old_path} was moved out of the tests"), (one.old_path, name)
    elif _TEST_PATH.search(one.path):
        yield from _test_file(one, name)


def _test_file(one: FileDiff, name: str) -> Iterator[_Named]:
    if one.deleted:
        yield _blocker(one, one.removed, "a test file was deleted"), (name, PurePosixPath(one.path).stem)
        return
    defined = {_defined(line) for line in one.added}
    for line in one.removed:
        test = _defined(line)
        if test and test not in defined:
            yield _blocker(one, (line,), f"test {test} was deleted or renamed"), (test, name)
    for pattern, message in (
        (_SKIP, "a test is skipped or expected to fail"),
        (_EMPTY_ASSERTION, "an assertion cannot fail"),
        (_ESCAPE, "the test run is ended from inside"),
        (_COLLECTION_HOOK, "the collection of tests is changed"),
    ):
        for line in one.added:
            if pattern.search(line.text):
                yield _blocker(one, (line,), message), (name, *_words(line.text))
    yield from _fewer_assertions(one, name)


def _fewer_assertions(one: FileDiff, name: str) -> Iterator[_Named]:
    removed = [line for line in one.removed if _ASSERTION.match(line.text)]
    added = [line for line in one.added if _ASSERTION.match(line.text)]
    if len(removed) > len(added):
        lost = len(removed) - len(added)
        yield _blocker(one, tuple(removed), f"{lost} assertions fewer than before"), (name, *_words(removed[0].text))


def _defined(line: DiffLine) -> str:
    match = _TEST_DEFINITION.match(line.text)
    return (match[1] or match[2]) if match else ""


def _blocker(one: FileDiff, lines: tuple[DiffLine, ...], message: str) -> Finding:
    return Finding(Severity.BLOCKER, one.path, message, lines[0].number if lines else 0)


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\btest_\w+", text))


def _asked_for(issue_text: str, names: tuple[str, ...]) -> bool:
    """Whether the issue names the thing in a sentence that asks for such a change."""
    sentences = re.split(r"(?<=[.!?])\s|\n", issue_text)
    return any(_ASKS.search(sentence) and any(name in sentence for name in names) for sentence in sentences)
