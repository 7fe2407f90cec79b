"""What of runs is removed and what is kept, and why."""

import io
from datetime import UTC, datetime

import pytest

from adw.adapters.locks import RunLock
from adw.domain.issue import Issue
from adw.domain.run import Limits, Outcome, RunRecord, RunSpec
from adw.wiring.cleaning import clean_runs
from adw.wiring.house import House, open_house, run_lock
from adw.wiring.place import Place
from tests.support.repositories import make_repository

NOW = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture
def checkout(tmp_path):
    return make_repository(tmp_path / "shop", {"a.py": b"a = 1\n", "b.py": b"b = 1\n"})


@pytest.fixture
def place(checkout, tmp_path) -> Place:
    return Place(checkout.root, {"HOME": str(tmp_path)}, io.BytesIO())


@pytest.fixture
def house(place) -> House:
    return open_house(place)


@pytest.fixture
def made(house):
    """Makes a run that has ended; its branch."""

    def make(run_id: str, outcome: Outcome | None = Outcome.PASSED, *, commits: bool = True) -> str:
        spec = RunSpec(
            id=run_id,
            issue=Issue("issue.md", f"issue {run_id}", "", "issue.md"),
            base_commit=house.repository.head,
            branch=f"adw/{run_id}",
            models={},
            checks=(),
            limits=Limits(),
            created_at=NOW,
        )
        house.store.create(RunRecord(spec, outcome))
        workspace = house.workspace(spec)
        workspace.create(spec.base_commit, spec.branch)
        if commits:
            workspace.write(f"{run_id}.py", b"x = 1\n")
            workspace.commit("work")
        return spec.branch

    return make


def cleaned(place, *run_ids, force=False, agree=lambda _: True):
    result = clean_runs(run_ids, force=force, agree=agree, place=place)
    return result.removed, {one.id: one.reason for one in result.kept}, result


def branches(checkout):
    return checkout.git("branch", "--list", "adw/*", "--format=%(refname:short)").split()


def test_merged_runs_go_with_worktree_branch_and_files_and_the_others_stay(made, checkout, place, house):
    checkout.git("merge", "--quiet", made("merged"))
    made("empty", Outcome.NO_PROGRESS, commits=False)
    made("passed")
    made("over", Outcome.OVER_BUDGET)
    made("open", None)
    removed, kept, result = cleaned(place)
    assert removed == ("empty", "merged")
    assert result.branches == ("adw/empty", "adw/merged")
    assert result.freed_bytes > 0
    assert branches(checkout) == ["adw/open", "adw/over", "adw/passed"]
    assert house.store.ids() == ("open", "over", "passed")
    assert sorted(path.name for path in (checkout.root / ".adw" / "worktrees").iterdir()) == ["open", "over", "passed"]
    assert kept["over"] == kept["open"] == "it can be resumed (--force removes it all the same)"
    assert kept["passed"].startswith("branch adw/passed has 1 commit that is not merged")


def test_force_takes_unmerged_and_resumable_runs_and_says_what_is_lost(made, checkout, place):
    made("passed")
    made("open", None, commits=False)
    seen = []
    removed, kept, _ = cleaned(place, force=True, agree=lambda going: bool(seen.append(going)) or True)
    assert (removed, kept, branches(checkout)) == (("open", "passed"), {}, [])
    ((unfinished, passed),) = seen
    assert (unfinished.lost, unfinished.outcome, unfinished.branch) == ("", None, "adw/open")
    assert "1 commit that is not merged" in passed.lost
    assert (passed.title, passed.size_bytes > 0) == ("issue passed", True)


def test_what_is_under_way_stays_whatever_is_asked(made, place, house):
    made("busy")
    with RunLock(house.root, run_lock("busy")):
        assert cleaned(place, force=True)[:2] == ((), {"busy": "a process works on it"})


def test_a_no_keeps_everything_and_nobody_is_asked_about_nothing(made, checkout, place):
    for name in ("idle", "other"):
        made(name, commits=False)
    removed, kept, _ = cleaned(place, "id", "idle", agree=lambda _: False)
    assert (removed, kept, branches(checkout)) == ((), {"idle": "you said no"}, ["adw/idle", "adw/other"])
    assert cleaned(place, "id", "idle")[:2] == (("idle",), {})
    cleaned(place)
    assert cleaned(place, agree=lambda _: pytest.fail("asked"))[:2] == ((), {})


def test_what_happened_while_somebody_thought_about_it_counts(made, checkout, place, house):
    for name in ("one", "two", "three"):
        made(name, commits=False)

    def slowly(_going):
        workspace = house.workspace(house.store.load("one").spec)
        workspace.write("late.py", b"x = 1\n")
        workspace.commit("late")
        checkout.git("checkout", "--quiet", "--ignore-other-worktrees", "adw/two")
        lock.__enter__()
        return True

    lock = RunLock(house.root, run_lock("three"))
    try:
        removed, kept, _ = cleaned(place, agree=slowly)
    finally:
        lock.__exit__(None, None, None)
    assert removed == ()
    assert "1 commit that is not merged" in kept["one"]
    assert "checked out in" in kept["two"]
    assert kept["three"] == "a process works on it"
    assert len(branches(checkout)) == 3


def test_what_is_broken_needs_force_and_what_is_half_gone_does_not(made, checkout, place, house):
    for name in ("broken", "gone", "torn"):
        made(name)
    (checkout.root / ".git" / "worktrees" / "broken" / "adw-index").write_bytes(b"torn")
    checkout.git("update-ref", "refs/remotes/origin/x", "adw/broken")
    (house.store.folder("torn") / "run.json").write_text("{", encoding="utf-8")
    house.workspace(house.store.load("gone").spec).remove()
    checkout.git("branch", "--quiet", "-D", "adw/gone")

    removed, kept, result = cleaned(place)
    assert (removed, result.branches) == (("gone",), ())
    assert "nobody can say what its worktree holds" in kept["broken"]
    assert "its record is damaged" in kept["torn"]

    removed, kept, result = cleaned(place, force=True)
    assert (removed, kept, result.branches) == (("broken", "torn"), {}, ("adw/broken",))
    assert branches(checkout) == ["adw/torn"]
    assert [*(checkout.root / ".adw" / "worktrees").iterdir()] == []
