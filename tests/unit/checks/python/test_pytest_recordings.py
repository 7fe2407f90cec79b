"""Every recording of real pytest gives the report that its project deserves: nothing lost, nothing invented."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from adw.checks import report
from adw.checks.tool import Evidence, Reading
from adw.checks.tools import tool
from adw.domain.report import Failure
from adw.domain.run import CheckSpec
from tests.fixtures.record_pytest import CASES, HERE, load

RECORDINGS = sorted(HERE.glob("*/*.json"))
CHECK = CheckSpec("test", "pytest", ("python", "-m", "pytest"))


@pytest.fixture(params=RECORDINGS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def recording(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def read(evidence: Evidence) -> Reading:
    return tool("pytest").read(evidence)


def found(failures: tuple[Failure, ...]) -> dict[str, tuple[str, str]]:
    names = Counter(failure.name for failure in failures)
    assert max(names.values(), default=1) == 1
    return {failure.name: (failure.code, failure.loc) for failure in failures}


def test_every_case_is_recorded() -> None:
    versions = {path.parent.name for path in RECORDINGS}
    assert {(path.parent.name, path.stem) for path in RECORDINGS} == {(v, name) for v in versions for name in CASES}


def test_what_failed_is_named_with_its_line_and_kind(recording: Path) -> None:
    truth = CASES[recording.stem].truth
    if (recording.parent.name, recording.stem) == ("8.0.2", "subtests"):  # pytest 9 is the first to know them
        truth = {"test_sub.py::TestSub::test_each": ("ASSERT_FAIL", "test_sub.py:8")}
    assert found(read(load(recording)).failures) == truth


def test_what_could_not_be_judged_says_so(recording: Path) -> None:
    fault = read(load(recording)).fault
    assert (fault.code if fault else "") == CASES[recording.stem].fault


def test_green_means_that_all_went_well(recording: Path) -> None:
    case, evidence = CASES[recording.stem], load(recording)
    made = report.build(CHECK, evidence, read(evidence), "log")
    assert made.ok is (not case.truth and not case.fault)


def test_counts_are_those_of_the_project(recording: Path) -> None:
    case, reading = CASES[recording.stem], read(load(recording))
    if reading.fault is None:
        assert (reading.summary.passed, reading.summary.skipped) == (case.passed, case.skipped)
        assert bool(reading.summary.failed + reading.summary.errors) is bool(set(case.truth) - {"coverage"})


def test_messages_are_short_and_hold_nothing_of_this_machine(recording: Path) -> None:
    reading = read(load(recording))
    said = [failure.message for failure in reading.failures]
    assert all(message and len(message) <= 300 for message in said)
    assert not any("/w/" in message or "at 0x7" in message for message in said)


WITHOUT_REPORT = {"abort", "segfault", "leaves", "hangs", "timeout_thread"}
"""Where pytest wrote none, the witness is all there is."""
WITH_REPORT = [path for path in RECORDINGS if path.stem not in WITHOUT_REPORT]
TELLING = [path for path in RECORDINGS if path.stem in {"kinds", "names", "fixtures", "collection", "parallel"}]
UNKNOWN_WITHOUT_WITNESS = {
    # inherited across files: the JUnit case names the file of the base class only
    "tests/deep/test_names.py::TestInherits::test_inherited",
    # the text of an exception group begins with the tree of what is in it
    "tests/test_kinds.py::test_group",
    # helpers that hide themselves, text that was compiled: the traceback as text does not tell
    "tests/test_kinds.py::test_hidden_helper",
    "tests/test_kinds.py::test_syntax",
}


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def junit_alone(path: Path) -> Reading:
    """As where pytest could not load the witness."""
    evidence = load(path)
    return read(replace(evidence, files={name: text for name, text in evidence.files.items() if name == "junit.xml"}))


@pytest.mark.parametrize("path", WITH_REPORT, ids=name_of)
def test_junit_alone_names_the_same_tests(path: Path) -> None:
    """Subtests have no names in JUnit XML: their test stands for them."""
    case, alone = CASES[path.stem], junit_alone(path)
    expected = {name.partition(" (")[0] if "TestSub" in name else name for name in case.truth}
    assert {failure.name for failure in alone.failures} == expected
    assert alone.fault is None or case.fault


@pytest.mark.parametrize("path", TELLING, ids=name_of)
def test_junit_alone_finds_codes_and_lines(path: Path) -> None:
    truth = {name: told for name, told in CASES[path.stem].truth.items() if name not in UNKNOWN_WITHOUT_WITNESS}
    alone = found(junit_alone(path).failures)
    assert {name: told for name, told in alone.items() if name in truth} == truth
