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
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from dbos import DBOS
from dbos._dbos import _get_dbos_instance

from adw.adapters.durable.execution import Unrecorded
from adw.adapters.durable.presence import Presence, present
from adw.adapters.durable.queue import PREFIX, QUEUE, QUEUE_VERSION, UNTIL, WHY, WORKFLOW, forget, known, row_for
from adw.adapters.durable.session import launched, looking
from adw.adapters.durable.storage import Database
from adw.domain.codec import JsonValue, dump, load
from adw.domain.queue import QueuedRun, QueueRow, QueueState, WorkDone
from adw.ports import StopSignal

MOST_STARTS = 100
"""Of one run. Its configuration ends it much sooner: this is for a configuration that does not."""
MOST_CLAIMS = 50
"""Times that one run is taken from the queue: after each wait, and after each death of a worker."""

KEPT = timedelta(days=30)
"""How long the queue remembers a run that has ended."""
GRACE_S = 20.0
"""How long a run may take to stop when its worker leaves."""

_LOOK_S = 0.5
_HOUR_S = 3600.0


class Work(Protocol):
    """Does a queued run for the `start`th time. Once `stop` is set it ends soon, and what it returns does not count."""

    def __call__(self, run: QueuedRun, start: int, stop: StopSignal) -> WorkDone: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """Who is told of what happens to a worker, from its threads."""

    over: Callable[[QueueRow], None]
    """Of every run that is over."""
    lost: Callable[[], None]
    """That the database is out of reach: the process has to end, with all that it began, before it returns."""


class Worker:
    """Works off the queue in the database at `where`.

    `most_per_hour`: runs that all workers together may start; 0: no limit.
    """

    def __init__(self, where: Path | str, work: Work, heard: Heard, *, most_per_hour: int = 0) -> None:
        self._database = Database.at(where)
        self._work = work
        self._heard = heard
        self._most_per_hour = most_per_hour
        self._name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._under_way: dict[str, threading.Event] = {}
        """By workflow, what stops it."""
        self._waiting: dict[str, datetime] = {}
        """Workflows that this worker looks after but does nothing for until then."""
        self._leaving = False

    def serve(self, stop: StopSignal, *, drain: bool) -> None:
        """Until `stop` is set; with `drain`, until nothing is left to do now. Raises StorageError.

        What is under way then is stopped, and left to others.
        """
        pause = threading.Event()
        # Present before a run can be taken, and until none can be any more: else others take it at once.
        with (
            self._database.in_our_words(),
            present(self._database, self._name, self._heard.lost) as presence,
            self._launched(),
        ):
            try:
                while not stop.is_set():
                    self._look_after(presence)
                    if drain and not self._something_to_do():
                        break
                    pause.wait(_LOOK_S)
            finally:
                self._leave()

    @contextmanager
    def _launched(self) -> Iterator[None]:
        def prepare() -> None:
            @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=MOST_CLAIMS)
            def work_off(run: JsonValue) -> JsonValue:
                return dump(self._work_off(load(QueuedRun, run)))

            DBOS.listen_queues([QUEUE])

        # Before the launch: a queue is looked at by what was known of it a moment ago.
        with looking(self._database) as client, self._database.in_our_words():
            most = self._most_per_hour
            known(client).set_limiter({"limit": most, "period": _HOUR_S} if most else None)
            forget(client, datetime.now(UTC) - KEPT)
        with launched(self._database, QUEUE_VERSION, prepare, self._name):
            yield

    def _look_after(self, presence: Presence) -> None:
        """See what was cancelled, what has waited long enough, and who is gone: his runs go back into the queue."""
        stops = dict(self._under_way)  # first: each of them is in the list below, if it is ours still
        there = DBOS.list_workflows(queue_name=QUEUE, status="PENDING", load_input=False)
        mine = {one.workflow_id for one in there if one.executor_id == self._name}
        for workflow, stop in stops.items():
            if workflow not in mine:
                stop.set()
        for workflow, moment in tuple(self._waiting.items()):
            if workflow not in mine:
                del self._waiting[workflow]
            elif moment <= datetime.now(UTC):
                del self._waiting[workflow]
                put_back(workflow, self._name)
        others = {one.executor_id for one in there if one.executor_id and one.executor_id != self._name}
        for other in sorted(others):
            if not presence.is_alive(other):
                for one in there:
                    if one.executor_id == other:
                        put_back(one.workflow_id, other)

    def _something_to_do(self) -> bool:
        there = DBOS.list_workflows(queue_name=QUEUE, status=["ENQUEUED", "PENDING"], load_input=False)
        waiting = set(self._waiting)
        return any(
            one.status == "ENQUEUED" or (one.executor_id == self._name and one.workflow_id not in waiting)
            for one in there
        )

    def _leave(self) -> None:
        self._leaving = True
        for stop in tuple(self._under_way.values()):
            stop.set()
        end = time.monotonic() + GRACE_S
        while self._under_way and time.monotonic() < end:
            time.sleep(_LOOK_S / 10)

    def _work_off(self, run: QueuedRun) -> WorkDone:
        """The workflow: start after start, until one of them is the last. While it waits, the worker is free."""
        workflow, stop = PREFIX + run.run_id, threading.Event()
        self._under_way[workflow] = stop
        try:
            for start in range(1, MOST_STARTS + 1):
                stored = DBOS.run_step({"name": f"start {start}"}, partial(self._start, run, start, stop))
                done = load(WorkDone, stored)
                if done.again_at is None:
                    break
                DBOS.update_workflow_attributes(workflow, {UNTIL: done.again_at.isoformat(), WHY: stored})
                if done.again_at > datetime.now(UTC):
                    self._waiting[workflow] = done.again_at
                    raise Unrecorded
                DBOS.update_workflow_attributes(workflow, None)
        finally:
            del self._under_way[workflow]
        done = replace(done, again_at=None)
        self._heard.over(row_for(run, QueueState.ENDED, worker=self._name, done=done))
        return done

    def _start(self, run: QueuedRun, start: int, stop: threading.Event) -> JsonValue:
        if self._leaving:
            raise Unrecorded
        done = self._work(run, start, stop)
        if stop.is_set():
            raise Unrecorded
        queue = DBOS.retrieve_queue(QUEUE)
        if queue is not None:
            queue.set_global_concurrency(1 if done.throttled else None)
        return dump(done)


def put_back(workflow: str, worker: str) -> None:
    """Let the workflow be taken from the queue again, if that worker still has it: whoever does so twice does it once.

    It keeps its place, its number of claims and its issue's only run, which DBOS' public calls would all reset.
    """
    database = _get_dbos_instance()._sys_db  # noqa: SLF001 - what DBOS' own recovery does for whole executors
    database.reenqueue_for_recovery(workflow, [worker], QUEUE)
