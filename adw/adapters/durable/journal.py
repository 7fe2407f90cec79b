"""The Journal port over one DBOS workflow."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from dbos import DBOS, SetWorkflowID, WorkflowStatus

from adw.adapters.durable.execution import Execution, Once, Order, Unrecorded
from adw.adapters.durable.queue import RUN_WORKFLOW
from adw.adapters.durable.session import launched, looking
from adw.adapters.durable.storage import Database
from adw.domain.codec import JsonValue
from adw.errors import Interrupted, RunConflict, StorageError

JOURNAL_VERSION = "1"
"""Changes whenever the steps of a run change, so that an old journal is refused and not misread."""

_QUEUE = "adw_resume"
_QUEUE_POLL_S = 0.25
"""How long a resume waits, at most. Four looks a second cost 2% of a processor while a resumed run is under way."""
_STORE_POLL_S = 0.005
_SIGNAL_S = 1.0
"""A wait is cut into slices of this length: a ctrl-C that falls just before a wait does not wake it."""

_PROCESS_WIDE = threading.Lock()
"""DBOS is one object per process: so is a run under way."""


_Workflow = Callable[[JsonValue], JsonValue]


class StopSwitch(Protocol):
    """A StopSignal that can also be set."""

    def is_set(self) -> bool: ...

    def set(self) -> None: ...


class DbosJournal:
    """The Journal of one run, in an SQLite file (made when it is missing; its folder must be there) or in PostgreSQL.

    `given` is what the run is started with: stored first, so that another machine can know (`started_with`).
    On ctrl-C the body has `grace_s` seconds to end by itself. DBOS has `patience_s` seconds to start the body, and
    again to store its result.
    """

    def __init__(
        self,
        where: Path | str,
        run_id: str,
        stop: StopSwitch,
        *,
        given: JsonValue = None,
        grace_s: float = 10.0,
        patience_s: float = 30.0,
    ) -> None:
        self._database = Database.at(where)
        self._run_id = run_id
        self._given = given
        self._stop = stop
        self._grace_s = grace_s
        self._patience_s = patience_s
        self._order = Order()
        self.last_step_replayed = False

    def run(self, body: Callable[[], JsonValue]) -> JsonValue:
        """What `body` returns, as JSON gives it back; where the file holds the run's end already, what it returned.

        `body` takes the run's steps, in a thread of its own. What it raises is raised here, and the run can be
        resumed. Ctrl-C sets the stop flag and raises Interrupted as soon as the body has ended, a second ctrl-C at
        once. Raises StorageError where the file cannot be used, or comes from another version; RunConflict where this
        process has a run under way.
        """
        if not _PROCESS_WIDE.acquire(blocking=False):
            raise RunConflict("This process has a run under way already.", hint="Wait for it to end.")
        execution = Execution(body)
        try:
            return self._conduct(execution)
        except KeyboardInterrupt:
            self._stop.set()
            raise self._interrupted() from None
        finally:
            self._order = Order()
            _PROCESS_WIDE.release()

    def step(self, name: str, body: Callable[[], JsonValue]) -> JsonValue:
        """See `adw.ports.Journal`. Only inside `run`, and only with values that JSON can carry."""
        if self._stop.is_set():
            raise self._interrupted()
        once = Once(body)
        with self._order.step(name):
            with self._database.in_our_words():
                try:
                    value = DBOS.run_step({"name": name}, once)
                except Unrecorded:
                    value = None
            if once.error is not None:
                raise once.error
        self.last_step_replayed = not once.called
        return value

    def _conduct(self, execution: Execution) -> JsonValue:
        with self._launched(execution) as workflow:
            with self._database.in_our_words():
                known = DBOS.get_workflow_status(self._run_id)
            if known is not None and known.status == "SUCCESS":
                return known.output
            try:
                self._execute(execution, workflow, known)
            except KeyboardInterrupt:
                self._stop.set()
                if not (execution.begun.is_set() and _wait(execution.ended, self._grace_s)):
                    raise
            if execution.error is not None:
                raise execution.error
            with self._database.in_our_words():
                self._await_stored()
            return execution.value

    @contextmanager
    def _launched(self, execution: Execution) -> Iterator["_Workflow"]:
        """DBOS with the workflow that conducts `execution`."""
        registered: list[_Workflow] = []

        def prepare() -> None:
            @DBOS.workflow(name=RUN_WORKFLOW, max_recovery_attempts=None)
            def conduct(_given: JsonValue = None) -> JsonValue:
                return execution.conduct()

            registered.append(conduct)
            DBOS.listen_queues([_QUEUE] if self._database.exists else [])

        with launched(self._database, self._version, prepare):
            try:
                with self._database.in_our_words():
                    # For the next launch: a queue that is known before is looked at from the first moment.
                    DBOS.register_queue(_QUEUE, polling_interval_sec=_QUEUE_POLL_S, on_conflict="never_update")
                yield registered[0]
            finally:
                execution.abandon()

    @property
    def _version(self) -> str:
        """Names the run too: of all that share a database, only its own process takes it from the queue."""
        return f"{JOURNAL_VERSION} {self._run_id}"

    def _execute(self, execution: Execution, workflow: "_Workflow", known: WorkflowStatus | None) -> None:
        """Start or resume the workflow, and wait until its body has ended."""
        self._order.open()
        with self._database.in_our_words():
            self._start(workflow, known)
        if not _wait(execution.begun, self._patience_s):
            place = self._database.shown
            raise StorageError(f"The run in {place} could not be started.", hint="Try `adw resume` again.")
        _wait(execution.ended, math.inf)

    def _start(self, workflow: "_Workflow", known: WorkflowStatus | None) -> None:
        if known is None:
            with SetWorkflowID(self._run_id):
                DBOS.start_workflow(workflow, self._given)
        elif known.app_version == self._version:
            DBOS.resume_workflow(self._run_id, queue_name=_QUEUE)
        else:
            raise StorageError(
                f"{self._database.shown} was written by journal version {(known.app_version or '').partition(' ')[0]};"
                f" this adw has version {JOURNAL_VERSION}.",
                hint="Resume the run with the adw that started it, or start a new run.",
            )

    def _await_stored(self) -> None:
        """DBOS stores the result after the body has ended, in its own thread."""
        end = time.monotonic() + self._patience_s
        while (known := DBOS.get_workflow_status(self._run_id)) is None or known.status != "SUCCESS":
            if time.monotonic() > end:
                place = self._database.shown
                raise StorageError(
                    f"The run's result could not be stored in {place}.", hint="`adw resume` stores it again."
                )
            time.sleep(_STORE_POLL_S)

    def _interrupted(self) -> Interrupted:
        return Interrupted(f"Run {self._run_id} was interrupted.", hint=f"Go on with `adw resume {self._run_id}`.")


def started_with(where: Path | str, run_id: str) -> JsonValue:
    """What the run was given when it was started, on whichever machine; None where it was not. Raises StorageError."""
    database = Database.at(where)
    with looking(database) as client, database.in_our_words():
        found = client.list_workflows(workflow_ids=[run_id], load_output=False)
    return found[0].input["args"][0] if found and found[0].input else None


def _wait(event: threading.Event, limit_s: float) -> bool:
    """Whether the event came within the limit. Ctrl-C ends it within a second."""
    end = time.monotonic() + limit_s
    while not event.wait(max(0.0, min(_SIGNAL_S, end - time.monotonic()))):
        if time.monotonic() >= end:
            return False
    return True
