"""One set of rules for every tool: what it says against how its command ended."""

import pytest

from adw.checks.judge import judge, judge_log
from adw.checks.tool import Evidence, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, Summary

BAD = Failure("t::a", "t.py:1", "ASSERT_FAIL", "no")
WARNING = Failure("a.c:1", "a.c:1", "-Wunused", "unused")
RED, GREEN = Reading(Summary(2, 1, 1), (BAD,)), Reading(Summary(2, 2))


def ended(exit_code: int, *, timed_out: bool = False) -> Evidence:
    return Evidence(exit_code, "the log", {}, Place("/w", "/s"), ("tool",), timed_out=timed_out, timeout_s=5)


def fault(reading: Reading) -> str:
    return reading.fault.code if reading.fault else ""


@pytest.mark.parametrize(
    ("exit_code", "said", "expected"),
    [
        (0, GREEN, ""),
        (1, RED, ""),
        (1, GREEN, "NO_REPORT"),
        (0, RED, "MISMATCH"),
        (-11, RED, "CRASH"),
        (0, Reading(), "NO_TESTS"),
        (1, Reading(Summary(3, 1, 2), (BAD,)), "MISMATCH"),
        (1, Reading(fault=CheckFault("NO_TOOL", "none")), "NO_TOOL"),
    ],
)
def test_tests(exit_code: int, said: Reading, expected: str) -> None:
    judged = judge(ended(exit_code), said, Kind.TEST)
    assert fault(judged) == expected
    assert judged.failures == said.failures
    assert not judged.fault or judged.fault.tail == "the log"


def test_warnings_count_only_where_the_command_failed_and_names_nothing_worse() -> None:
    said = Reading(mild=(WARNING,))
    assert judge(ended(0), said, Kind.FINDINGS).failures == ()
    assert judge(ended(1), said, Kind.FINDINGS).failures == (WARNING,)
    both = Reading(failures=(BAD,), mild=(WARNING,))
    assert judge(ended(1), both, Kind.FINDINGS).failures == (BAD,)


def test_a_report_that_a_time_limit_has_torn_is_no_fault_of_its_own() -> None:
    torn = Reading(fault=CheckFault("NO_REPORT", "damaged"))
    assert fault(judge(ended(-15, timed_out=True), torn, Kind.TEST)) == "TIMEOUT"
    knowing = Reading(fault=CheckFault("TIMEOUT", "while it ran t::a"))
    judged = judge(ended(-15, timed_out=True), knowing, Kind.TEST)
    assert judged.fault is not None
    assert judged.fault.message == "while it ran t::a"


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        (Reading(Summary(2, 2), finished=True), Kind.TEST, ""),
        (Reading(Summary(2, 2)), Kind.TEST, "NO_REPORT"),
        (RED, Kind.TEST, "NO_REPORT"),
        (Reading(Summary(2, 1, 1), (BAD,), finished=True), Kind.TEST, ""),
        (Reading(finished=True), Kind.TEST, "NO_TESTS"),
        (Reading(finished=True), Kind.FINDINGS, ""),
        (Reading(), Kind.FINDINGS, "NO_REPORT"),
        (Reading(failures=(BAD,)), Kind.FINDINGS, ""),
        (Reading(Summary(3, 1, 2), (BAD,), finished=True), Kind.TEST, "MISMATCH"),
    ],
)
def test_logs_alone(said: Reading, kind: Kind, expected: str) -> None:
    assert fault(judge_log("the log", "", said, kind)) == expected
