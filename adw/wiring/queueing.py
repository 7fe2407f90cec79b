"""Puts runs into the queue, and looks at it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from adw.adapters.clock import RandomIds, SystemClock
from adw.adapters.git.addresses import public_address
from adw.adapters.git.push import Origin
from adw.config import Environment
from adw.domain.queue import QueueAdded, QueuedRun, QueueList, QueueRefused, QueueRow, QueueState, priority_of
from adw.domain.results import RunRequest
from adw.errors import QuotaExceeded, WorkspaceError
from adw.wiring.github import fetch_issue, login
from adw.wiring.house import House, Place, open_house, shared_database
from adw.wiring.preflight import feasible, redacted
from adw.wiring.publishing import publication_of
from adw.wiring.quota import allowed_again, start_of_run

_LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where queued runs of a repository begin."""

    where: str
    branch: str = ""
    warnings: tuple[str, ...] = ()


def queue_place(environment: Environment) -> Path | str:
    """The database of the queue: the shared one, else a file of the user's."""
    if shared := shared_database(environment):
        return shared
    environment.data_home.mkdir(parents=True, exist_ok=True)
    return environment.data_home / "queue.db"


def queue_runs(
    issues: tuple[str, ...], request: RunRequest, priority: int | None, place: Place | None = None
) -> QueueAdded:
    """One run for each issue, unless it has one. Raises UsageError and its kin where they could not begin."""
    from adw.adapters.durable.queue import DbosQueue  # noqa: PLC0415 - DBOS takes half a second to import

    house = open_house(place)
    feasible(house, request)
    start = _start(house)
    fetched = [(reference, redacted(house, fetch_issue(house, reference))) for reference in dict.fromkeys(issues)]
    if request.publish:
        for _, issue in fetched:
            publication_of(house, issue)
    delay_s, said = _delay(house, request)
    queue = DbosQueue(queue_place(house.environment))
    ids = _ids(house, len(fetched))
    runs = {
        reference: QueuedRun(
            run_id=run_id,
            issue=issue,
            request=replace(request, issue=issue.source),
            where=start.where,
            added_at=house.clock.now(),
            branch=start.branch,
            priority=priority or priority_of(issue),
        )
        for run_id, (reference, issue) in zip(ids, fetched, strict=True)
    }
    held = queue.add(runs.values(), delay_s=delay_s)
    refused = [
        QueueRefused(reference, f"it has a run already: {held[run.run_id]}")
        for reference, run in runs.items()
        if run.run_id in held
    ]
    there = {row.run_id: row for row in queue.rows(house.clock.now())}
    rows = tuple(there[run.run_id] for run in runs.values() if run.run_id in there)
    idle = () if queue.workers() else ("no worker is running: start one with adw worker",)
    return QueueAdded(rows, tuple(refused), (*start.warnings, *said, *idle))


def _ids(house: House, number: int) -> list[str]:
    """As many different ones: of a hundred that are made in one second, two are alike in one case of seven."""
    made: dict[str, None] = {}
    while len(made) < number:
        made[RandomIds(house.clock).run_id()] = None
    return list(made)


def queue_list(*, ended: bool, place: Place | None = None) -> QueueList:
    """The queue of the user's machines; of what has ended only the last day's, unless `ended`."""
    from adw.adapters.durable.queue import DbosQueue  # noqa: PLC0415

    environment = Environment.read((place or Place()).variables)
    queue = DbosQueue(queue_place(environment))
    rows, workers = queue.rows(None if ended else SystemClock().now() - _LATELY), queue.workers()
    return QueueList(tuple(_as_it_is(row, workers) for row in rows), workers)


def _as_it_is(row: QueueRow, workers: tuple[str, ...]) -> QueueRow:
    """What a worker had under way that is gone waits for another one."""
    gone = row.state is QueueState.RUNNING and row.worker not in workers
    return replace(row, state=QueueState.QUEUED, worker="") if gone else row


def queue_cancel(run_id: str, place: Place | None = None) -> QueueRow:
    """Take a run out of the queue; a worker that does it stops within seconds. Raises UnknownRun, UsageError."""
    from adw.adapters.durable.queue import DbosQueue  # noqa: PLC0415

    return DbosQueue(queue_place(Environment.read((place or Place()).variables))).cancel(run_id)


def _start(house: House) -> _Start:
    """Here, on one machine; from the remote, where several do the runs. Raises WorkspaceError."""
    if not shared_database(house.environment):
        return _Start(str(house.repository.root))
    origin = Origin(house.repository)
    address = origin.url()
    if not address:
        raise WorkspaceError(
            "with ADW_DATABASE_URL, workers clone the repository, and this one has no remote `origin`",
            hint="git remote add origin ADDRESS, git push -u origin HEAD",
        )
    given = login(house.environment)
    branch = house.repository.branch or origin.default_branch(**given)
    tip = origin.tip(branch, **given)
    if not tip:
        raise WorkspaceError(
            f"origin has no branch {branch}, from which workers would start", hint=f"git push -u origin {branch}"
        )
    ahead = f"what is committed here but not on origin/{branch} is not seen by queued runs"
    return _Start(public_address(address), branch, () if tip == house.repository.head else (ahead,))


def _delay(house: House, request: RunRequest) -> tuple[float, tuple[str, ...]]:
    """How long a run has to wait for the next period of the quota: seconds, and what to say of it."""
    try:
        start_of_run(house, request.level, replay=False)
    except QuotaExceeded as error:
        begins = allowed_again(house)
        wait_s = (begins - house.clock.now()).total_seconds()
        said = f"{error.message}: it starts at {begins.astimezone(house.settings.allowance().zone):%Y-%m-%d %H:%M %Z}"
        return wait_s, (said,)
    return 0.0, ()
