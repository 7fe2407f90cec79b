"""`adw worker`: does the runs of the queue, each in a process of its own."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from types import FrameType

from adw.adapters.child_run import ChildFailed, Stop, end_all, run_in_child
from adw.adapters.clock import StopFlag
from adw.adapters.durable.worker import Heard, Worker
from adw.config import Environment, Settings
from adw.config import load as load_settings
from adw.domain.codec import dump, load
from adw.domain.events import Notice
from adw.domain.queue import QueuedRun, QueueRow, WorkDone, WorkerReport
from adw.domain.run import Outcome
from adw.errors import AdwError, StorageError, WorkspaceError
from adw.ports import Observer
from adw.wiring.house import Place, open_house
from adw.wiring.queueing import queue_place
from adw.wiring.working import again

_CHILD = ("worker", "--child", "--json")
_MOST_RESTARTS = 10
"""Of one process of a worker that does several runs at a time, when something kills it."""


def serve_queue(*, concurrency: int, drain: bool, observer: Observer, place: Place | None = None) -> WorkerReport:
    """Work off the queue until ctrl-C or SIGTERM; with `drain`, until nothing is left to do now.

    Raises StorageError.
    """
    place = place or Place()
    done: list[QueueRow] = []

    def told(row: QueueRow) -> None:
        done.append(row)
        observer.tell(Notice(_line(row)))

    with _ended_by_signal():
        try:
            if concurrency == 1:
                _serve(place, told, drain=drain)
            else:
                _serve_several(concurrency, told, drain=drain)
        except KeyboardInterrupt:
            observer.tell(Notice("stopped; what was under way is left to other workers"))
    return WorkerReport(tuple(done))


def _serve(place: Place, told: Callable[[QueueRow], None], *, drain: bool) -> None:
    environment, settings = Environment.read(place.variables), _settings(place)

    def work(run: QueuedRun, start: int, stop: Stop) -> WorkDone:
        order = {"run": dump(run), "start": start}
        try:
            answer = run_in_child(_CHILD, order, stop, folder=place.folder, environment=place.variables)
        except ChildFailed as error:
            return again(settings, start, StorageError(f"its process ended without an answer: {error}"))
        if answer["ok"]:
            return load(WorkDone, answer["data"])
        problem = answer["errors"][0]
        return WorkDone(Outcome.CANCELLED if problem["code"] == "interrupted" else Outcome.CRASHED, problem["message"])

    worker = Worker(queue_place(environment), work, Heard(told, _lost), most_per_hour=settings.queue.starts_per_hour)
    worker.serve(StopFlag(), drain=drain)


def _lost() -> None:
    """Others take this worker's runs over soon: nothing of it may be alive then."""
    end_all()
    sys.stderr.write("error: the database cannot be reached: the worker ends, and leaves its runs to others\n")
    sys.stderr.flush()
    os._exit(StorageError.exit_code)


def _serve_several(number: int, told: Callable[[QueueRow], None], *, drain: bool) -> None:
    """As many processes: DBOS is one object in each."""
    context = multiprocessing.get_context("spawn")
    slots = [_Slot(context, drain=drain) for _ in range(number)]
    try:
        while any(slot.open for slot in slots):
            for ready in wait([slot.receiver for slot in slots if slot.open]):
                slot = next(one for one in slots if one.receiver is ready)
                if row := slot.heard():
                    told(row)
    finally:
        for slot in slots:
            slot.stop()


class _Slot:
    """One of the processes."""

    def __init__(self, context: multiprocessing.context.SpawnContext, *, drain: bool) -> None:
        self._context = context
        self._drain = drain
        self._starts = 0
        self._start()

    def _start(self) -> None:
        self.receiver, sender = self._context.Pipe(duplex=False)
        self._process = self._context.Process(target=_slot, args=(sender, self._drain))
        self._process.start()
        sender.close()
        self.open = True
        self._starts += 1

    def heard(self) -> QueueRow | None:
        """A run that is over. None where the process has ended; one that was killed is started again."""
        try:
            said = self.receiver.recv()
        except EOFError:
            self.open = False
            self._process.join()
            if self._process.exitcode and self._process.exitcode < 0 and self._starts <= _MOST_RESTARTS:
                self._start()
            elif self._process.exitcode:
                raise StorageError("a process of the worker failed: its message stands above") from None
            return None
        return load(QueueRow, said)

    def stop(self) -> None:
        if self._process.is_alive() and self._process.pid:
            os.kill(self._process.pid, signal.SIGTERM)
        self._process.join()


def _slot(sender: Connection, drain: bool) -> None:  # noqa: FBT001 - multiprocessing passes no keywords here
    """In the process: serve until the parent says so or is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C reaches the parent too, which passes it on as SIGTERM
    with _ended_by_signal():
        try:
            _serve(Place(), lambda row: sender.send(dump(row)), drain=drain)
        except KeyboardInterrupt:
            pass
        except AdwError as error:
            raise SystemExit(f"{error.message} {error.hint}") from error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM is as good as ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _settings(place: Place) -> Settings:
    """Of the repository that the worker was started in; else the user's own."""
    try:
        return open_house(place).settings
    except WorkspaceError:
        return load_settings(None, place.variables)


def _line(row: QueueRow) -> str:
    done = row.done or WorkDone(Outcome.CRASHED)
    where = done.pull_request or done.branch
    return f"{row.run_id} {done.outcome}: {row.title}" + (f" ({where})" if where else "")
