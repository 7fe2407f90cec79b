"""What a disk adds to the RunStore: torn files, kills, refusals."""

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adw.adapters.file_run_store import FileRunStore
from adw.domain.issue import Issue
from adw.domain.run import Limits, Outcome, RunRecord, RunSpec
from adw.errors import StorageError, UnknownRun


def record(run_id: str) -> RunRecord:
    return RunRecord(
        RunSpec(
            id=run_id,
            issue=Issue("1", "title", "body", "-"),
            base_commit="a" * 40,
            branch="adw/1",
            models={},
            checks=(),
            limits=Limits(),
            created_at=datetime(2026, 11, 21, tzinfo=UTC),
        )
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / ".adw"


@pytest.fixture
def store(root: Path) -> FileRunStore:
    store = FileRunStore(root)
    store.create(record("r1"))
    return store


def test_git_status_stays_clean(tmp_path: Path, store: FileRunStore):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert store.all()
    assert status.stdout == ""


def test_a_users_own_gitignore_is_kept(root: Path, store: FileRunStore):
    (root / ".gitignore").write_text("*\n!kept\n")
    store.create(record("r2"))
    assert (root / ".gitignore").read_text() == "*\n!kept\n"


def test_the_record_is_json_for_people(root: Path, store: FileRunStore):
    assert store.load("r1").outcome is None
    stored = json.loads((root / "runs" / "r1" / "run.json").read_text())
    assert stored["spec"]["id"] == "r1"
    assert stored["spec"]["created_at"] == "2026-11-21T00:00:00Z"


@pytest.mark.parametrize("content", [b"", b'{"spec"', b"[]", b'{"spec": {"id": "r2"}}', b"\xff\xfe"])
def test_a_damaged_record_is_named_and_leaves_the_others_readable(root: Path, store: FileRunStore, content: bytes):
    store.create(record("r2"))
    damaged = root / "runs" / "r2" / "run.json"
    damaged.write_bytes(content)
    with pytest.raises(StorageError, match="damaged") as caught:
        store.load("r2")
    assert str(damaged) in caught.value.message
    assert [run.spec.id for run in store.all()] == ["r1"]
    assert [str(damaged) in error.message for error in store.unreadable] == [True]


def test_what_was_unreadable_is_forgotten_once_it_is_gone(root: Path, store: FileRunStore):
    store.create(record("r2"))
    (root / "runs" / "r2" / "run.json").write_text("")
    store.all()
    store.delete("r2")
    assert store.all() == (record("r1"),)
    assert store.unreadable == ()


def test_a_save_that_fails_leaves_the_old_record_and_no_litter(root: Path, store: FileRunStore):
    folder = root / "runs" / "r1"
    blocked = folder / f".run.json.{os.getpid()}"
    blocked.mkdir()
    with pytest.raises(StorageError, match=r"run\.json"):
        store.save(RunRecord(record("r1").spec, outcome=Outcome.PASSED))
    blocked.rmdir()
    assert store.load("r1").outcome is None
    assert [entry.name for entry in folder.iterdir()] == ["run.json"]


def test_a_full_disk_leaves_the_old_record_and_no_litter(root: Path, store: FileRunStore):
    """`/dev/full` refuses every write with ENOSPC: the fresh file is made to be that device."""
    folder = root / "runs" / "r1"
    (folder / f".run.json.{os.getpid()}").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left") as caught:
        store.save(RunRecord(record("r1").spec, outcome=Outcome.PASSED))
    assert "space" in caught.value.hint
    assert store.load("r1").outcome is None
    assert [entry.name for entry in folder.iterdir()] == ["run.json"]


def test_a_root_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        FileRunStore(tmp_path / "file" / ".adw").create(record("r1"))


def test_saving_a_run_that_was_removed_is_an_error(root: Path, store: FileRunStore):
    store.delete("r1")
    with pytest.raises(StorageError, match="r1"):
        store.save(record("r1"))
    assert not (root / "runs" / "r1").exists()


def test_a_run_killed_while_it_was_made_or_removed_is_not_listed(root: Path, store: FileRunStore):
    (root / "runs" / "made").mkdir()
    (root / "runs" / ".removed").mkdir()
    (root / "runs" / ".removed" / "run.json").write_text("{}")
    (root / "runs" / "stray-file").write_text("")
    assert [run.spec.id for run in store.all()] == ["r1"]
    assert store.unreadable == ()
    with pytest.raises(UnknownRun):
        store.load("made")


def test_a_removal_takes_what_an_earlier_one_left(root: Path, store: FileRunStore):
    (root / "runs" / ".removed" / "logs").mkdir(parents=True)
    (store.folder("r1") / "test-1.log").write_text("raw")
    store.delete("r1")
    assert list((root / "runs").iterdir()) == []


def test_a_damaged_run_keeps_its_id_so_that_it_can_be_removed(root: Path, store: FileRunStore):
    (root / "runs" / "r1" / "run.json").write_text("{")
    assert (store.ids(), store.full_id("r")) == (("r1",), "r1")
    store.delete("r1")
    assert store.ids() == ()


def test_a_record_that_cannot_be_written_leaves_no_run(
    root: Path, store: FileRunStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(StorageError):
        store.create(record("r2"))
    assert not (root / "runs" / "r2").exists()


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
