"""Where exit code, report and witness do not agree, nobody is believed."""

import json
from dataclasses import replace

import pytest

from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool
from tests.fixtures.record_pytest import HERE, load

PLACE = Place("/w/project", "/w/scratch", "/w/project")


def xml(*cases: str) -> bytes:
    return f'<testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'.encode()


GOOD = '<testcase classname="test_a" name="test_one" file="test_a.py" line="0"/>'
BAD = (
    '<testcase classname="test_a" name="test_two" file="test_a.py" line="4">'
    '<failure message="assert 1 == 2">test_a.py:6: in test_two\nE   assert 1 == 2</failure></testcase>'
)


def witness(*lines: dict[str, object]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def read(exit_code: int, report: bytes | None, *lines: dict[str, object], log: str = "") -> Reading:
    files = {} if report is None else {"junit.xml": report}
    if lines:
        files["witness-1.jsonl"] = witness(*lines)
    return tool("pytest").read(Evidence(exit_code, log, files, PLACE))


def fault(reading: Reading) -> tuple[str, str]:
    assert reading.fault is not None
    return reading.fault.code, reading.fault.message


def test_agreement_is_no_fault() -> None:
    assert read(1, xml(GOOD, BAD)).fault is None
    assert read(0, xml(GOOD)).fault is None


@pytest.mark.parametrize(
    ("exit_code", "report", "said"),
    [
        (0, xml(GOOD, BAD), "exit code is 0, but tests failed"),
        (1, xml(GOOD), "exit code is 1, but no failure"),
        (2, xml(GOOD), "exit code is 2, but no failure"),
        (2, xml(GOOD, BAD), "interrupted"),
        (7, xml(GOOD, BAD), "unknown exit code 7"),
    ],
)
def test_contradictions_are_told(exit_code: int, report: bytes, said: str) -> None:
    code, message = fault(read(exit_code, report))
    assert code == "MISMATCH"
    assert said in message


def test_a_failure_that_only_the_report_knows_is_a_contradiction() -> None:
    passed: dict[str, object] = {"kind": "result", "id": "test_a.py::test_two", "when": "call", "outcome": "passed"}
    code, message = fault(read(1, xml(BAD), passed))
    assert (code, "1 failing tests, but 0" in message) == ("MISMATCH", True)


@pytest.mark.parametrize("report", [None, b"", b"garbage", xml(GOOD)[:-5], b"<html></html>"])
def test_without_a_report_there_is_no_verdict(report: bytes | None) -> None:
    assert fault(read(0, report))[0] == "NO_REPORT"


def test_a_report_without_tests_is_none() -> None:
    assert fault(read(0, xml()))[0] == "NO_TESTS"


def test_a_wrapper_that_hides_pytests_exit_code_does_not_turn_it_green() -> None:
    red: dict[str, object] = {"kind": "result", "id": "test_a.py::test_two", "when": "call", "outcome": "failed"}
    finish: dict[str, object] = {"kind": "finish", "exit": 1}
    assert fault(read(0, xml(BAD), red, finish))[0] == "MISMATCH"


def test_a_wrapper_with_an_exit_code_of_its_own_is_understood() -> None:
    red: dict[str, object] = {"kind": "result", "id": "test_a.py::test_two", "when": "call", "outcome": "failed"}
    reading = read(2, xml(BAD), red, {"kind": "finish", "exit": 1})
    assert (reading.fault, [failure.name for failure in reading.failures]) == (None, ["test_a.py::test_two"])


def test_a_wrapper_that_fails_behind_a_green_pytest_is_not_green() -> None:
    assert fault(read(3, xml(GOOD), {"kind": "finish", "exit": 0}))[0] == "CRASH"
    assert fault(read(1, xml(GOOD), {"kind": "finish", "exit": 0}))[0] == "MISMATCH"


@pytest.mark.parametrize(("exit_code", "number"), [(-11, 11), (139, 11), (137, 9)])
def test_signals_are_crashes_however_they_are_told(exit_code: int, number: int) -> None:
    code, message = fault(read(exit_code, None))
    assert (code, f"signal {number}" in message) == ("CRASH", True)


def test_a_refusal_says_why() -> None:
    log = "ERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --nonsense\n"
    assert fault(read(4, None, log=log)) == ("NO_REPORT", "pytest did not start: unrecognized arguments: --nonsense")
    assert fault(read(4, None)) == ("NO_REPORT", "pytest did not start: exit code 4")


def test_a_broken_conftest_that_is_not_ours_is_no_failure_of_the_workspace() -> None:
    log = "ImportError while loading conftest '/elsewhere/conftest.py'.\nE   ModuleNotFoundError: No module named 'x'\n"
    reading = read(4, None, log=log)
    assert (reading.failures, fault(reading)[0]) == ((), "NO_REPORT")


def test_an_internal_error_without_words_is_still_a_crash() -> None:
    assert fault(read(3, None)) == ("CRASH", "pytest failed internally: no reason given")


def test_every_running_test_is_named_when_the_end_comes() -> None:
    starts = [{"kind": "start", "id": f"test_a.py::test_{n}", "location": ["test_a.py", n]} for n in range(1, 4)]
    reading = read(-9, None, *starts, {"kind": "end", "id": "test_a.py::test_2"})
    assert [(each.name, each.loc) for each in reading.failures] == [
        ("test_a.py::test_1", "test_a.py:1"),
        ("test_a.py::test_3", "test_a.py:3"),
    ]


def test_torn_lines_of_the_witness_do_no_harm() -> None:
    evidence = load(HERE / "9.2.0" / "passing.json")
    name = next(name for name in evidence.files if name.startswith("witness"))
    torn = {**evidence.files, name: evidence.files[name] + b'{"kind": "resu'}
    assert tool("pytest").read(replace(evidence, files=torn)).fault is None


def test_green_with_fewer_tests_than_were_collected_is_doubted() -> None:
    lines: list[dict[str, object]] = [{"kind": "collected", "count": 3}, {"kind": "end", "id": "test_a.py::test_one"}]
    assert "only 1 of 3 tests ran" in fault(read(0, xml(GOOD), *lines))[1]


def test_green_with_a_test_that_never_ended_is_doubted() -> None:
    started = {"kind": "start", "id": "test_a.py::test_one", "location": ["test_a.py", 1]}
    assert "test_a.py::test_one did not end" in fault(read(0, xml(GOOD), started))[1]


def test_a_plugin_that_tells_nothing_of_single_tests_is_believed() -> None:
    assert read(0, xml(GOOD), {"kind": "collected", "count": 1}).fault is None


def test_counts_without_a_report_are_the_witnesses() -> None:
    ends = [{"kind": "end", "id": f"t::{n}"} for n in "abcd"]
    results = [
        {"kind": "result", "id": "t::b", "when": "call", "outcome": "failed"},
        {"kind": "result", "id": "t::c", "when": "setup", "outcome": "skipped"},
        {"kind": "result", "id": "t::d", "when": "teardown", "outcome": "failed"},
    ]
    made = read(-9, None, *ends, *results).summary
    assert (made.total, made.passed, made.failed, made.errors, made.skipped) == (4, 1, 1, 1, 1)
