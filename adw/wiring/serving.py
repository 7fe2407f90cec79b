"""One process of a worker: does one queued run at a time, each in a child process."""

import os
import sys
from collections.abc import Callable

from adw.adapters.child_run import ChildFailed, end_all, run_in_child
from adw.adapters.clock import StopFlag
from adw.adapters.durable.worker import Heard, Worker
from adw.config import Environment
from adw.domain.codec import dump, load
from adw.domain.queue import QueuedRun, QueueRow, WorkDone
from adw.domain.run import Outcome
from adw.errors import StorageError
from adw.ports import StopSignal
from adw.wiring.account import settings_at
from adw.wiring.place import Place
from adw.wiring.queueing import queue_place
from adw.wiring.working import tried_again

_CHILD = ("worker", "--child", "--json")


def serve(place: Place, told: Callable[[QueueRow], None], *, drain: bool) -> None:
    """Until KeyboardInterrupt; with `drain`, until nothing is left to do now. Raises StorageError."""
    environment, settings = Environment.read(place.variables), settings_at(place)

    def work(run: QueuedRun, start: int, stop: StopSignal) -> WorkDone:
        order = {"run": dump(run), "start": start}
        try:
            answer = run_in_child(_CHILD, order, stop, folder=place.folder, environment=place.variables)
        except ChildFailed as error:
            # Once at once: something may have killed it by chance. Again, and it is the run that does it.
            said = f"its process ended without an answer: {error}"
            return WorkDone(Outcome.CRASHED, said, tried_again(settings, start, at_once=start == 1))
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
