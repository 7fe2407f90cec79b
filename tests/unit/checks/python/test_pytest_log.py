"""What pytest's output says alone, held against what the witness saw in the same run."""

from pathlib import Path

import pytest

from adw.checks.judge import judge_log
from adw.checks.tool import Reading
from adw.checks.tools import tool
from tests.fixtures.record_pytest import HERE, load

ROOT = "/w/project"
RECORDINGS = sorted(HERE.glob("*/*.json"))
UNTOLD = {
    # pytest was ended before it could show anything
    *("abort", "segfault", "leaves", "hangs", "timeout_thread"),
}
TELLS_LESS = {
    "tests/test_kinds.py::test_unexpected_pass",  # has no traceback
    "test_a.py::test_dies",  # nor has a worker that died
}


def parse(log: str) -> Reading:
    return judge_log(log, ROOT, tool("pytest").parse(log, ROOT), tool("pytest").kind)


@pytest.fixture(params=RECORDINGS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def recording(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_log_names_every_failing_test_and_no_other(recording: Path) -> None:
    evidence = load(recording)
    seen = {} if recording.stem in UNTOLD else {each.name: each for each in tool("pytest").read(evidence).failures}
    assert {failure.name for failure in parse(evidence.log).failures} == set(seen)


def test_codes_and_lines_are_those_that_the_witness_saw(recording: Path) -> None:
    evidence = load(recording)
    seen = {failure.name: (failure.code, failure.loc) for failure in tool("pytest").read(evidence).failures}
    told = {failure.name: (failure.code, failure.loc) for failure in parse(evidence.log).failures}
    assert {name for name in told if told[name] != seen[name]} <= TELLS_LESS


def test_a_log_is_at_fault_where_the_run_was(recording: Path) -> None:
    evidence = load(recording)
    at_fault = tool("pytest").read(evidence).fault is not None
    assert (parse(evidence.log).fault is not None) is at_fault


def test_counts_agree_where_pytest_came_to_its_end(recording: Path) -> None:
    evidence = load(recording)
    read, told = tool("pytest").read(evidence), parse(evidence.log)
    if read.fault is None and recording.stem not in {"subtests", "parallel_crash"}:  # its report counts them otherwise
        assert told.summary == read.summary


@pytest.mark.parametrize(
    ("line", "name", "message"),
    [
        ("FAILED a.py::test[x - y] - KeyError: 'k'", "a.py::test[x - y]", "KeyError: 'k'"),
        ("FAILED a.py::test[x - y]", "a.py::test[x - y]", "failed without a message"),
        ("FAILED a.py::test[[] - assert [] == 1", "a.py::test[[]", "assert [] == 1"),
        ("SUBFAILED(i=1) a.py::T::test - assert 0", "a.py::T::test (i=1)", "assert 0"),
        ("SUBFAILED[m] (i=1) a.py::T::test - assert 0", "a.py::T::test [m] (i=1)", "assert 0"),
    ],
)
def test_names_of_the_short_summary(line: str, name: str, message: str) -> None:
    log = f"=== short test summary info ===\n{line}\n=== 1 failed in 0.1s ===\n"
    reading = parse(log)
    assert [(failure.name, failure.message) for failure in reading.failures] == [(name, message)]
    assert reading.fault is None


def test_a_log_cut_before_its_end_is_at_fault() -> None:
    log = load(HERE / "9.2.0" / "kinds.json").log
    assert all(parse(log[:at]).fault is not None for at in range(0, len(log) - 100, 997))


def test_a_summary_with_fewer_names_than_are_counted_is_at_fault() -> None:
    reading = parse("=== short test summary info ===\nFAILED a.py::test_a - assert 0\n=== 2 failed in 0.1s ===\n")
    assert reading.fault is not None
    assert "2 failures are counted, but 1 told" in reading.fault.message


def test_runs_that_follow_each_other_are_added_up() -> None:
    one = load(HERE / "9.2.0" / "kinds.json").log
    other = load(HERE / "9.2.0" / "fixtures.json").log
    both = parse(one + other)
    assert both.fault is None
    assert len(both.failures) == len(parse(one).failures) + len(parse(other).failures)


def test_a_refused_option_is_told() -> None:
    reading = parse("ERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --nonsense\n")
    assert reading.fault is not None
    assert reading.fault.message == "pytest did not start: unrecognized arguments: --nonsense"
