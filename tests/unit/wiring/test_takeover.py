"""What a phase that is done again takes over, and when it is refused: real repositories, runs that are only stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from adw.adapters.locks import RunLock
from adw.domain.events import Event
from adw.domain.plan import Plan
from adw.domain.report import Report
from adw.domain.results import RunRequest
from adw.domain.run import Outcome, Phase, PhaseResult, RunRecord, RunResult
from adw.errors import RunConflict, UnknownRun, UsageError
from adw.wiring.following import follow_run
from adw.wiring.house import House, Place, open_house, run_lock
from adw.wiring.run_names import run_named
from adw.wiring.takeover import Takeover, taken_over
from tests.fakes.scripted_checks import green, red
from tests.support.kit import FAILING, TEST, spec
from tests.support.repositories import Checkout, make_repository

RUN = "261121-201500-k3f"
BRANCH = f"adw/wrong-total-{RUN}"
MADE = Plan("add", ("add it",), change=("cart.py",), tests=(FAILING,))
GREEN = green(TEST, passed=3)
PHASES = (Phase.PLAN, Phase.BUILD, Phase.TEST)


class Silent:
    def tell(self, event: Event) -> None:
        """Nobody listens."""


@dataclass
class World:
    checkout: Checkout
    place: Place
    base: str

    @property
    def house(self) -> House:
        return open_house(self.place)

    def stored(self, result: RunResult | None = None, **changes: Any) -> RunRecord:
        """A run of the repository, as far as it got."""
        made = replace(spec(), id=RUN, branch=BRANCH, base_commit=self.base, **changes)
        record = RunRecord(made, Outcome.FAILED, result)
        self.house.store.create(record)
        return record

    def branch(self, content: bytes, start: str = "main") -> str:
        """A commit on the run's branch; its id."""
        self.checkout.git("switch", "--quiet", "-C", BRANCH, start)
        commit = self.checkout.commit({"cart.py": content})
        self.checkout.git("switch", "--quiet", "main")
        return commit

    def worktree(self, record: RunRecord, content: bytes | None) -> None:
        workspace = self.house.workspace(record.spec)
        workspace.create(self.base, BRANCH)
        if content is not None:
            workspace.write("cart.py", content)

    def over(self, record: RunRecord, phase: Phase) -> Takeover:
        return taken_over(self.house, record, phase)

    def tree(self, name: str) -> str:
        return self.checkout.git("rev-parse", f"{name}^{{tree}}")

    def follow(self, phase: Phase = Phase.TEST, run_id: str = RUN) -> None:
        follow_run(run_id, RunRequest("", phase), Silent(), self.place)


@pytest.fixture
def world(tmp_path: Any) -> World:
    checkout = make_repository(tmp_path / "shop", {"cart.py": b"one\n", "tests/test_cart.py": b"def test_a(): pass\n"})
    variables = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    return World(checkout, Place(checkout.root, variables), checkout.git("rev-parse", "main"))


def result(commit: str = "", phases: tuple[Phase, ...] = PHASES, report: Report | None = GREEN) -> RunResult:
    ended = tuple(PhaseResult(phase, Outcome.PASSED) for phase in phases)
    return RunResult(Outcome.PASSED, ended, commit, MADE, report)


def test_each_phase_takes_over_what_it_does_not_find_out_itself(world: World) -> None:
    tip = world.branch(b"two\n")
    record = world.stored(result(tip))
    tree = world.tree(tip)
    assert [world.over(record, phase) for phase in Phase] == [
        Takeover(),
        Takeover(MADE),
        Takeover(MADE, tree),
        Takeover(MADE, tree, GREEN),
    ]


def test_a_run_without_a_plan_can_only_be_planned_again(world: World) -> None:
    record = world.stored()
    assert world.over(record, Phase.PLAN) == Takeover()
    for phase in (Phase.BUILD, Phase.TEST, Phase.REVIEW):
        with pytest.raises(UsageError, match="has no plan yet") as told:
            world.over(record, phase)
        assert f"adw plan {RUN}" in told.value.hint


def test_what_was_never_committed_comes_from_the_worktree(world: World) -> None:
    record = world.stored(result())
    world.worktree(record, b"half\n")
    tree = world.over(record, Phase.TEST).tree
    assert world.checkout.git("show", f"{tree}:cart.py") == "half"
    with pytest.raises(UsageError, match="not tested is not reviewed"):
        world.over(record, Phase.REVIEW)


def test_edits_beyond_the_last_commit_are_left_out_and_that_is_said(world: World) -> None:
    record = world.stored(result())
    world.worktree(record, b"two\n")
    workspace = world.house.workspace(record.spec)
    workspace.commit("two")
    assert world.over(record, Phase.TEST).warnings == ()
    workspace.write("cart.py", b"three\n")
    over = world.over(record, Phase.TEST)
    assert (over.tree, len(over.warnings)) == (world.tree(BRANCH), 1)
    assert "left out" in over.warnings[0]


def test_the_commit_is_enough_where_branch_and_worktree_are_gone(world: World) -> None:
    tip = world.branch(b"two\n")
    world.checkout.git("branch", "-D", BRANCH)
    record = world.stored(result(tip))
    assert world.over(record, Phase.REVIEW).tree == world.tree(tip)


@pytest.mark.parametrize("commit", ["", "1" * 40])
def test_work_that_is_gone_is_refused(world: World, commit: str) -> None:
    record = world.stored(result(commit))
    with pytest.raises(UsageError, match="are gone, and its work with them") as told:
        world.over(record, Phase.TEST)
    assert f"adw build {RUN}" in told.value.hint


def test_a_run_that_has_changed_nothing_has_nothing_to_test(world: World) -> None:
    record = world.stored(result())
    world.worktree(record, None)
    with pytest.raises(UsageError, match="has changed nothing"):
        world.over(record, Phase.TEST)


def test_a_branch_that_was_moved_elsewhere_is_not_taken_for_the_runs_work(world: World) -> None:
    world.checkout.git("switch", "--quiet", "--orphan", BRANCH)
    world.checkout.commit({"other.py": b"other\n"})
    world.checkout.git("switch", "--quiet", "main")
    record = world.stored(result())
    with pytest.raises(UsageError, match="no longer goes back to"):
        world.over(record, Phase.TEST)


NOT_TESTED: dict[str, Callable[[str], RunResult]] = {
    "built only": lambda tip: result(tip, (Phase.PLAN, Phase.BUILD)),
    "no report": lambda tip: result(tip, report=None),
    "commits of somebody else": lambda _: result(""),
}


@pytest.mark.parametrize("case", NOT_TESTED)
def test_what_the_tests_have_not_seen_is_not_reviewed(world: World, case: str) -> None:
    record = world.stored(NOT_TESTED[case](world.branch(b"two\n")))
    with pytest.raises(UsageError, match="not tested is not reviewed") as told:
        world.over(record, Phase.REVIEW)
    assert told.value.hint == f"test it first: adw test {RUN}"


def test_commits_that_were_added_by_hand_are_tested_and_not_reviewed_before(world: World) -> None:
    record = world.stored(result(world.branch(b"two\n")))
    tip = world.branch(b"three\n", BRANCH)
    assert world.over(record, Phase.TEST).tree == world.tree(tip)
    with pytest.raises(UsageError, match="not tested is not reviewed"):
        world.over(record, Phase.REVIEW)


@pytest.mark.parametrize(("names", "said"), [((FAILING,), "1 test fails"), ((FAILING, "t::new"), "2 tests fail")])
def test_what_fails_is_not_reviewed(world: World, names: tuple[str, ...], said: str) -> None:
    failing = replace(red(TEST, *names), new=tuple(name for name in names if name != FAILING))
    record = world.stored(result(world.branch(b"two\n"), report=failing))
    with pytest.raises(UsageError, match=said):
        world.over(record, Phase.REVIEW)


def test_failures_that_nobody_answers_for_do_not_stop_the_review(world: World) -> None:
    old = red(TEST, "tests/test_old.py::test_other")
    record = world.stored(result(world.branch(b"two\n"), report=old))
    assert world.over(record, Phase.REVIEW).report == old


def test_a_run_that_is_under_way_is_not_followed(world: World) -> None:
    world.stored(result(world.branch(b"two\n")))
    with RunLock(world.house.root, run_lock(RUN)), pytest.raises(RunConflict, match="is under way") as told:
        world.follow()
    assert f"adw cancel {RUN}" in told.value.hint


def test_a_run_of_another_repository_is_not_followed(world: World) -> None:
    world.base = "1" * 40
    world.stored(result())
    with pytest.raises(UsageError, match="started from commit 1111111111, which is not in this repository"):
        world.follow()


def test_nothing_is_made_where_it_is_refused(world: World) -> None:
    world.stored(result())
    with pytest.raises(UsageError):
        world.follow()
    with pytest.raises(UnknownRun, match="No run has the id") as told:
        world.follow(Phase.PLAN, "issue.md")
    assert told.value.hint.endswith("With an issue it is: adw run ISSUE --until plan")
    assert world.house.store.ids() == (RUN,)


@pytest.mark.parametrize(
    ("word", "found"),
    [(RUN, RUN), (RUN[:6], RUN), (RUN[:5], ""), ("261122", ""), ("tests/test_cart.py", ""), ("cart.py::test", "")],
)
def test_a_word_means_a_run_by_its_id_or_enough_of_its_beginning(world: World, word: str, found: str) -> None:
    world.stored()
    inner = replace(world.place, folder=world.checkout.root / "tests")
    assert [run_named(word, world.place), run_named(word, inner)] == [found, found]


def test_what_is_there_as_a_path_is_one(world: World) -> None:
    world.stored()
    world.checkout.write({f"{RUN}/test_a.py": b""})
    assert run_named(RUN, world.place) == ""


def test_a_word_that_may_mean_several_runs_is_refused(world: World) -> None:
    record = world.stored()
    world.house.store.create(replace(record, spec=replace(record.spec, id=f"{RUN[:-1]}g")))
    with pytest.raises(UnknownRun, match="2 runs begin with"):
        run_named(RUN[:8], world.place)


def test_outside_of_a_repository_no_word_means_a_run(tmp_path: Any) -> None:
    assert run_named(RUN, Place(tmp_path, {})) == ""
