"""What is flaky, by a second look at what failed."""

from dataclasses import replace

import pytest

from adw.checks.report import with_second_look
from adw.domain.report import CheckFault, Failure, Report, Summary

NAMES = ("t.py::a", "t.py::b")


def look(*failing: str, passed: int = 0, fault: CheckFault | None = None) -> Report:
    failures = tuple(Failure(name, "t.py:1", "ASSERT_FAIL", name) for name in failing)
    counts = Summary(total=passed + len(failing), passed=passed, failed=len(failing))
    return Report("test", "pytest", ok=False, exit_code=1, summary=counts, failures=failures, fault=fault)


@pytest.mark.parametrize(
    ("again", "flaky"),
    [
        (look(passed=2), NAMES),
        (look("t.py::a", passed=1), ("t.py::b",)),
        (look(*NAMES), ()),
        (look(passed=1), ()),
        (look(passed=0), ()),
        (look(passed=2, fault=CheckFault("CRASH", "it died")), ()),
    ],
    ids=["both pass", "one passes", "none passes", "one was skipped", "none was found", "not judged"],
)
def test_only_what_passed_for_sure_is_flaky(again: Report, flaky: tuple[str, ...]) -> None:
    first = look(*NAMES)
    assert with_second_look(first, again, NAMES) == replace(first, flaky=flaky)


def test_what_was_not_looked_at_again_is_not_flaky() -> None:
    assert with_second_look(look(*NAMES), look(passed=1), NAMES[:1]).flaky == NAMES[:1]
