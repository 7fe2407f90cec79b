"""What every RunStore promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adw.adapters.file_run_store import FileRunStore
from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.report import CheckFault, Failure, Report, Summary
from adw.domain.review import Finding, Review, Severity, Verdict
from adw.domain.run import (
    CheckSpec,
    Limits,
    ModelChoice,
    Outcome,
    Phase,
    PhaseResult,
    RunRecord,
    RunResult,
    RunSpec,
)
from adw.errors import RunConflict, UnknownRun
from tests.fakes.memory_run_store import MemoryRunStore

START = datetime(2026, 11, 21, 20, 15, 0, 123456, tzinfo=UTC)

Store = FileRunStore | MemoryRunStore


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FileRunStore(tmp_path / ".adw") if request.param == "file" else MemoryRunStore(tmp_path / ".adw")


def record(run_id: str, age_s: int = 0) -> RunRecord:
    return RunRecord(
        RunSpec(
            id=run_id,
            issue=Issue("42", "Wörter & <tags>", "body\r\n\t\u200b", "issue.md", ("bug",), "high"),
            base_commit="a" * 40,
            branch=f"adw/42-{run_id}",
            models={phase: ModelChoice("claude", fallback="other", effort="low") for phase in Phase},
            checks=(CheckSpec("test", "pytest", ("python", "-m", "pytest"), 12.5),),
            limits=Limits(budget_usd=1.25),
            created_at=START - timedelta(seconds=age_s),
            until=Phase.BUILD,
            flags=("snapshots",),
        )
    )


def ended(run: RunRecord) -> RunRecord:
    fault = CheckFault("TIMEOUT", "after 12.5 s", "tail")
    failure = Failure("t::a", "t.py:1", "ASSERT_FAIL", "assert 3 == 4", also=("t::b",))
    return replace(
        run,
        outcome=Outcome.CHECK_ERROR,
        result=RunResult(
            Outcome.CHECK_ERROR,
            (PhaseResult(Phase.PLAN, Outcome.PASSED, calls=1),),
            commit="b" * 40,
            plan=Plan("s", ("one",), change=("a.py",)),
            report=Report(
                "test", "pytest", ok=False, exit_code=1, summary=Summary(2, 0, 2), failures=(failure,), fault=fault
            ),
            review=Review(Verdict.REJECT, (Finding(Severity.BLOCKER, "a.py", "no", 3),)),
        ),
        ended_at=START + timedelta(seconds=1.5),
        error_code="check_error",
        detail="the tests took too long",
    )


def test_a_record_comes_back_as_it_was_created(store: Store):
    store.create(record("r1"))
    assert store.load("r1") == record("r1")


def test_a_saved_record_replaces_the_old_one(store: Store):
    store.create(record("r1"))
    store.save(ended(record("r1")))
    assert store.load("r1") == ended(record("r1"))
    assert store.all() == (ended(record("r1")),)


def test_all_gives_the_newest_first(store: Store):
    for run_id, age_s in (("b", 5), ("c", 0), ("a", 9)):
        store.create(record(run_id, age_s))
    assert [run.spec.id for run in store.all()] == ["c", "b", "a"]


def test_a_store_without_runs_is_empty(store: Store):
    assert store.all() == ()
    assert store.unreadable == ()
    with pytest.raises(UnknownRun, match="r1"):
        store.load("r1")


def test_the_beginning_of_one_id_is_enough(store: Store):
    store.create(record("261121-201500-k3f"))
    store.create(record("261122-201500-k3f"))
    assert store.load("261121").spec.id == "261121-201500-k3f"


def test_the_beginning_of_several_ids_names_them(store: Store):
    store.create(record("261121-a"))
    store.create(record("261121-b"))
    with pytest.raises(UnknownRun, match=r"2 .*261121-a, 261121-b"):
        store.load("2611")


def test_a_whole_id_wins_over_a_longer_one(store: Store):
    store.create(record("r1"))
    store.create(record("r10"))
    assert store.load("r1").spec.id == "r1"


@pytest.mark.parametrize("run_id", ["", "/", "..", "../r1", ".", "r1/"])
def test_what_is_no_id_is_an_unknown_run(store: Store, run_id: str):
    store.create(record("r1"))
    with pytest.raises(UnknownRun):
        store.load(run_id)
    with pytest.raises(UnknownRun):
        store.folder(run_id)


def test_an_id_is_given_once(store: Store):
    store.create(record("r1"))
    with pytest.raises(RunConflict, match="r1"):
        store.create(record("r1", age_s=1))
    assert store.load("r1") == record("r1")


def test_the_folder_is_there_for_a_created_run(store: Store):
    store.create(record("r1"))
    assert store.folder("r1").is_dir()
    assert store.folder("r1") != store.folder("r2")


def test_a_deleted_run_is_gone(store: Store):
    store.create(record("r1"))
    store.create(record("r2"))
    store.delete("r1")
    assert [run.spec.id for run in store.all()] == ["r2"]
    with pytest.raises(UnknownRun):
        store.load("r1")
    with pytest.raises(UnknownRun):
        store.delete("r1")
