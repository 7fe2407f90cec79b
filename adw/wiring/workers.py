"""`adw worker`: does the runs of the queue."""

from adw.domain.events import Notice
from adw.domain.queue import QueueRow, WorkDone, WorkerReport
from adw.domain.run import Outcome
from adw.ports import Observer
from adw.wiring.place import Place
from adw.wiring.serving import serve
from adw.wiring.slots import serve_several


def serve_queue(*, concurrency: int, drain: bool, observer: Observer, place: Place | None = None) -> WorkerReport:
    """Work off the queue until ctrl-C; with `drain`, until nothing is left to do now.

    Raises StorageError.
    """
    place = place or Place()
    done: list[QueueRow] = []

    def told(row: QueueRow) -> None:
        done.append(row)
        observer.tell(Notice(_line(row)))

    try:
        if concurrency == 1:
            serve(place, told, drain=drain)
        else:
            serve_several(concurrency, told, drain=drain)
    except KeyboardInterrupt:
        observer.tell(Notice("stopped; what was under way is left to other workers"))
    return WorkerReport(tuple(done))


def _line(row: QueueRow) -> str:
    done = row.done or WorkDone(Outcome.CRASHED)
    where = done.pull_request or done.branch
    return f"{row.run_id} {done.outcome}: {row.title}" + (f" ({where})" if where else "")
