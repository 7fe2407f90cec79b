import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adw.adapters.locks import RunLock, await_free, holder
from adw.errors import RunConflict, StorageError

HOLD = """
import subprocess, sys
from pathlib import Path
from adw.adapters.locks import RunLock
with RunLock(Path(sys.argv[1]), "issue-42"):
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"])
    print(child.pid, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_holder(root: Path) -> Iterator["tuple[subprocess.Popen[str], int]"]:
    """Another process that holds the lock, and has started a child that outlives it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        yield process, child
        assert process.stdin
        process.stdin.close()


def test_the_holder_is_known_while_it_holds(tmp_path: Path):
    assert holder(tmp_path, "issue-42") is None
    with RunLock(tmp_path, "issue-42"):
        assert holder(tmp_path, "issue-42") == os.getpid()
        assert holder(tmp_path, "issue-43") is None
    assert holder(tmp_path, "issue-42") is None


def test_a_lock_can_be_taken_again(tmp_path: Path):
    lock = RunLock(tmp_path, "issue-42")
    for _ in range(2):
        with lock:
            assert holder(tmp_path, "issue-42") == os.getpid()


def test_a_lock_held_by_another_process_is_a_conflict_that_names_it(tmp_path: Path):
    with another_holder(tmp_path) as (process, _):
        assert holder(tmp_path, "issue-42") == process.pid
        with (
            pytest.raises(RunConflict, match=rf"issue-42.*process {process.pid}\.") as caught,
            RunLock(tmp_path, "issue-42"),
        ):
            pytest.fail("two hold it")
        assert "adw cancel" in caught.value.hint
        assert holder(tmp_path, "issue-42") == process.pid
        with RunLock(tmp_path, "issue-43"):
            assert holder(tmp_path, "issue-43") == os.getpid()


def test_kill_9_frees_the_lock_although_a_child_lives_on(tmp_path: Path):
    with another_holder(tmp_path) as (process, child):
        process.kill()
        process.wait()
        os.kill(child, 0)  # It is alive: it waits for the end of the standard input that this test holds open.
        assert holder(tmp_path, "issue-42") is None
        with RunLock(tmp_path, "issue-42"):
            assert holder(tmp_path, "issue-42") == os.getpid()


def test_waiting_ends_when_the_holder_does(tmp_path: Path):
    with another_holder(tmp_path) as (process, _):
        threading.Thread(target=process.kill).start()
        assert await_free(tmp_path, "issue-42", 60)
    assert await_free(tmp_path, "issue-42", 0)


def test_waiting_for_a_holder_that_stays_has_an_end(tmp_path: Path):
    with RunLock(tmp_path, "issue-42"):
        assert not await_free(tmp_path, "issue-42", 0)


def test_an_error_inside_frees_the_lock(tmp_path: Path):
    with pytest.raises(KeyError), RunLock(tmp_path, "issue-42"):
        raise KeyError
    assert holder(tmp_path, "issue-42") is None


def test_two_locks_of_one_process_exclude_each_other(tmp_path: Path):
    with RunLock(tmp_path, "r1"), pytest.raises(RunConflict, match=str(os.getpid())), RunLock(tmp_path, "r1"):
        pytest.fail("two hold it")


def test_a_holder_that_has_not_yet_said_who_it_is_is_a_conflict_as_well(tmp_path: Path):
    (tmp_path / "locks").mkdir()
    with (tmp_path / "locks" / "r1.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert holder(tmp_path, "r1") is None
        with pytest.raises(RunConflict, match="another process"), RunLock(tmp_path, "r1"):
            pytest.fail("two hold it")


def test_a_pid_left_by_a_killed_holder_and_given_to_another_process_is_nobody(tmp_path: Path):
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "r1.lock").write_text(f"{os.getpid()}\n")
    assert holder(tmp_path, "r1") is None


def test_the_pid_of_a_dead_process_is_nobody(tmp_path: Path):
    (tmp_path / "locks").mkdir()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    (tmp_path / "locks" / "r1.lock").write_text(f"{ended.pid}\n")
    assert holder(tmp_path, "r1") is None


def test_a_lock_file_that_says_nothing_sensible_is_nobody(tmp_path: Path):
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "r1.lock").write_bytes(b"\xff who\n")
    assert holder(tmp_path, "r1") is None
    with RunLock(tmp_path, "r1"):
        assert holder(tmp_path, "r1") == os.getpid()


@pytest.mark.parametrize("name", ["owner/repo#42", "..", "a b", "ünï", "."])
def test_any_name_makes_one_file_below_locks(tmp_path: Path, name: str):
    with RunLock(tmp_path / "root", name):
        assert holder(tmp_path / "root", name) == os.getpid()
    assert len(list((tmp_path / "root" / "locks").iterdir())) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["root"]


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"), RunLock(tmp_path / "file", "r1"):
        pytest.fail("nothing to lock")


def test_a_full_disk_is_a_storage_error(tmp_path: Path):
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "r1.lock").symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"r1\.lock"), RunLock(tmp_path, "r1"):
        pytest.fail("no pid could be written")
