"""Whole runs, from issue to review."""

import pytest

from adw.domain.messages import Answer
from adw.domain.run import Limits, Outcome, Phase
from adw.errors import AdwError, ModelError
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import says
from tests.support.kit import APPROVE, CART, DONE, FAILING, MEND, PLAN, TEST, call, edit, in_a_row, shop

_BUILD = says("", MEND, DONE)


def test_a_small_issue_takes_three_calls_and_ends_tested_and_reviewed() -> None:
    world = shop([PLAN, _BUILD, APPROVE])
    result = world.run()
    assert (result.outcome, len(world.model.requests)) == (Outcome.PASSED, 3)
    assert [(one.phase, one.outcome, one.calls) for one in result.phases] == [
        (Phase.PLAN, Outcome.PASSED, 1),
        (Phase.BUILD, Outcome.PASSED, 1),
        (Phase.TEST, Outcome.PASSED, 0),
        (Phase.REVIEW, Outcome.PASSED, 1),
    ]
    assert world.workspace.content["shop/cart.py"] == CART.replace(b"items[1:]", b"items")
    assert [message for _, message in world.workspace.commits] == [
        "Wrong total\n\ntotal() skips the first item\n\nIssue: issue.md\nAdw-Phase: build\n"
    ]
    assert result.commit
    assert result.plan is not None
    assert result.report == green(TEST, passed=3)
    assert result.review is not None


def test_the_files_that_matter_are_shown_before_anybody_asks() -> None:
    world = shop([PLAN, _BUILD, APPROVE])
    world.run()
    plan, build, review = (repr(request.messages) for request in world.model.requests)
    assert "def total(items)" in plan
    assert "def test_total()" in plan
    assert FAILING in plan
    assert "def total(items)" in build
    assert "def test_total()" not in build
    assert "+    return sum(items)" in review


@pytest.mark.parametrize("until", Phase)
def test_a_run_ends_after_the_phase_that_was_asked_for(until: Phase) -> None:
    world = shop([PLAN, _BUILD, APPROVE], until=until)
    result = world.run()
    assert result.outcome is Outcome.PASSED
    assert [one.phase for one in result.phases] == list(Phase)[: list(Phase).index(until) + 1]


def test_how_the_run_stands_is_kept_after_every_phase() -> None:
    world = shop([PLAN, _BUILD, APPROVE])
    result = world.run()
    assert [len(kept.phases) for kept in world.results] == [1, 2, 3, 4]
    assert world.results[-1] == result


def test_what_happens_is_told_in_order() -> None:
    world = shop([PLAN, _BUILD, APPROVE])
    world.run()
    assert [event.kind for event in world.events.told] == [
        "run_started",
        *("phase_started", "check_started", "check_ended", "call_started", "call_ended", "tools_ended", "phase_ended"),
        *("phase_started", "call_started", "call_ended", "tools_ended", "phase_ended"),
        *("phase_started", "check_started", "check_ended", "phase_ended"),
        *("phase_started", "call_started", "call_ended", "tools_ended", "phase_ended"),
    ]


_NOTHING = says("", DONE)
_ENDS: dict[str, tuple[list[Answer | AdwError], Phase, Outcome]] = {
    "no plan": ([says("", call("read", paths=["README.md"]))] * 2, Phase.PLAN, Outcome.FAILED),
    "nothing edited": ([PLAN, _NOTHING, _NOTHING], Phase.BUILD, Outcome.NO_PROGRESS),
    "tests stay red": (
        [PLAN, says("", edit("items[1:]", "items[1:][0:]"), DONE), _NOTHING],
        Phase.TEST,
        Outcome.NO_PROGRESS,
    ),
    "no review": ([PLAN, _BUILD, *[says("", call("read", paths=["README.md"]))] * 2], Phase.REVIEW, Outcome.FAILED),
}


@pytest.mark.parametrize("case", _ENDS)
def test_a_phase_that_does_not_pass_ends_the_run(case: str) -> None:
    script, phase, outcome = _ENDS[case]
    world = shop(script, limits=Limits(max_turns=2))
    result = world.run()
    assert (result.phases[-1].phase, result.outcome) == (phase, outcome)
    assert result.detail
    assert result.phases[-1].outcome is outcome
    assert len(world.model.requests) == len(script)


def test_an_error_ends_the_run_and_loses_nothing_that_was_kept() -> None:
    world = shop([PLAN, ModelError("overloaded", retried=True)])
    with pytest.raises(ModelError, match="overloaded"):
        world.run()
    (kept,) = world.results
    assert kept.plan is not None


def test_a_run_that_an_error_ended_goes_on_where_it_was() -> None:
    world = shop([PLAN, ModelError("overloaded", retried=True), _BUILD, APPROVE])
    with pytest.raises(ModelError):
        world.run()
    assert world.run().outcome is Outcome.PASSED
    assert len(world.model.requests) == 4


def test_a_run_can_be_green_from_the_beginning() -> None:
    world = shop([PLAN, _BUILD, APPROVE], in_a_row(green(TEST)))
    assert world.run().outcome is Outcome.PASSED


def test_failures_that_were_there_and_that_nobody_means_do_not_stop_the_run() -> None:
    old = "tests/test_old.py::test_other"
    world = shop([PLAN, _BUILD, APPROVE], in_a_row(red(TEST, FAILING, old), red(TEST, old)))
    result = world.run()
    assert (result.outcome, len(world.model.requests)) == (Outcome.PASSED, 3)
