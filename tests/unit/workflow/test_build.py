"""The build phase: edits, verified by the build check."""

import json
from dataclasses import replace

import pytest

from adw.domain.messages import ToolResult
from adw.domain.report import CheckFault, Failure, Report, Summary
from adw.domain.run import Limits, Outcome, Phase
from adw.errors import CheckError, UsageError
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import says
from tests.support.kit import BUILD, DONE, FAILING, MEND, PLAN, TEST, World, call, edit, in_a_row, shop

_BOTH = (TEST, BUILD)


def _finding(line: int, message: str, *also: str) -> Failure:
    return Failure(f"shop/cart.py:{line}", f"shop/cart.py:{line}", "attr-defined", message, also)


def _build(*failures: Failure) -> Report:
    summary = Summary(total=len(failures), errors=len(failures))
    return Report("build", "mypy", ok=not failures, exit_code=int(bool(failures)), summary=summary, failures=failures)


def _done_results(world: World, request: int) -> list[str]:
    blocks = world.model.requests[request].messages[-1].blocks
    return [block.content for block in blocks if isinstance(block, ToolResult) and block.call_id == DONE.id]


def test_new_errors_of_the_build_come_back_in_the_result_of_done_and_old_ones_do_not() -> None:
    old, new = _finding(2, "an old one"), _finding(7, "a new one")
    judge = in_a_row(red(TEST, FAILING), _build(old), _build(_finding(3, "an old one"), new), _build(old), green(TEST))
    script = [PLAN, says("", MEND, DONE), says("", edit("def total", "def sum_of", number=2), DONE)]
    world = shop(script, judge, checks=_BOTH, until=Phase.BUILD)
    result = world.run()
    assert result.outcome is Outcome.PASSED
    (complaint,) = _done_results(world, 2)
    head, _, text = complaint.partition("\n")
    assert head == "not done, the build has new errors:"
    assert "a new one" in text
    assert "an old one" not in text
    assert json.loads(text)["check"] == "build"
    assert world.checks.labels == ["test-baseline", "build-baseline", "build-1", "build-2"]


def test_errors_that_were_there_already_do_not_hold_up_the_build() -> None:
    old = _build(_finding(2, "an old one"))
    world = shop([PLAN, says("", MEND, DONE)], in_a_row(red(TEST, FAILING), old), checks=_BOTH, until=Phase.BUILD)
    assert world.run().outcome is Outcome.PASSED


def test_where_nothing_was_edited_there_is_one_reminder() -> None:
    world = shop([PLAN, says("", DONE), says("", MEND, DONE)], until=Phase.BUILD)
    assert world.run().outcome is Outcome.PASSED
    assert _done_results(world, 2) == ["not done: nothing was edited yet"]


def test_where_nothing_was_edited_after_that_there_is_no_progress() -> None:
    world = shop([PLAN, says("", DONE), says("", DONE)], until=Phase.BUILD)
    result = world.run()
    assert (result.outcome, result.detail, result.commit) == (Outcome.NO_PROGRESS, "nothing was edited", "")
    assert world.workspace.commits == []


def test_an_edit_that_did_not_fit_is_no_edit() -> None:
    misfit = edit("nothing", "x")
    world = shop([PLAN, says("", misfit), says("", DONE), says("", DONE)], until=Phase.BUILD)
    assert world.run().outcome is Outcome.NO_PROGRESS


def test_what_was_edited_before_the_turns_ran_out_is_on_the_branch() -> None:
    limits = Limits(max_turns=2)
    world = shop([PLAN, says("", MEND), says("", call("read", paths=["README.md"]))], limits=limits, until=Phase.BUILD)
    result = world.run()
    assert (result.outcome, result.detail) == (Outcome.FAILED, "max_turns (2) reached without done")
    assert len(world.workspace.commits) == 1
    assert result.commit


def test_a_build_check_that_cannot_be_judged_is_never_green() -> None:
    fault = CheckFault("TIMEOUT", "no end after 600 s")
    broken = replace(_build(), ok=False, fault=fault)
    world = shop([PLAN, says("", MEND, DONE)], in_a_row(red(TEST, FAILING), _build(), broken), checks=_BOTH)
    with pytest.raises(CheckError, match="the build check could not be judged: no end after 600 s") as caught:
        world.run()
    assert "run-1" in caught.value.hint
    assert "build-1" in caught.value.hint
    assert world.events.of("check_ended")[-1].ok is False  # type: ignore[union-attr]


def test_a_check_that_could_not_be_judged_is_run_again_on_resume() -> None:
    broken = replace(red(TEST, FAILING), fault=CheckFault("TIMEOUT", "no end"))
    world = shop([PLAN, says("", MEND, DONE)], in_a_row(broken, red(TEST, FAILING)), until=Phase.BUILD)
    with pytest.raises(CheckError):
        world.run()
    assert world.model.requests == []
    assert world.run().outcome is Outcome.PASSED


def test_a_project_without_tests_is_refused_before_a_token_is_spent() -> None:
    world = shop([PLAN], checks=(BUILD,))
    with pytest.raises(UsageError, match="no test check"):
        world.run()
    assert world.model.requests == []


def test_what_a_check_leaves_in_the_worktree_is_taken_away() -> None:
    world = shop([PLAN, says("", MEND, DONE)], until=Phase.BUILD)
    judge = world.checks.judge

    def litter(_check: object) -> Report:
        world.workspace.content["shop/cart.py"] = b"overwritten by a test"
        return green(TEST)

    world.checks.judge = litter
    assert world.run().outcome is Outcome.PASSED
    assert judge(TEST).ok
    assert b"overwritten" not in world.workspace.content["shop/cart.py"]
