"""A run whose plan is there already: the tests first, then the review."""

from dataclasses import replace

from adw.domain.report import Failure, Report, Summary
from adw.domain.run import Outcome, Phase
from adw.workflow.fixing import MOST, work_of
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import says
from tests.support.kit import DONE, FAILING, MEND, TEST, call, in_a_row, shop

APPROVE = says("", call("done", verdict="approve", findings=[]))
FIX = says("", MEND, DONE)
RED = red(TEST, FAILING)


def test_what_fails_is_the_plan_and_flaky_tests_are_no_work() -> None:
    issue, plan = work_of(replace(red(TEST, FAILING, "tests/test_b.py::test_b"), flaky=("tests/test_b.py::test_b",)))
    assert plan.tests == (FAILING,)
    assert issue.title == "Make 1 failing test pass"
    assert FAILING not in issue.body


def test_of_very_many_failing_tests_the_first_are_the_work() -> None:
    failures = tuple(Failure(f"t.py::test_{number:03}", "t.py:1", "UNKNOWN", "") for number in range(MOST + 9))
    issue, plan = work_of(Report("test", "pytest", ok=False, exit_code=1, summary=Summary(), failures=failures))
    assert plan.tests == tuple(failure.name for failure in failures[:MOST])
    assert issue.title == f"Make {MOST} failing tests pass"


def test_no_plan_is_made_and_nothing_is_built() -> None:
    issue, plan = work_of(RED)
    world = shop([FIX, APPROVE], in_a_row(RED, RED, green(TEST)), issue=issue, plan=plan)
    result = world.run()
    assert result.outcome is Outcome.PASSED
    assert [(phase.phase, phase.calls) for phase in result.phases] == [
        (Phase.PLAN, 0),
        (Phase.TEST, 1),
        (Phase.REVIEW, 1),
    ]
    assert len(world.workspace.commits) == 1


def test_what_the_mending_breaks_counts_too() -> None:
    issue, plan = work_of(RED)
    broken = red(TEST, "tests/test_other.py::test_other")
    second = says("", call("edit", path="shop/cart.py", old="def total", new="def  total"), DONE)
    world = shop([FIX, second, APPROVE], in_a_row(RED, RED, broken, green(TEST)), issue=issue, plan=plan)
    assert world.run().phases[1].outcome is Outcome.NO_PROGRESS


def test_tests_that_pass_in_the_run_cost_no_call() -> None:
    issue, plan = work_of(RED)
    world = shop([], in_a_row(green(TEST)), issue=issue, plan=plan)
    result = world.run()
    assert result.outcome is Outcome.PASSED
    assert [(phase.phase, phase.calls) for phase in result.phases] == [(Phase.PLAN, 0), (Phase.TEST, 0)]
