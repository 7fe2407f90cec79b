"""One process of a worker: does one queued run at a time, each in a child process."""

import os
import sys
from collections.abc import Callable

from adw.adapters.child_run import ChildFailed, Stop, end_all, run_in_child
from adw.adapters.clock import StopFlag
from adw.adapters.durable.worker import Heard, Worker
from adw.config import Environment, Settings
from adw.config import load as load_settings
from adw.domain.codec import dump, load
from adw.domain.queue import QueuedRun, QueueRow, WorkDone
from adw.domain.run import Outcome
from adw.errors import StorageError, WorkspaceError
from adw.wiring.house import Place, open_house
from adw.wiring.queueing import queue_place
from adw.wiring.working import again

_CHILD = ("worker", "--child", "--json")


def serve(place: Place, told: Callable[[QueueRow], None], *, drain: bool) -> None:
    """Until KeyboardInterrupt; with `drain`, until nothing is left to do now. Raises StorageError."""
    environment, settings = Environment.read(place.variables), _settings(place)

    def work(run: QueuedRun, start: int, stop: Stop) -> WorkDone:
        order = {"run": dump(run), "start": start}
        try:
            answer = run_in_child(_CHILD, order, stop, folder=place.folder, environment=place.variables)
        except ChildFailed as error:
            # Once at once: something may have killed it by chance. Again, and it is the run that does it.
            why = StorageError(f"its process ended without an answer: {error}")
            return again(settings, start, why, at_once=start == 1)
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


def _settings(place: Place) -> Settings:
    """Of the repository that the worker was started in; else the user's own."""
    try:
        return open_house(place).settings
    except WorkspaceError:
        return load_settings(None, place.variables)
