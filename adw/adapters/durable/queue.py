"""The queue of runs: a DBOS queue, seen from those who put runs into it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from dbos import DBOSClient, EnqueueOptions, Queue, WorkflowStatus
from dbos import error as dbos_error

from adw.adapters.durable.presence import alive
from adw.adapters.durable.session import looking
from adw.adapters.durable.storage import Database
from adw.domain.codec import dump, load
from adw.domain.queue import QueuedRun, QueueRow, QueueState, WorkDone
from adw.errors import UnknownRun, UsageError

QUEUE = "adw_runs"
WORKFLOW = "adw_queued_run"
QUEUE_VERSION = "queue 1"
"""Of what is stored for a queued run: workers do only what they understand."""
RUN_WORKFLOW = "adw_run"
PREFIX = "queued "
"""A run's journal has the run's id; the work on it is another workflow."""
UNTIL = "until"
"""The attribute that says when a run that waits is gone on with (ISO 8601)."""
WHY = "why"

_STATES = {
    "ENQUEUED": QueueState.QUEUED,
    "DELAYED": QueueState.WAITING,
    "PENDING": QueueState.RUNNING,
    "SUCCESS": QueueState.ENDED,
    "ERROR": QueueState.GIVEN_UP,
    "CANCELLED": QueueState.CANCELLED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": QueueState.GIVEN_UP,
}
_OPEN = (QueueState.RUNNING, QueueState.QUEUED, QueueState.WAITING)
_MOST_FORGOTTEN = 1_000
"""At once: it is done whenever a worker starts."""
_POLL_S = 1.0


class DbosQueue:
    """Every method raises StorageError where the database cannot be used."""

    def __init__(self, where: Path | str) -> None:
        self._database = Database.at(where)

    def add(self, runs: Iterable[QueuedRun], *, delay_s: float = 0.0) -> dict[str, str]:
        """Queue the runs, to start after `delay_s`. Those that were not queued, with the run that their issue has."""
        refused = {}
        with looking(self._database) as client, self._database.in_our_words():
            known(client)
            for run in runs:
                try:
                    client.enqueue(_options(run, delay_s), dump(run))
                except dbos_error.DBOSQueueDeduplicatedError:
                    refused[run.run_id] = _holder(client, run.key)
        return refused

    def rows(self, ended_since: datetime | None = None) -> tuple[QueueRow, ...]:
        """Those under way, those to come in the order in which they are started, the ended from the newest on.

        `ended_since`: without those that ended before; None: all.
        """
        with looking(self._database) as client, self._database.in_our_words():
            if ended_since is None:
                found = client.list_workflows(name=WORKFLOW)
            else:
                found = client.list_workflows(name=WORKFLOW, status=["PENDING", "ENQUEUED", "DELAYED"])
                found += client.list_workflows(name=WORKFLOW, completed_after=ended_since.isoformat())
        return tuple(_ordered(map(row_of, found)))

    def workers(self) -> tuple[str, ...]:
        """The names of those that are alive."""
        with self._database.in_our_words():
            return alive(self._database)

    def cancel(self, run_id: str) -> QueueRow:
        """Take the run, by its id or the unambiguous beginning of one, from the queue, or from the worker that does it.

        Raises UnknownRun, and UsageError where it has ended.
        """
        with looking(self._database) as client, self._database.in_our_words():
            found = client.list_workflows(workflow_id_prefix=PREFIX + run_id)
            exact = [one for one in found if one.workflow_id == PREFIX + run_id] or found
            if len(exact) != 1:
                several = f"{len(exact)} queued runs begin with" if exact else "no queued run has the id"
                raise UnknownRun(f"{several} {run_id!r}", hint="`adw queue list` shows the ids")
            row = row_of(exact[0])
            if row.state not in _OPEN:
                raise UsageError(f"run {row.run_id} is not under way: {row.state}", hint="there is nothing to cancel")
            client.cancel_workflow(exact[0].workflow_id)
            return row_of(client.list_workflows(workflow_ids=[exact[0].workflow_id])[0])


def known(client: DBOSClient) -> Queue:
    """The queue, made where it is not there yet."""
    return client.retrieve_queue(QUEUE) or client.register_queue(
        QUEUE, worker_concurrency=1, polling_interval_sec=_POLL_S, on_conflict="never_update"
    )


def forget(client: DBOSClient, before: datetime) -> None:
    """Delete what is kept of queued runs that ended before that, and their journals."""
    over = client.list_workflows(
        name=[WORKFLOW, RUN_WORKFLOW],
        completed_before=before.isoformat(),
        limit=_MOST_FORGOTTEN,
        load_input=False,
        load_output=False,
    )
    if over:
        client.delete_workflows([one.workflow_id for one in over])


def _options(run: QueuedRun, delay_s: float) -> EnqueueOptions:
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": QUEUE,
        "workflow_id": PREFIX + run.run_id,
        "app_version": QUEUE_VERSION,
        "workflow_id_reuse_policy": "reject",
        "deduplication_id": run.key,
        "priority": run.priority,
    }
    if delay_s > 0:
        options["delay_seconds"] = delay_s
    return options


def row_of(status: WorkflowStatus) -> QueueRow:
    """The queued run as it stands."""
    run = load(QueuedRun, status.input["args"][0] if status.input else None)
    state = _STATES[status.status]
    attributes = status.attributes or {}
    until = attributes.get(UNTIL) if state is QueueState.RUNNING else None
    starts_at = datetime.fromisoformat(until) if until else None
    if state is QueueState.WAITING and status.delay_until_epoch_ms:
        starts_at = datetime.fromtimestamp(status.delay_until_epoch_ms / 1000, UTC)
    done = status.output if state is QueueState.ENDED else attributes.get(WHY)
    started = state not in (QueueState.QUEUED, QueueState.WAITING)
    return row_for(
        run,
        QueueState.WAITING if starts_at else state,
        worker=(status.executor_id or "") if started else "",
        done=load(WorkDone, done) if done else None,
        starts_at=starts_at,
    )


def row_for(
    run: QueuedRun,
    state: QueueState,
    *,
    worker: str = "",
    done: WorkDone | None = None,
    starts_at: datetime | None = None,
) -> QueueRow:
    """The queued run in that state."""
    return QueueRow(
        run_id=run.run_id,
        title=run.issue.title,
        source=run.issue.source,
        where=run.where,
        priority=run.priority,
        state=state,
        added_at=run.added_at,
        starts_at=starts_at,
        worker=worker,
        done=done,
    )


def _ordered(rows: Iterable[QueueRow]) -> list[QueueRow]:
    def place(row: QueueRow) -> tuple[int, float, float]:
        if row.state in _OPEN:
            first = row.starts_at.timestamp() if row.starts_at else 0.0
            return _OPEN.index(row.state), first or row.priority, row.added_at.timestamp()
        return len(_OPEN), -row.added_at.timestamp(), 0.0

    return sorted(rows, key=place)


def _holder(client: DBOSClient, key: str) -> str:
    """The run that the issue has already."""
    held = client.list_workflows(queue_name=QUEUE, status=["ENQUEUED", "DELAYED", "PENDING"])
    return next((row_of(one).run_id for one in held if one.deduplication_id == key), "")
