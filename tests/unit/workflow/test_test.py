"""The test phase: what counts, one conversation for all of it, and when it is no use to go on."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adw.domain.messages import Answer, ModelRequest
from adw.domain.report import CheckFault, Failure, Report
from adw.domain.run import CheckSpec, Limits, Outcome, Phase, PhaseResult
from adw.errors import CheckError
from tests.fakes.prices import FixedPrices
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import says
from tests.support.kit import DONE, FAILING, FILES, MEND, MODEL, PLAN, TEST, World, call, edit, in_a_row, shop

_NEW = "tests/test_cart.py::test_new"
_NEWER = "tests/test_voucher.py::test_newer"
_OLD = "tests/test_old.py::test_other"
_BUILD = says("", MEND, DONE)
_FIRST = says("", edit("def total", "def  total"), DONE)
_SECOND = says("", edit("def  total", "def   total"), DONE)
_THIRD = says("", edit("def   total", "def    total"), DONE)
_IDLE = says("", DONE)


def _phase(*script: Answer, reports: tuple[Report, ...], **changes: Any) -> tuple[PhaseResult, World]:
    """The test phase behind a plan and a build; the baseline holds what is in scope and an old failure."""
    baseline = red(TEST, FAILING, _OLD)
    world = shop([PLAN, _BUILD, *script], in_a_row(baseline, *reports), until=Phase.TEST, **changes)
    return world.run().phases[-1], world


def _conversation(world: World) -> list[ModelRequest]:
    return world.model.requests[2:]


def _sent(request: ModelRequest) -> str:
    return repr([block for message in request.messages for block in message.blocks])


def test_green_costs_no_call() -> None:
    result, world = _phase(reports=(green(TEST, passed=3),))
    assert (result.outcome, result.attempts, result.calls) == (Outcome.PASSED, 0, 0)
    assert "3 passed" in result.detail
    assert len(world.workspace.commits) == 1


def test_failures_that_were_there_and_are_out_of_scope_do_not_count() -> None:
    result, world = _phase(reports=(red(TEST, _OLD),))
    assert (result.outcome, result.calls, _conversation(world)) == (Outcome.PASSED, 0, [])


def test_all_that_counts_goes_to_the_model_at_once_and_nothing_else() -> None:
    messages = Failure(_NEW, "tests/test_cart.py:9", "ASSERT_FAIL", "assert 1 == 2", also=(_OLD, _NEWER))
    grouped = replace(red(TEST, FAILING, _OLD, message="other"), failures=(*red(TEST, FAILING).failures, messages))
    result, world = _phase(_FIRST, reports=(grouped, red(TEST, _OLD)))
    assert (result.outcome, result.attempts, result.calls) == (Outcome.PASSED, 1, 1)
    (request,) = _conversation(world)
    for name in (FAILING, _NEW, _NEWER):
        assert _sent(request).count(name) == 2  # as failing, and as new or in the plan
    assert _OLD not in _sent(request)


def test_files_that_were_changed_or_fail_are_shown_as_they_are_now() -> None:
    files = {**FILES, "tests/test_voucher.py": b"def test_newer(): ...\n", "shop/other.py": b"unrelated = 1\n"}
    world = shop(
        [PLAN, _BUILD, _FIRST], in_a_row(red(TEST, FAILING), red(TEST, _NEWER), green(TEST)), files, until=Phase.TEST
    )
    world.run()
    (request,) = _conversation(world)
    assert "return sum(items)" in _sent(request)
    assert "def test_newer()" in _sent(request)
    assert "unrelated" not in _sent(request)
    assert "edited shop/cart.py" in _sent(request)


def test_a_phase_s_conversation_begins_anew() -> None:
    """What one phase hands to the next is a snapshot, not its chat."""
    _, world = _phase(_FIRST, reports=(red(TEST, _NEW), green(TEST)))
    (request,) = _conversation(world)
    assert [message.role for message in request.messages] == ["user"]


def test_tests_that_fall_by_one_go_on_until_the_attempts_are_used_up() -> None:
    reports = (red(TEST, FAILING, _NEW, _NEWER), red(TEST, FAILING, _NEW), red(TEST, FAILING))
    result, world = _phase(_FIRST, _SECOND, reports=reports, limits=Limits(max_attempts=2))
    assert (result.outcome, result.attempts, result.calls) == (Outcome.FAILED, 2, 2)
    assert result.detail == "1 tests still fail after max_attempts (2)"
    assert world.checks.labels == ["test-baseline", "test-0", "test-1", "test-2"]
    assert world.workspace.commits[-1][1].startswith("Wrong total (test)")


def test_the_last_attempt_may_make_it_green() -> None:
    reports = (red(TEST, FAILING, _NEW), red(TEST, FAILING), green(TEST))
    result, world = _phase(_FIRST, _SECOND, reports=reports, limits=Limits(max_attempts=2))
    assert (result.outcome, result.attempts) == (Outcome.PASSED, 2)
    assert len(world.workspace.commits) == 2


def test_the_same_failures_with_the_same_diff_end_it_at_once() -> None:
    result, _ = _phase(_IDLE, _FIRST, reports=(red(TEST, FAILING), red(TEST, FAILING)))
    assert (result.outcome, result.attempts, result.calls) == (Outcome.NO_PROGRESS, 1, 1)
    assert result.detail == "the failing tests and the diff are what they were"


@pytest.mark.parametrize("after", [(FAILING, _NEW), (_NEWER, _NEW), (FAILING, _NEW, _NEWER)])
def test_a_count_that_does_not_fall_ends_it_at_once(after: tuple[str, ...]) -> None:
    result, world = _phase(_FIRST, _SECOND, reports=(red(TEST, FAILING, _NEW), red(TEST, *after)))
    assert (result.outcome, result.attempts) == (Outcome.NO_PROGRESS, 1)
    assert result.detail == f"2 tests failed before the attempt, {len(after)} after it"
    assert world.workspace.commits[-1][1].startswith("Wrong total (test)")


def test_fewer_failures_without_an_edit_are_progress() -> None:
    """A flaky test that came back: green is green."""
    result, _ = _phase(_IDLE, reports=(red(TEST, FAILING, _NEW), green(TEST)))
    assert result.outcome is Outcome.PASSED


def test_edits_that_are_taken_back_are_taken_back_on_the_branch_too() -> None:
    """What was tested is what the branch holds, also where that is the base again."""
    undo = says("", edit("sum(items)", "sum(items[1:])"), DONE)
    result, world = _phase(undo, reports=(red(TEST, _NEW), green(TEST)))
    assert result.outcome is Outcome.PASSED
    assert world.workspace.diff() == ""
    assert world.workspace.commits[-1][0] == world.workspace.tree()


def test_without_attempts_red_is_the_end() -> None:
    result, world = _phase(reports=(red(TEST, FAILING),), limits=Limits(max_attempts=0))
    assert (result.outcome, result.calls, _conversation(world)) == (Outcome.FAILED, 0, [])


def test_turns_that_run_out_are_followed_by_a_look_at_the_tests() -> None:
    look = says("", call("read", paths=["README.md"]))
    result, world = _phase(look, reports=(red(TEST, FAILING), red(TEST, FAILING)), limits=Limits(max_turns=1))
    assert world.checks.labels[-1] == "test-1"
    assert (result.outcome, result.calls) == (Outcome.NO_PROGRESS, 1)


def test_a_check_that_cannot_be_judged_is_never_green() -> None:
    broken = replace(green(TEST), fault=CheckFault("NO_REPORT", "pytest wrote no report"))
    with pytest.raises(CheckError, match="pytest wrote no report"):
        _phase(reports=(broken,))


def test_the_names_of_failures_are_sent_once() -> None:
    """The snapshot counts them; the report names them."""
    many = tuple(f"tests/test_cart.py::test_{number:03}" for number in range(40))
    _, world = _phase(_FIRST, reports=(red(TEST, *many), green(TEST)))
    (request,) = _conversation(world)
    assert [_sent(request).count(name) for name in many] == [1] * 40
    state = next(line for line in _sent(request).split("\\n") if line.startswith("{") and '"phase"' in line)
    (last,) = json.loads(state.replace("\\\\", "\\"))["reports"]
    assert json.loads(last)["summary"] == {"total": 40, "failed": 40}


def test_failures_whose_files_do_not_fit_together_are_split_by_file() -> None:
    """Each conversation is shown its own tests' files and reports, whole; the order is that of the names."""
    files = {
        **FILES,
        **{f"tests/test_{name}.py": (f"# {name}\n" + "x = 1\n" * 499).encode() for name in ("one", "two", "three")},
    }
    names = tuple(f"tests/test_{name}.py::test_{n}" for name in ("one", "three", "two") for n in (1, 2))
    world = shop(
        [PLAN, _BUILD, *[_IDLE] * 3], in_a_row(green(TEST), red(TEST, *names), green(TEST)), files, until=Phase.TEST
    )
    whole = shop([PLAN, _BUILD, _IDLE], in_a_row(green(TEST), red(TEST, *names), green(TEST)), files, until=Phase.TEST)
    assert (whole.run().phases[-1].calls, world.prices.context_window(MODEL)) == (1, 200_000)

    world.prices = FixedPrices({MODEL: 16_200})
    assert world.run().phases[-1].calls == 3
    for request, name in zip(_conversation(world), ("one", "three", "two"), strict=True):
        sent = _sent(request)
        assert [other for other in ("one", "three", "two") if f"# {other}" in sent] == [name]
        assert sent.count(f"test_{name}.py::test_") >= 2


class _Tests:
    """Judges by what the command selects: `whole` is what all tests say, look after look, `alone` what those do."""

    def __init__(self, *whole: Report, alone: Callable[[int], Report]) -> None:
        self._whole = in_a_row(*whole)
        self._alone = alone
        self.selected: list[tuple[str, ...]] = []

    def __call__(self, check: CheckSpec) -> Report:
        names = check.command[len(_SELECTING.command) :]
        self.selected.append(names)
        return self._alone(len(names)) if names else self._whole(check)


def _each(*reports: Report) -> Callable[[int], Report]:
    left = list(reports)
    return lambda _count: left.pop(0)


def _all_green(count: int) -> Report:
    return green(TEST, count)


_SELECTING = replace(TEST, command=("python", "-m", "pytest"))
_BASELINE = red(TEST, FAILING, _OLD)


def _looks(tests: _Tests, *script: Answer, **changes: Any) -> tuple[PhaseResult, World]:
    world = shop([PLAN, _BUILD, *script], tests, until=Phase.TEST, checks=(_SELECTING,), **changes)
    return world.run().phases[-1], world


def test_after_an_attempt_what_failed_is_run_first_and_alone_then_everything() -> None:
    broken = red(TEST, FAILING, _NEW, _OLD)
    tests = _Tests(_BASELINE, broken, red(TEST, _OLD), alone=_each(broken, green(TEST, 2)))
    result, world = _looks(tests, _FIRST)
    assert result.outcome is Outcome.PASSED
    assert world.checks.labels == ["test-baseline", "test-0", "test-0-again", "test-1-first", "test-1"]
    assert tests.selected == [(), (), (_NEW, FAILING), (_NEW, FAILING), ()]


def test_while_something_of_it_fails_nothing_else_is_run_but_after_the_last_attempt() -> None:
    both, one = red(TEST, FAILING, _NEW), red(TEST, _NEW)
    tests = _Tests(_BASELINE, both, one, alone=_each(both, one, one))
    result, world = _looks(tests, _FIRST, _SECOND, limits=Limits(max_attempts=2))
    assert result.outcome is Outcome.NO_PROGRESS
    assert world.checks.labels[1:] == ["test-0", "test-0-again", "test-1-first", "test-2", "test-2-again"]


def test_what_passes_alone_and_then_among_the_others_is_flaky_and_costs_no_call() -> None:
    tests = _Tests(_BASELINE, red(TEST, FAILING), green(TEST, 9), alone=_all_green)
    result, world = _looks(tests)
    assert (result.outcome, result.calls) == (Outcome.PASSED, 0)
    assert result.detail.endswith(f"1 flaky; flaky, not mended: {FAILING}")
    assert world.checks.labels[1:] == ["test-0", "test-0-again", "test-0-whole"]


def test_what_passes_alone_and_fails_among_the_others_again_is_no_flaky_test() -> None:
    tests = _Tests(_BASELINE, red(TEST, FAILING), red(TEST, FAILING), green(TEST), alone=_all_green)
    result, _ = _looks(tests, _FIRST)
    assert (result.outcome, result.attempts) == (Outcome.PASSED, 1)
    assert "flaky" not in result.detail


def test_a_flaky_test_beside_others_is_told_and_never_counted_as_mended() -> None:
    alone = _each(red(TEST, _NEW, passed=1), green(TEST, 2))
    result, world = _looks(_Tests(_BASELINE, red(TEST, FAILING, _NEW), green(TEST, 9), alone=alone), _FIRST)
    assert result.outcome is Outcome.PASSED
    assert result.detail.endswith(f"; flaky, not mended: {FAILING}")
    (request,) = _conversation(world)
    assert f'"flaky":["{FAILING}"]' in _sent(request)


def test_a_selection_that_cannot_be_judged_leads_to_a_run_of_everything() -> None:
    faulty = replace(red(TEST), fault=CheckFault("NO_REPORT", "not found"))
    tests = _Tests(_BASELINE, red(TEST, FAILING), green(TEST), alone=lambda _count: faulty)
    result, world = _looks(tests, _FIRST)
    assert result.outcome is Outcome.PASSED
    assert world.checks.labels[1:] == ["test-0", "test-0-again", "test-1-first", "test-1"]
