"""The review: the gate, then the model's reading; blockers are patched and tested again."""

from typing import Any

from adw.domain.issue import Issue
from adw.domain.messages import Answer
from adw.domain.report import Report
from adw.domain.review import Review, Severity, Verdict
from adw.domain.run import Limits, Outcome, RunResult
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import says
from tests.support.kit import APPROVE, DONE, FAILING, MEND, PLAN, TEST, World, call, edit, in_a_row, rejects, shop

_BUILD = says("", MEND, DONE)
_BLOCKED = rejects(("blocker", "crashes on an empty cart"), ("tech_debt", "no types"))
_PATCH = says("", edit("sum(items)", "sum(items or [])"), DONE)
_PATCH_AGAIN = says("", edit("items or []", "items or ()"), DONE)
_OLD = "tests/test_old.py::test_other"
_GREEN = (green(TEST), green(TEST))


def _review(*script: Answer, tests: tuple[Report, ...] = _GREEN, **changes: Any) -> tuple[RunResult, World]:
    """A run whose tests are green before the review; `tests` are the reports of the review's own runs."""
    reports = (red(TEST, FAILING, _OLD), green(TEST), *tests)
    world = shop([PLAN, _BUILD, *script], in_a_row(*reports), **changes)
    return world.run(), world


def test_an_approval_takes_one_call_and_no_test_run() -> None:
    result, world = _review(APPROVE)
    assert (result.outcome, result.phases[-1].attempts, result.detail) == (Outcome.PASSED, 0, "no findings")
    assert result.review == Review(Verdict.APPROVE)
    assert world.checks.labels == ["test-baseline", "test-0"]


def test_findings_that_block_nothing_are_reported_and_pass() -> None:
    found = [
        {"severity": "tech_debt", "path": "a.py", "message": "m"},
        {"severity": "skippable", "path": "b", "message": "n"},
    ]
    result, _ = _review(says("", call("done", verdict="approve", findings=found)))
    assert (result.outcome, result.detail) == (Outcome.PASSED, "1 tech_debt, 1 skippable")
    assert result.review is not None
    assert len(result.review.findings) == 2


def test_the_model_sees_issue_plan_diff_and_tests() -> None:
    _, world = _review(APPROVE)
    shown = repr(world.model.requests[-1].messages)
    for part in ("# Issue: Wrong total", "# Plan", "+    return sum(items)", "# Tests", '"passed":1'):
        assert part in shown
    assert [tool.name for tool in world.model.requests[-1].tools] == ["read", "search", "done"]


def test_a_blocker_is_patched_tested_and_read_again() -> None:
    result, world = _review(_BLOCKED, _PATCH, APPROVE)
    last = result.phases[-1]
    assert (result.outcome, last.attempts, last.calls) == (Outcome.PASSED, 1, 3)
    assert world.checks.labels[2:] == ["review-1"]
    patch = repr(world.model.requests[3].messages)
    assert "shop/cart.py:2 crashes on an empty cart" in patch
    assert "no types" not in patch
    assert "return sum(items)" in patch
    assert "sum(items or [])" in repr(world.model.requests[4].messages)
    assert [message.split("\n")[0] for _, message in world.workspace.commits] == ["Wrong total", "Wrong total (review)"]


def test_tests_that_a_patch_breaks_get_one_conversation_more() -> None:
    result, world = _review(_BLOCKED, _PATCH, _PATCH_AGAIN, APPROVE, tests=(red(TEST, FAILING), green(TEST)))
    assert (result.outcome, result.phases[-1].calls) == (Outcome.PASSED, 4)
    assert world.checks.labels[2:] == ["review-1", "review-1-again"]
    assert FAILING in repr(world.model.requests[4].messages)


def test_red_after_a_patch_is_never_approved() -> None:
    result, world = _review(_BLOCKED, _PATCH, _PATCH_AGAIN, APPROVE, tests=(red(TEST, FAILING), red(TEST, FAILING)))
    assert result.outcome is Outcome.FAILED
    assert result.detail == f"1 tests fail after the patch: {FAILING}"
    assert len(world.model.requests) == 5
    assert result.report is not None
    assert not result.report.ok


def test_old_failures_out_of_scope_do_not_count_against_a_patch() -> None:
    result, _ = _review(_BLOCKED, _PATCH, APPROVE, tests=(red(TEST, _OLD),))
    assert result.outcome is Outcome.PASSED


def test_a_patch_that_changes_nothing_is_no_progress() -> None:
    result, world = _review(_BLOCKED, says("", DONE), APPROVE)
    assert (result.outcome, result.detail) == (
        Outcome.NO_PROGRESS,
        "1 blocker, 1 tech_debt; the patch changed nothing",
    )
    assert len(world.model.requests) == 4


def test_attempts_are_bounded() -> None:
    script = [_BLOCKED, _PATCH, _BLOCKED, _PATCH_AGAIN, _BLOCKED]
    result, world = _review(*script, APPROVE, limits=Limits(max_attempts=2))
    assert (result.outcome, result.detail) == (Outcome.FAILED, "blockers are left after max_attempts (2)")
    assert (result.phases[-1].attempts, len(world.model.requests)) == (2, 2 + len(script))


def test_without_attempts_a_blocker_is_the_end() -> None:
    result, world = _review(_BLOCKED, limits=Limits(max_attempts=0))
    assert (result.outcome, len(world.model.requests)) == (Outcome.FAILED, 3)


def test_an_approval_with_a_blocker_is_none() -> None:
    found = [{"severity": "blocker", "path": "a.py", "message": "m"}]
    approved = says("", call("done", verdict="approve", findings=found))
    result, _ = _review(approved, limits=Limits(max_attempts=0))
    assert result.outcome is Outcome.FAILED


def test_a_rejection_without_a_blocker_rejects_all_the_same() -> None:
    result, _ = _review(rejects(("skippable", "I dislike it")), limits=Limits(max_attempts=0))
    assert result.outcome is Outcome.FAILED
    assert result.review is not None
    assert [one.severity for one in result.review.findings] == [Severity.BLOCKER]


def test_a_rejection_without_a_finding_rejects_all_the_same() -> None:
    result, _ = _review(rejects(), limits=Limits(max_attempts=0))
    assert result.outcome is Outcome.FAILED
    assert result.review is not None
    assert result.review.blockers[0].message == "rejected without a finding"


def test_a_review_that_never_ends_fails() -> None:
    look = [says("", call("read", number, paths=["README.md"])) for number in range(3)]
    result, _ = _review(*look, limits=Limits(max_turns=3))
    assert (result.outcome, result.detail) == (Outcome.FAILED, "max_turns (3) reached without done")
    assert result.review is None


_SKIP = edit("def test_total", "@pytest.mark.skip\ndef test_total", path="tests/test_cart.py", number=2)
_UNSKIP = says("", edit("@pytest.mark.skip\n", "", path="tests/test_cart.py"), DONE)


def test_a_weakened_test_is_blocked_before_a_model_is_asked() -> None:
    world = shop([PLAN, says("", MEND, _SKIP, DONE), _UNSKIP, APPROVE], in_a_row(red(TEST, FAILING), green(TEST)))
    result = world.run()
    assert (result.outcome, result.phases[-1].calls, len(world.model.requests)) == (Outcome.PASSED, 2, 4)
    patch = repr(world.model.requests[2].messages)
    assert "tests/test_cart.py:4 a test is skipped or expected to fail" in patch
    assert "def test_total" in patch


def test_no_model_can_talk_the_gate_round() -> None:
    world = shop(
        [PLAN, says("", MEND, _SKIP, DONE)], in_a_row(red(TEST, FAILING), green(TEST)), limits=Limits(max_attempts=0)
    )
    result = world.run()
    assert (result.outcome, len(world.model.requests)) == (Outcome.FAILED, 2)
    assert result.review is not None
    assert result.review.verdict is Verdict.REJECT


def test_what_the_issue_asks_for_passes_the_gate() -> None:
    issue = Issue("skip-it", "Skip test_total", "Skip tests/test_cart.py for now.", "issue.md")
    world = shop([PLAN, says("", MEND, _SKIP, DONE), APPROVE], in_a_row(red(TEST, FAILING), green(TEST)), issue=issue)
    assert world.run().outcome is Outcome.PASSED
