"""The queue and its workers, on SQLite and on PostgreSQL."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos._migration import ensure_dbos_schema, get_dbos_migration_one
from sqlalchemy import text

from adw.adapters.durable import worker
from adw.adapters.durable.queue import DbosQueue, known
from adw.adapters.durable.session import looking
from adw.adapters.durable.storage import Database
from adw.adapters.durable.worker import Heard, Worker
from adw.domain.issue import Issue
from adw.domain.queue import QueuedRun, QueueRow, QueueState, WorkDone
from adw.domain.results import RunRequest
from adw.domain.run import Outcome
from adw.errors import StorageError, UnknownRun, UsageError
from tests.support.project import ROOT, wait_for

PASSED = WorkDone(Outcome.PASSED, tokens=5)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    if request.param == "sqlite":
        return tmp_path / "queue.db"
    return request.getfixturevalue("postgresql").new_database()


def queued(run_id: str, issue: str = "", priority: int = 3) -> QueuedRun:
    return QueuedRun(
        run_id=run_id,
        issue=Issue(issue or run_id, f"Title of {run_id}", "body", "issue.md"),
        request=RunRequest("issue.md"),
        where="/shop",
        added_at=datetime.now(UTC),
        priority=priority,
    )


def lost() -> None:
    pytest.fail("the database was there")


def drained(where, work) -> list[QueueRow]:
    told: list[QueueRow] = []
    Worker(where, work, Heard(told.append, lost)).serve(threading.Event(), drain=True)
    return told


def states(where) -> dict[str, str]:
    return {row.run_id: row.state.value for row in DbosQueue(where).rows()}


def test_runs_are_done_by_priority_and_one_for_each_issue(where):
    queue, seen = DbosQueue(where), []
    assert queue.add([queued("a", "1")]) == {}
    assert queue.add([queued("b", "2", priority=1)]) == {}
    assert queue.add([queued("c", "1"), queued("f", "6")]) == {"c": "a"}
    assert queue.add([queued("d", "4")], delay_s=3600) == {}
    assert [row.run_id for row in queue.rows()] == ["b", "a", "f", "d"]
    assert queue.rows()[-1].starts_at is not None

    def work(run, start, _stop):
        seen.append((run.run_id, start))
        return PASSED

    told = drained(where, work)
    assert seen == [("b", 1), ("a", 1), ("f", 1)]
    assert [(row.run_id, row.done) for row in told] == [(name, PASSED) for name in "baf"]
    assert states(where) == {"a": "ended", "b": "ended", "f": "ended", "d": "waiting"}
    assert queue.add([queued("e", "1")]) == {}  # the issue's first run is over


def test_a_run_that_waits_is_gone_on_with_and_says_why_it_waited(where):
    DbosQueue(where).add([queued("a")])
    looked: list[QueueRow] = []
    moment = datetime.now(UTC) + timedelta(seconds=4)
    ended = threading.Event()

    def work(_run, start, _stop):
        return PASSED if start == 2 else WorkDone(Outcome.OVER_QUOTA, "the month is spent", again_at=moment)

    serving = Worker(where, work, Heard(lambda _row: ended.set(), lost))
    thread = threading.Thread(target=serving.serve, args=(ended,), kwargs={"drain": False})
    thread.start()
    wait_for(lambda: states(where) == {"a": "waiting"})
    looked.extend(DbosQueue(where).rows())
    thread.join()
    (row,) = looked
    assert row.starts_at == moment
    assert row.done
    assert row.done.detail == "the month is spent"
    (row,) = DbosQueue(where).rows()
    assert (row.state, row.done, row.starts_at) == (QueueState.ENDED, PASSED, None)


def test_what_waits_does_not_keep_a_worker_that_drains_and_the_next_one_waits_on(where):
    DbosQueue(where).add([queued("a")])
    later = WorkDone(Outcome.OVER_QUOTA, again_at=datetime.now(UTC) + timedelta(seconds=3))
    assert drained(where, lambda _run, _start, _stop: later) == []
    ended = threading.Event()
    starts = []

    def work(_run, start, _stop):
        starts.append(start)
        return PASSED

    Worker(where, work, Heard(lambda _row: ended.set(), lost)).serve(ended, drain=False)
    assert starts == [2]


def test_a_run_under_way_is_cancelled_and_its_issue_is_free(where):
    queue = DbosQueue(where)
    queue.add([queued("a", "1")])
    stopped, begun, leave = threading.Event(), threading.Event(), threading.Event()

    def work(_run, _start, stop):
        begun.set()
        stop.wait(60)
        stopped.set()
        return PASSED

    serving = Worker(where, work, Heard(lambda _row: pytest.fail("it was cancelled"), lost))
    thread = threading.Thread(target=serving.serve, args=(leave,), kwargs={"drain": False})
    thread.start()
    assert begun.wait(60)
    assert queue.workers()
    assert queue.cancel("a").state is QueueState.CANCELLED
    assert stopped.wait(60)
    leave.set()
    thread.join()
    assert states(where) == {"a": "cancelled"}
    with pytest.raises(UsageError, match="is not under way: cancelled"):
        queue.cancel("a")
    with pytest.raises(UnknownRun):
        queue.cancel("nobody")
    assert queue.add([queued("b", "1")]) == {}
    assert queue.workers() == ()


def test_a_worker_that_leaves_stops_its_run_and_another_does_it(where):
    DbosQueue(where).add([queued("a")])
    begun, leave = threading.Event(), threading.Event()

    def never(_run, _start, stop):
        begun.set()
        assert stop.wait(60)
        return WorkDone(Outcome.CANCELLED)

    thread = threading.Thread(
        target=Worker(where, never, Heard(print, lost)).serve, args=(leave,), kwargs={"drain": False}
    )
    thread.start()
    assert begun.wait(60)
    leave.set()
    thread.join()
    assert [row.done for row in drained(where, lambda _run, _start, _stop: PASSED)] == [PASSED]


HANGING = """
import sys, threading
from pathlib import Path
from adw.adapters.durable.worker import Heard, Worker

def work(run, start, stop):
    print("begun", flush=True)
    threading.Event().wait()

where = sys.argv[1]
Worker(where if "://" in where else Path(where), work, Heard(print, print)).serve(threading.Event(), drain=False)
"""


def test_the_runs_of_a_killed_worker_are_taken_over(where):
    DbosQueue(where).add([queued("a")])
    with subprocess.Popen(
        [sys.executable, "-c", HANGING, str(where)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
    assert [row.run_id for row in drained(where, lambda _run, _start, _stop: PASSED)] == ["a"]


def test_while_the_quota_is_nearly_spent_all_workers_together_do_one_run_at_a_time(where):
    def at_a_time() -> int | None:
        with looking(Database.at(where)) as client:
            return known(client).global_concurrency

    for throttled, expected in ((True, 1), (False, None)):
        DbosQueue(where).add([queued(f"a{expected}")])
        done = WorkDone(Outcome.PASSED, throttled=throttled)
        drained(where, lambda _run, _start, _stop, done=done: done)
        assert at_a_time() == expected


def test_what_ended_long_ago_is_forgotten_when_a_worker_starts(where, monkeypatch):
    DbosQueue(where).add([queued("a")])
    drained(where, lambda _run, _start, _stop: PASSED)
    drained(where, lambda _run, _start, _stop: PASSED)
    assert states(where) == {"a": "ended"}
    monkeypatch.setattr(worker, "KEPT", timedelta())
    drained(where, lambda _run, _start, _stop: PASSED)
    assert states(where) == {}


def test_most_per_hour_holds_for_all_workers_together(where):
    for name in "abc":
        DbosQueue(where).add([queued(name)])
    ended = threading.Event()
    told: list[QueueRow] = []

    def tell(row: QueueRow) -> None:
        told.append(row)
        threading.Timer(3, ended.set).start()

    Worker(where, lambda _run, _start, _stop: PASSED, Heard(tell, lost), most_per_hour=1).serve(ended, drain=False)
    assert len(told) == 1


def test_a_database_that_cannot_be_used_is_named(tmp_path):
    broken = tmp_path / "queue.db"
    broken.write_text("no database, " * 100)
    with pytest.raises(StorageError, match="not a database"):
        DbosQueue(broken).rows()
    with pytest.raises(StorageError, match=r"cannot be used"):
        DbosQueue("postgresql://nobody@/nothing?host=/nowhere").rows()


def test_two_runs_never_share_an_id(where):
    queue = DbosQueue(where)
    queue.add([queued("a", "1")])
    with pytest.raises(StorageError):
        queue.add([queued("a", "2")])


def test_tables_that_another_process_is_making_are_waited_for(postgresql):
    where = postgresql.new_database()
    engine = Database.at(where).engine()
    ensure_dbos_schema(engine, "dbos")
    with engine.begin() as connection:
        for statement in get_dbos_migration_one('"dbos"', use_listen_notify=False).split(";"):
            if statement.strip():
                connection.execute(text(statement))
        connection.execute(text("INSERT INTO dbos.dbos_migrations (version) VALUES (1)"))
    engine.dispose()
    assert DbosQueue(where).add([queued("a")]) == {}
    assert states(where) == {"a": "queued"}


def test_a_password_is_not_shown(tmp_path):
    with pytest.raises(StorageError) as caught:
        DbosQueue("postgresql://me:sesame@/nothing?host=/nowhere").rows()
    assert "sesame" not in f"{caught.value.message} {caught.value.hint}"
    assert Path(tmp_path).exists()
