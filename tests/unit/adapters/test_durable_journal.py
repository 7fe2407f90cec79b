"""What only the real journal can show: kill -9, ctrl-C, broken files, and DBOS kept quiet."""

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adw.adapters.clock import StopFlag
from adw.adapters.durable import JOURNAL_VERSION, DbosJournal
from adw.errors import Interrupted, ModelError, RunConflict, StorageError
from tests.fakes.memory_journal import MemoryJournal, StoredRun

STEPS = 3

# Imports DBOS once, then runs each job in a process of its own (a fork), so that a kill costs milliseconds.
# A job kills its process with SIGKILL in the named step: before its body has any effect, inside the body after its
# effect, when the step's value is written but not yet committed, or after it was stored.
CRASH_SERVER = f"""
import json, os, resource, signal, sys
from pathlib import Path
import sqlalchemy
from adw.adapters.clock import StopFlag
from adw.adapters.durable import DbosJournal
from adw.errors import AdwError

def kill_on_commit():
    written = []
    @sqlalchemy.event.listens_for(sqlalchemy.Engine, "after_cursor_execute")
    def look(connection, cursor, statement, *rest):
        if statement.startswith("INSERT INTO main.operation_outputs"):
            written.append(connection)
    @sqlalchemy.event.listens_for(sqlalchemy.Engine, "commit")
    def kill(connection):
        if connection in written:
            os.kill(os.getpid(), signal.SIGKILL)

def perform(job):
    journal = DbosJournal(Path(job["path"]), "r1", StopFlag(), patience_s=job.get("patience_s", 30))

    def reached(step, point):
        if job.get("kill") == [step, point]:
            os.kill(os.getpid(), signal.SIGKILL)
        if job.get("full") == [step, point]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    def take(step):
        def body():
            reached(step, "before")
            with open(job["effects"], "a") as effects:
                effects.write(f"{{step}}\\n")
            reached(step, "inside")
            if job.get("kill") == [step, "storing"]:
                kill_on_commit()
            return {{"step": step, "text": "x" * 10_000}}
        value = journal.step(f"step {{step}}", body)
        reached(step, "after")
        return value["step"]

    try:
        return {{"result": journal.run(lambda: [take(step) for step in range({STEPS})])}}
    except AdwError as error:
        return {{"code": error.code, "message": error.message, "hint": error.hint}}

print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        answer = json.dumps(perform(json.loads(line)))
        os.write(1, answer.encode() + b"\\n")
        os._exit(0)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if killed:
        print(json.dumps({{"exit": killed}}), flush=True)
"""


class CrashServer:
    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self._job = {"path": str(folder / "journal.sqlite"), "effects": str(folder / "effects")}
        self._process = process

    def perform(self, **wish: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(self._job | wish) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    @property
    def effects(self) -> list[str]:
        path = Path(self._job["effects"])
        return path.read_text().split() if path.exists() else []


@pytest.fixture(scope="module")
def crash_process() -> "Iterator[subprocess.Popen[str]]":
    with subprocess.Popen(
        [sys.executable, "-c", CRASH_SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def crash(tmp_path: Path, crash_process: "subprocess.Popen[str]") -> CrashServer:
    return CrashServer(tmp_path, crash_process)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def journal_at(path: Path) -> DbosJournal:
    return DbosJournal(path, "r1", StopFlag())


def run_one_step(path: Path, value: Any = 1) -> Any:
    journal = journal_at(path)
    return journal.run(lambda: journal.step("one", lambda: value))


def fail_after_one_step(path: Path) -> None:
    journal = journal_at(path)

    def body() -> Any:
        journal.step("one", lambda: 1)
        raise ModelError("the line is down")

    with pytest.raises(ModelError):
        journal.run(body)


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("step", range(STEPS))
@pytest.mark.parametrize("point", ["before", "inside", "storing", "after"])
def test_after_kill_9_only_the_step_that_was_not_stored_runs_again(crash: CrashServer, step: int, point: str):
    assert crash.perform(kill=[step, point]) == {"exit": -signal.SIGKILL}
    assert crash.perform() == {"result": list(range(STEPS))}
    again = [str(step)] if point in {"inside", "storing"} else []
    assert sorted(crash.effects) == sorted([str(step) for step in range(STEPS)] + again)


def test_a_run_killed_at_every_point_in_turn_ends_with_the_same_result(crash: CrashServer):
    for step in range(STEPS):
        for point in ("before", "inside", "storing", "after"):
            crash.perform(kill=[step, point])
    assert crash.perform() == {"result": list(range(STEPS))}
    assert crash.effects == ["0"] * 3 + ["1"] * 3 + ["2"] * 3


def test_a_finished_run_is_not_executed_by_another_process(crash: CrashServer):
    assert crash.perform() == {"result": [0, 1, 2]}
    assert crash.perform() == {"result": [0, 1, 2]}
    assert crash.effects == ["0", "1", "2"]


def test_a_disk_that_refuses_a_step_is_a_storage_error_and_the_run_resumes(crash: CrashServer):
    refused = crash.perform(full=[1, "inside"])
    assert refused["code"] == "storage"
    assert "journal.sqlite" in refused["message"]
    assert "space" in refused["hint"]
    assert crash.perform() == {"result": [0, 1, 2]}
    assert crash.effects == ["0", "1", "1", "2"]


def test_a_disk_that_refuses_the_result_is_a_storage_error_and_the_run_resumes(crash: CrashServer):
    refused = crash.perform(full=[STEPS - 1, "after"], patience_s=2)
    assert refused["code"] == "storage"
    assert "result could not be stored" in refused["message"]
    assert crash.perform() == {"result": [0, 1, 2]}
    assert crash.effects == ["0", "1", "2"]


PROGRAMS = st.lists(
    st.tuples(
        st.sampled_from(["model", "check", "commit"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=5,
        ),
        st.sampled_from([0, 0, 0, 1, 2]),
    ),
    max_size=6,
)


def attempts(program: list[tuple[str, Any, int]], reopen: Callable[[], Any]) -> list[Any]:
    """Every attempt up to the one that ends: what was replayed in it, and its result or error."""
    failures = [times for _, _, times in program]
    history: list[Any] = []

    def attempt() -> bool:
        journal = reopen()
        seen: list[bool] = []

        def take(index: int) -> Any:
            def body() -> Any:
                if failures[index]:
                    failures[index] -= 1
                    raise ModelError(f"step {index}")
                return program[index][1]

            value = journal.step(program[index][0], body)
            seen.append(journal.last_step_replayed)
            return value

        try:
            history.append((journal.run(lambda: [take(index) for index in range(len(program))]), seen))
        except ModelError as error:
            history.append((error.message, seen))
            return False
        return True

    while not attempt():
        pass
    return history


@settings(max_examples=8, deadline=None)
@given(PROGRAMS)
def test_any_program_goes_the_same_way_in_memory_and_on_dbos(program: list[tuple[str, Any, int]]):
    store: dict[str, StoredRun] = {}
    expected = attempts(program, lambda: MemoryJournal(store, "r1"))
    assert expected[-1][0] == [value for _, value, _ in program]
    with tempfile.TemporaryDirectory() as folder:
        assert attempts(program, lambda: journal_at(Path(folder) / "journal.sqlite")) == expected


def press_ctrl_c() -> None:
    ident = threading.main_thread().ident
    assert ident
    signal.pthread_kill(ident, signal.SIGINT)


class WaitableStop(StopFlag):
    def wait(self) -> None:
        self._event.wait()


def test_ctrl_c_stops_the_body_and_the_run_resumes(path: Path):
    stop = WaitableStop()
    journal = DbosJournal(path, "r1", stop)

    def waits() -> Any:
        press_ctrl_c()
        stop.wait()
        raise Interrupted("seen by the body")

    def body() -> Any:
        journal.step("one", lambda: 1)
        return journal.step("two", waits)

    with pytest.raises(Interrupted, match="seen by the body"):
        journal.run(body)
    resumed = journal_at(path)
    assert resumed.run(lambda: [resumed.step("one", lambda: "no"), resumed.step("two", lambda: 2)]) == [1, 2]


def test_a_body_that_ends_well_in_spite_of_ctrl_c_keeps_its_result(path: Path):
    stop = WaitableStop()
    journal = DbosJournal(path, "r1", stop)

    def last() -> Any:
        press_ctrl_c()
        stop.wait()
        return "whole"

    assert journal.run(lambda: journal.step("last", last)) == "whole"


def test_a_body_that_does_not_stop_in_time_is_left_behind(path: Path):
    journal = DbosJournal(path, "r1", StopFlag(), grace_s=0.05)
    release = threading.Event()

    def deaf() -> Any:
        press_ctrl_c()
        release.wait()

    with pytest.raises(Interrupted, match="r1"):
        journal.run(lambda: journal.step("deaf", deaf))
    release.set()
    assert run_one_step(path.with_name("other.sqlite")) == 1


def test_a_second_ctrl_c_does_not_wait(path: Path):
    stop = WaitableStop()
    journal = DbosJournal(path, "r1", stop, grace_s=250)
    release = threading.Event()

    def deaf() -> Any:
        press_ctrl_c()
        stop.wait()
        press_ctrl_c()
        release.wait()

    with pytest.raises(Interrupted, match="r1") as caught:
        journal.run(lambda: journal.step("deaf", deaf))
    release.set()
    assert "adw resume r1" in caught.value.hint


def test_a_process_ends_although_a_body_does_not(path: Path):
    program = f"""
import signal, threading
from pathlib import Path
from adw.adapters.clock import StopFlag
from adw.adapters.durable import DbosJournal
from adw.errors import Interrupted
journal = DbosJournal(Path({str(path)!r}), "r1", StopFlag(), grace_s=0.05)
def deaf():
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    threading.Event().wait()
try:
    journal.run(lambda: journal.step("deaf", deaf))
except Interrupted:
    print("interrupted")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert (ended.stdout, ended.stderr) == ("interrupted\n", "")


def test_a_journal_of_another_version_is_refused_with_both_versions(path: Path):
    fail_after_one_step(path)
    change(path, "UPDATE workflow_status SET application_version = '0.1-old'")
    with pytest.raises(StorageError, match=rf"0\.1-old.*{JOURNAL_VERSION}") as caught:
        run_one_step(path)
    assert str(path) in caught.value.message
    assert "new run" in caught.value.hint


def test_a_journal_that_dbos_will_not_start_is_reported(path: Path):
    fail_after_one_step(path)
    change(path, "UPDATE workflow_status SET status = 'ERROR'")
    with pytest.raises(StorageError, match="could not be started"):
        DbosJournal(path, "r1", StopFlag(), patience_s=0.1).run(lambda: 1)


def test_a_run_that_another_process_took_over_ends_here(path: Path):
    journal = journal_at(path)

    def robbed() -> Any:
        change(path, "UPDATE workflow_status SET owner_xid = 'another'")

    with pytest.raises(RunConflict, match="Another process"):
        journal.run(lambda: journal.step("one", robbed))


def test_a_second_run_in_the_same_process_is_refused(path: Path):
    with pytest.raises(RunConflict, match="under way"):
        journal_at(path).run(lambda: run_one_step(path.with_name("other.sqlite")))


def test_a_damaged_file_is_named(path: Path):
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match=r"journal\.sqlite.*not a database") as caught:
        run_one_step(path)
    assert "damaged" in caught.value.hint


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path):
    with pytest.raises(StorageError, match="nowhere") as caught:
        run_one_step(tmp_path / "nowhere" / "journal.sqlite")
    assert "folder" in caught.value.hint


def test_a_file_locked_by_another_program_is_named(path: Path):
    fail_after_one_step(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StorageError, match="locked") as caught:
            run_one_step(path)
    finally:
        other.close()
    assert "Another program" in caught.value.hint
    assert run_one_step(path) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_file_is_named(path: Path):
    fail_after_one_step(path)
    path.chmod(0o444)
    with pytest.raises(StorageError, match="readonly") as caught:
        run_one_step(path)
    assert "writable" in caught.value.hint


def test_an_error_of_the_body_is_not_taken_for_one_of_the_journal(path: Path):
    def fails() -> Any:
        raise FileNotFoundError("a file of the run's own")

    journal = journal_at(path)
    with pytest.raises(FileNotFoundError, match="own"):
        journal.run(lambda: journal.step("one", fails))


def test_the_cause_of_an_error_is_kept(path: Path):
    cause = OSError("the line")

    def fails() -> Any:
        raise ModelError("no answer") from cause

    journal = journal_at(path)
    with pytest.raises(ModelError) as caught:
        journal.run(lambda: journal.step("one", fails))
    assert caught.value.__cause__ is cause


def test_file_names_may_hold_anything(tmp_path: Path):
    folder = tmp_path / "a b?c=d&e#%41"
    folder.mkdir()
    assert run_one_step(folder / "journal.sqlite", "x") == "x"
    assert [entry.name for entry in folder.iterdir()] == ["journal.sqlite"]


def test_what_is_stored_is_json(path: Path):
    run_one_step(path, {"text": "plain"})
    connection = sqlite3.connect(path)
    stored = connection.execute("SELECT output, serialization FROM operation_outputs").fetchall()
    connection.close()
    assert [(json.loads(output), kind) for output, kind in stored] == [({"text": "plain"}, "adw_json")]


def test_dbos_says_nothing(path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture):
    fail_after_one_step(path)
    run_one_step(path)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records
    assert not any(type(handler) is logging.StreamHandler for handler in logging.getLogger("dbos").handlers)
