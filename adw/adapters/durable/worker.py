"""A worker: takes runs from the queue one after the other, and those of workers that are gone.

One process does one run at a time: how many DBOS lets a process do is the queue's setting, the same for all workers.
What becomes of a worker's runs when it ends, however it ends: others see that nobody holds its lock (`presence`) and
put its runs back into the queue, from where they are taken once.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from dbos import DBOS

from adw.adapters.durable.execution import Unrecorded
from adw.adapters.durable.presence import Presence, present
from adw.adapters.durable.queue import PREFIX, QUEUE, QUEUE_VERSION, UNTIL, WHY, WORKFLOW, known, row_for
from adw.adapters.durable.session import launched, looking
from adw.adapters.durable.storage import Database
from adw.domain.codec import JsonValue, dump, load
from adw.domain.queue import QueuedRun, QueueRow, QueueState, WorkDone
from adw.domain.run import Outcome

MOST_STARTS = 100
"""Of one run. Its configuration ends it much sooner: this is for a configuration that does not."""
MOST_TAKEN_OVER = 20
"""Times that a run may take its worker down with it."""

GRACE_S = 20.0
"""How long a run may take to stop when its worker leaves."""

_LOOK_S = 0.5
_SLICE_S = 30.0
_HOUR_S = 3600.0


class Stop(Protocol):
    def is_set(self) -> bool: ...


class Work(Protocol):
    """Does a queued run for the `start`th time. Once `stop` is set it ends soon, and what it returns does not count."""

    def __call__(self, run: QueuedRun, start: int, stop: Stop) -> WorkDone: ...


class _Task:
    """The run under way."""

    def __init__(self, run: QueuedRun) -> None:
        self.id = PREFIX + run.run_id
        self.stop = threading.Event()
        self.waits = False


class Worker:
    """Works off the queue in the database at `where`. `told` hears of every run that is over.

    `most_per_hour`: runs that all workers together may start; 0: no limit.
    """

    def __init__(
        self, where: Path | str, work: Work, told: Callable[[QueueRow], None], *, most_per_hour: int = 0
    ) -> None:
        self._database = Database.at(where)
        self._work = work
        self._told = told
        self._most_per_hour = most_per_hour
        self._tasks: dict[str, _Task] = {}
        self._leaving = False

    def serve(self, stop: Stop, *, drain: bool) -> None:
        """Until `stop` is set; with `drain`, until nothing is left to do now. Raises StorageError.

        What is under way then is stopped, and left to others.
        """
        name = _name()
        pause = threading.Event()
        with self._launched(name), self._database.in_our_words(), present(self._database, name) as presence:
            try:
                while not stop.is_set():
                    presence.beat()
                    self._look_after(presence, name)
                    if drain and not self._something_to_do(name):
                        break
                    pause.wait(_LOOK_S)
            finally:
                self._leave()

    @contextmanager
    def _launched(self, name: str) -> Iterator[None]:
        def prepare() -> None:
            @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_TAKEN_OVER)
            def work_off(run: JsonValue) -> JsonValue:
                return dump(self._work_off(load(QueuedRun, run), name))

            DBOS.listen_queues([QUEUE])

        # Before the launch: a queue is looked at by what was known of it a moment ago.
        with looking(self._database) as client, self._database.in_our_words():
            most = self._most_per_hour
            known(client).set_limiter({"limit": most, "period": _HOUR_S} if most else None)
        with launched(self._database, QUEUE_VERSION, prepare, name):
            yield

    def _look_after(self, presence: Presence, name: str) -> None:
        """See what was cancelled, and who is gone: his runs go back into the queue."""
        tasks = tuple(self._tasks.values())  # first: each of them is in the list below, if it is ours still
        under_way = DBOS.list_workflows(queue_name=QUEUE, status="PENDING", load_input=False)
        mine = {one.workflow_id for one in under_way if one.executor_id == name}
        for task in tasks:
            if task.id not in mine:
                task.stop.set()
        others = {one.executor_id for one in under_way if one.executor_id and one.executor_id != name}
        gone = [other for other in sorted(others) if not presence.is_alive(other)]
        if gone:
            DBOS._recover_pending_workflows(gone)  # noqa: SLF001 - all there is where DBOS' own server is not used

    def _something_to_do(self, name: str) -> bool:
        waiting = {task.id for task in tuple(self._tasks.values()) if task.waits}
        there = DBOS.list_workflows(queue_name=QUEUE, status=["ENQUEUED", "PENDING"], load_input=False)
        return any(
            one.status == "ENQUEUED" or (one.executor_id == name and one.workflow_id not in waiting) for one in there
        )

    def _leave(self) -> None:
        self._leaving = True
        for task in tuple(self._tasks.values()):
            task.stop.set()
        end = time.monotonic() + GRACE_S
        while self._tasks and time.monotonic() < end:
            time.sleep(_LOOK_S / 10)

    def _work_off(self, run: QueuedRun, name: str) -> WorkDone:
        """The workflow: start after start, until one of them is the last."""
        task = _Task(run)
        self._tasks[task.id] = task
        try:
            done = self._last_of(run, task)
            self._told(row_for(run, QueueState.ENDED, worker=name, done=done))
            return done
        finally:
            del self._tasks[task.id]

    def _last_of(self, run: QueuedRun, task: _Task) -> WorkDone:
        done = WorkDone(Outcome.CRASHED)
        for start in range(1, MOST_STARTS + 1):
            stored = DBOS.run_step({"name": f"start {start}"}, partial(self._started, run, start, task))
            done = load(WorkDone, stored)
            if done.again_at is None:
                return done
            DBOS.update_workflow_attributes(task.id, {UNTIL: done.again_at.isoformat(), WHY: stored})
            self._wait_for(done.again_at, task)
            DBOS.update_workflow_attributes(task.id, None)
        return replace(done, again_at=None)

    def _started(self, run: QueuedRun, start: int, task: _Task) -> JsonValue:
        if self._leaving:
            raise Unrecorded
        done = self._work(run, start, task.stop)
        if task.stop.is_set():
            raise Unrecorded
        queue = DBOS.retrieve_queue(QUEUE)
        if queue is not None:
            queue.set_global_concurrency(1 if done.throttled else None)
        return dump(done)

    def _wait_for(self, moment: datetime, task: _Task) -> None:
        task.waits = True
        while (left := (moment - datetime.now(UTC)).total_seconds()) > 0:
            # In slices: a machine that sleeps has another idea of how much time has passed.
            if task.stop.wait(min(left, _SLICE_S)):
                raise Unrecorded
        task.waits = False


def _name() -> str:
    """Of this worker, for people and for its lock."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
