"""A run that nobody has written an issue for: its work is to make tests pass that fail."""

from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.report import Report

MOST = 200
"""Tests that one run is asked to mend."""
_SOURCE = "adw test --fix"


def work_of(report: Report) -> tuple[Issue, Plan]:
    """Issue and plan from a red report. What is flaky is left out: there is nothing in it to mend.

    The issue's text names no test: what an issue says may allow the gate to let tests be changed.
    """
    flaky = set(report.flaky)
    names = tuple(name for name in report.failing if name not in flaky)[:MOST]
    thing = "1 failing test" if len(names) == 1 else f"{len(names)} failing tests"
    body = "Mend the code so that the tests pass that the report names. The tests say what is right."
    plan = Plan(
        summary=f"make {thing} pass",
        steps=("find out from the report why each test fails", "mend the code that it tests"),
        tests=names,
        testing="by the project's own tests",
    )
    return Issue("failing-tests", f"Make {thing} pass", body, _SOURCE), plan
