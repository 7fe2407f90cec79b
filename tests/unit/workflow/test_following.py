"""One phase of a run again: what is taken over, what is done, and what is not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adw.domain.codec import JsonValue
from adw.domain.plan import Plan
from adw.domain.run import Follows, Limits, Outcome, Phase
from adw.errors import ModelError, StorageError
from adw.workflow.run import run
from tests.fakes.memory_journal import MemoryJournal, StoredRun
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import Script, says
from tests.support.kit import APPROVE, CART, DONE, FAILING, MEND, PLAN, TEST, World, edit, in_a_row, rejects, shop

FIX = says("", MEND, DONE)
MENDED = CART.replace(b"items[1:]", b"items")
EARLIER = "261121-120000-abc"
MADE = Plan("total() skips the first item", ("sum all items",), change=("shop/cart.py",), tests=(FAILING,))


def following(phase: Phase, script: Script, content: bytes = b"", **changes: Any) -> World:
    """A world whose run does `phase` again; `content`: the cart as the earlier run left it."""
    world = shop(script, until=phase, plan=None if phase is Phase.PLAN else MADE, **changes)
    tree = ""
    if content:
        world.workspace.write("shop/cart.py", content)
        tree = world.workspace.tree()
        world.workspace.write("shop/cart.py", b"left by nobody\n")
    report = green(TEST, passed=3) if phase is Phase.REVIEW else None
    world.spec = replace(world.spec, follows=Follows(EARLIER, phase, tree, report))
    return world


class BreakingJournal(MemoryJournal):
    """Loses what the body of one step has done."""

    def __init__(self, store: dict[str, StoredRun], run_id: str, broken_at: int) -> None:
        super().__init__(store, run_id)
        self._left = broken_at

    def step(self, name: str, body: Callable[[], JsonValue]) -> JsonValue:
        self._left -= 1
        return super().step(name, body if self._left else lambda: _lost(body))


def _lost(body: Callable[[], JsonValue]) -> JsonValue:
    body()
    raise StorageError("no space")


def done(world: World) -> list[tuple[Phase, Outcome, int]]:
    return [(one.phase, one.outcome, one.calls) for one in world.run().phases]


def test_plan_again_plans_afresh_and_edits_nothing() -> None:
    world = following(Phase.PLAN, [PLAN])
    assert done(world) == [(Phase.PLAN, Outcome.PASSED, 1)]
    assert (world.checks.labels, world.workspace.commits) == (["test-baseline"], [])


def test_build_again_begins_at_the_base_with_the_plan_that_was_made() -> None:
    world = following(Phase.BUILD, [FIX])
    assert done(world) == [(Phase.PLAN, Outcome.PASSED, 0), (Phase.BUILD, Outcome.PASSED, 1)]
    assert "sum all items" in repr(world.model.requests[0].messages)
    assert world.workspace.content["shop/cart.py"] == MENDED


def test_test_again_of_green_tests_asks_nobody_and_has_the_work_on_its_own_branch() -> None:
    world = following(Phase.TEST, [], MENDED)
    result = world.run()
    assert result.outcome is Outcome.PASSED
    assert [(one.phase, one.calls) for one in result.phases] == [(Phase.PLAN, 0), (Phase.TEST, 0)]
    assert result.phases[0].detail == f"taken over from {EARLIER}: {MADE.summary}"
    ((_, message),) = world.workspace.commits
    assert message.endswith(f"\n\nIssue: issue.md\nAdw-Phase: build\nAdw-Follows: {EARLIER}\n")
    assert (bool(result.commit), world.workspace.content["shop/cart.py"]) == (True, MENDED)


def test_test_again_mends_what_fails_of_the_content_that_was_left() -> None:
    wrong = CART.replace(b"items[1:]", b"items[1:][0:]")
    world = following(Phase.TEST, [says("", edit("items[1:][0:]", "items"), DONE)], wrong)
    assert done(world) == [(Phase.PLAN, Outcome.PASSED, 0), (Phase.TEST, Outcome.PASSED, 1)]
    assert "items[1:][0:]" in repr(world.model.requests[0].messages)
    assert (len(world.workspace.commits), world.workspace.content["shop/cart.py"]) == (2, MENDED)


def test_what_failed_at_the_base_is_not_new_although_the_content_was_there_before_the_run() -> None:
    old, broken = "tests/test_old.py::test_other", "tests/test_new.py::test_new"
    reports = in_a_row(red(TEST, FAILING, old), red(TEST, broken, old), green(TEST))
    world = following(Phase.TEST, [says("", edit("def total", "def  total"), DONE)], MENDED, judge=reports)
    assert done(world)[1] == (Phase.TEST, Outcome.PASSED, 1)
    asked = repr(world.model.requests[0].messages)
    assert (broken in asked, old in asked) == (True, False)


def test_review_again_reads_the_diff_and_the_report_and_runs_no_test_but_the_baseline() -> None:
    world = following(Phase.REVIEW, [APPROVE], MENDED)
    result = world.run()
    assert (result.outcome, len(world.model.requests)) == (Outcome.PASSED, 1)
    assert (result.report, world.checks.labels) == (green(TEST, passed=3), ["test-baseline"])
    assert "+    return sum(items)" in repr(world.model.requests[0].messages)
    assert result.commit


def test_review_again_patches_blockers_and_tests_the_patch() -> None:
    patch = says("", edit("return sum(items)", "return sum(items)  # all of them"), DONE)
    world = following(Phase.REVIEW, [rejects(("blocker", "say why")), patch, APPROVE], MENDED)
    assert done(world) == [(Phase.PLAN, Outcome.PASSED, 0), (Phase.REVIEW, Outcome.PASSED, 3)]
    assert world.checks.labels == ["test-baseline", "review-1"]
    assert [message.split("Adw-Phase: ")[1].split("\n")[0] for _, message in world.workspace.commits] == [
        "build",
        "review",
    ]


@pytest.mark.parametrize("broken_at", range(1, 6))
def test_interrupted_anywhere_it_goes_on_as_if_it_had_not_been(broken_at: int) -> None:
    """A step that fails leaves none behind; what a dead process leaves in the worktree does not count."""
    plain = following(Phase.TEST, [FIX], CART + b"# later\n")
    expected = plain.run()
    world = following(Phase.TEST, [FIX], CART + b"# later\n")
    journal = BreakingJournal(world.store, world.spec.id, broken_at)
    with pytest.raises(StorageError):
        journal.run(lambda: run(world.kit(journal), world.results.append))
    world.workspace.content["shop/cart.py"] = b"half of it"
    assert world.run() == expected
    assert world.workspace.content == plain.workspace.content
    assert world.workspace.commits == plain.workspace.commits


def test_an_error_in_the_phase_keeps_what_was_taken_over() -> None:
    world = following(Phase.REVIEW, [ModelError("overloaded", retried=True)], MENDED, limits=Limits(max_turns=2))
    with pytest.raises(ModelError):
        world.run()
    (kept,) = world.results
    assert (kept.plan, bool(kept.commit)) == (MADE, True)
