"""The run's journal: an embedded DBOS workflow in a SQLite file of its own.

What DBOS 3.4 does, and what is made of it here:

- It stores what a step returned, and the `Exception` that a step raised as well. A run must be able to try again, so
  whatever a body raises leaves the workflow as a private BaseException, which DBOS lets pass and does not store: the
  workflow stays PENDING, that is resumable.
- On launch it recovers the PENDING workflows of its own executor id, by a queue that it polls once a second. Each
  launch here has an executor id of its own, so that this finds nothing, and the run is resumed by its id on a queue
  that is polled more often.
- Its threads keep the interpreter alive until they end. The body runs in a daemon thread of ours, in the context of
  the DBOS thread that waits for it, so that a process can end although a body does not look at the stop flag.
- It wants SQLite's `unixepoch('subsec')` (3.42). Older ones are given that function.
- It logs. All but critical messages are dropped: what matters arrives as an exception.
"""

import contextvars
import json
import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy
from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID
from dbos import error as dbos_error

from adw.domain.codec import JsonValue
from adw.errors import Interrupted, RunConflict, StorageError

JOURNAL_VERSION = "1"
"""Changes whenever the steps of a run change, so that an old journal is refused and not misread."""

_WORKFLOW = "adw_run"
_QUEUE = "adw_resume"
_QUEUE_POLL_S = 0.25
"""How long a resume waits, at most. Four looks a second cost 2% of a processor while a resumed run is under way."""
_STORE_POLL_S = 0.005
_LOCKED_S = 2.0
_SIGNAL_S = 1.0
"""A signal that the system gives to another thread is seen after this time at the latest."""
_SUBSEC_SINCE = (3, 42)

_PROCESS_WIDE = threading.Lock()
"""DBOS is one object per process: so is a run under way."""


class StopSwitch(Protocol):
    """A StopSignal that can also be set."""

    def is_set(self) -> bool: ...

    def set(self) -> None: ...


class DbosJournal:
    """The Journal of one run, in the SQLite file at `path` (made when it is missing; its folder must be there).

    On ctrl-C the body has `grace_s` seconds to end by itself. DBOS has `patience_s` seconds to start the body, and
    again to store its result.
    """

    def __init__(
        self, path: Path, run_id: str, stop: StopSwitch, *, grace_s: float = 10.0, patience_s: float = 30.0
    ) -> None:
        self._path = path
        self._run_id = run_id
        self._stop = stop
        self._grace_s = grace_s
        self._patience_s = patience_s
        self._order = _Order()
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
        execution = _Execution(body)
        try:
            return self._conduct(execution)
        except KeyboardInterrupt:
            self._stop.set()
            raise self._interrupted() from None
        finally:
            self._order = _Order()
            _PROCESS_WIDE.release()

    def step(self, name: str, body: Callable[[], JsonValue]) -> JsonValue:
        """See `adw.ports.Journal`. Only inside `run`, and only with values that JSON can carry."""
        if self._stop.is_set():
            raise self._interrupted()
        once = _Once(body)
        with self._order.step(name):
            with _storage(self._path):
                try:
                    value = DBOS.run_step({"name": name}, once)
                except _Unrecorded:
                    value = None
            if once.error is not None:
                raise once.error
        self.last_step_replayed = not once.called
        return value

    def _conduct(self, execution: "_Execution") -> JsonValue:
        with _dbos(self._path, execution) as workflow:
            with _storage(self._path):
                known = DBOS.get_workflow_status(self._run_id)
                if known is not None and known.status == "SUCCESS":
                    return known.output
                self._order.open()
                self._start(workflow, known.app_version if known else None)
            if not execution.begun.wait(self._patience_s):
                raise StorageError(f"The run in {self._path} could not be started.", hint="Try `adw resume` again.")
            self._await_end(execution)
            if execution.error is not None:
                raise execution.error
            with _storage(self._path):
                self._await_stored()
            return execution.value

    def _start(self, workflow: Callable[[], JsonValue], version: str | None) -> None:
        if version is None:
            with SetWorkflowID(self._run_id):
                DBOS.start_workflow(workflow)
        elif version == JOURNAL_VERSION:
            DBOS.resume_workflow(self._run_id, queue_name=_QUEUE)
        else:
            raise StorageError(
                f"{self._path} was written by journal version {version}; this adw has version {JOURNAL_VERSION}.",
                hint="Resume the run with the adw that started it, or start a new run.",
            )

    def _await_end(self, execution: "_Execution") -> None:
        try:
            while not execution.ended.wait(_SIGNAL_S):
                pass
        except KeyboardInterrupt:
            self._stop.set()
            if not execution.ended.wait(self._grace_s):
                raise self._interrupted() from None

    def _await_stored(self) -> None:
        """DBOS stores the result after the body has ended, in its own thread."""
        end = time.monotonic() + self._patience_s
        while (known := DBOS.get_workflow_status(self._run_id)) is None or known.status != "SUCCESS":
            if time.monotonic() > end:
                raise StorageError(
                    f"The run's result could not be stored in {self._path}.", hint="`adw resume` stores it again."
                )
            time.sleep(_STORE_POLL_S)

    def _interrupted(self) -> Interrupted:
        return Interrupted(f"Run {self._run_id} was interrupted.", hint=f"Go on with `adw resume {self._run_id}`.")


class _Order:
    """Whether a step may be taken now: inside a run, not inside another step, not after one that failed.

    The calls that this refuses are mistakes of the program, not of its user.
    """

    def __init__(self) -> None:
        self._refusal = "outside of a run"

    def open(self) -> None:
        self._refusal = ""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        if self._refusal:
            raise RuntimeError(f"step {name!r} {self._refusal}")
        self._refusal = f"inside step {name!r}"
        try:
            yield
        except BaseException:
            # On resume the failed step is tried again: a step taken after it now would not fit then.
            self._refusal = f"after step {name!r} failed"
            raise
        self._refusal = ""


class _Unrecorded(BaseException):
    """Leaves a step or the workflow without a trace in the store: DBOS stores no BaseException."""


class _Once:
    """A step's body: whether it was called, and what it raised."""

    def __init__(self, body: Callable[[], JsonValue]) -> None:
        self._body = body
        self.called = False
        self.error: BaseException | None = None

    def __call__(self) -> JsonValue:
        self.called = True
        try:
            return _plain(self._body())
        except BaseException as error:
            self.error = error
            raise _Unrecorded from error


class _Execution:
    """One execution of the run's body, seen from the caller's thread, from DBOS' and from the body's own."""

    def __init__(self, body: Callable[[], JsonValue]) -> None:
        self._body = body
        self._released = threading.Event()
        self.begun = threading.Event()
        self.ended = threading.Event()
        self.value: JsonValue = None
        self.error: BaseException | None = None

    def conduct(self) -> JsonValue:
        """In DBOS' thread: wait for the body, or until nobody waits for it any more."""
        self.begun.set()
        context = contextvars.copy_context()  # DBOS keeps there which workflow a step belongs to.
        threading.Thread(target=context.run, args=(self._run,), name="adw-run", daemon=True).start()
        self._released.wait()
        if self.error is not None or not self.ended.is_set():
            raise _Unrecorded
        return self.value

    def abandon(self) -> None:
        self._released.set()

    def _run(self) -> None:
        try:
            self.value = _plain(self._body())
        except BaseException as error:  # noqa: BLE001 - raised again by `run`, in the caller's thread
            self.error = error
        self.ended.set()
        self._released.set()


class _Json(Serializer):
    """Stored values are JSON that anyone can read; DBOS' default is pickle."""

    def name(self) -> str:
        return "adw_json"

    def serialize(self, data: Any) -> str:
        return json.dumps(data, allow_nan=False)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805 - the name in DBOS' own base class
        return json.loads(serialized_data)


def _plain(value: JsonValue) -> JsonValue:
    """What JSON makes of `value`: a first run sees the same as a resumed one. Raises TypeError or ValueError."""
    return json.loads(json.dumps(value, allow_nan=False))


@contextmanager
def _dbos(path: Path, execution: _Execution) -> Iterator[Callable[[], JsonValue]]:
    """DBOS over the file, for as long as the block runs, and the workflow that conducts `execution`."""
    quiet = logging.getLogger("dbos")
    if not quiet.handlers:
        quiet.addHandler(logging.NullHandler())  # Else DBOS adds one that writes to standard error.
    engine = _engine(path)
    try:
        with _storage(path):
            resuming = path.exists()
            _check_file(path)
            DBOS(config=_config(engine))

            @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)
            def conduct() -> JsonValue:
                return execution.conduct()

            DBOS.listen_queues([_QUEUE] if resuming else [])
            DBOS.launch()
            # For the next launch: a queue that is known before is looked at from the first moment.
            DBOS.register_queue(_QUEUE, polling_interval_sec=_QUEUE_POLL_S, on_conflict="never_update")
        yield conduct
    finally:
        execution.abandon()
        DBOS.destroy(destroy_registry=True)
        engine.dispose()


def _config(engine: sqlalchemy.Engine) -> DBOSConfig:
    return {
        "name": "adw",
        "system_database_engine": engine,
        "application_version": JOURNAL_VERSION,
        "executor_id": str(uuid.uuid4()),
        "serializer": _Json(),
        "log_level": "CRITICAL",
        "enable_otlp": False,
        # DBOS.destroy waits for the end of such an interval. No run waits for notifications.
        "notification_listener_polling_interval_sec": 0.05,
    }


def _engine(path: Path) -> sqlalchemy.Engine:
    """As DBOS makes its own for SQLite, and with `unixepoch` where SQLite's is too old."""
    engine = sqlalchemy.create_engine(sqlalchemy.URL.create("sqlite", database=str(path)))

    @sqlalchemy.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")
        if sqlite3.sqlite_version_info < _SUBSEC_SINCE:
            connection.create_function("unixepoch", -1, lambda *_: time.time())

    return engine


def _check_file(path: Path) -> None:
    """Raise what makes the file unusable now: DBOS waits for a locked one for ever."""
    connection = sqlite3.connect(path, timeout=_LOCKED_S, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()


_HINTS = {
    "full": "Free some space on the disk, then `adw resume`.",
    "locked": "Another program has the file open: close it, then `adw resume`.",
    "readonly": "Make the file and its folder writable, then `adw resume`.",
    "I/O error": "See that the disk has space and is in order, then `adw resume`.",
    "unable to open": "Make the folder and see that it is writable.",
    "not a database": "The file is damaged: the run cannot be resumed. Start a new one.",
    "malformed": "The file is damaged: the run cannot be resumed. Start a new one.",
}


@contextmanager
def _storage(path: Path) -> Iterator[None]:
    """What SQLite and DBOS raise, as StorageError with the path."""
    try:
        yield
    except dbos_error.DBOSUnexpectedStepError as error:
        raise StorageError(
            f"The journal {path} holds other steps than this adw takes: {error.message}",
            hint="The run was made by another version of adw: resume it with that one, or start a new run.",
        ) from error
    except dbos_error.DBOSWorkflowConflictIDError as error:
        raise RunConflict(
            f"Another process has resumed the run in {path}.", hint="Only that process goes on with it."
        ) from error
    except (sqlite3.Error, sqlalchemy.exc.SQLAlchemyError, dbos_error.DBOSException, OSError) as error:
        reason = str(getattr(error, "orig", None) or error)
        hint = next((hint for mark, hint in _HINTS.items() if mark in reason), "")
        raise StorageError(f"The journal {path} cannot be used: {reason}.", hint=hint) from error
