"""The queue and its workers for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from adw.cli.pieces import Raw, cell, counted, grid, one_line, outcome_cell, plain
from adw.domain.queue import QueueAdded, QueueList, QueueRow, QueueState, WorkDone, WorkerReport
from adw.domain.run import Outcome

_OPEN = {QueueState.QUEUED, QueueState.WAITING, QueueState.RUNNING}
_STYLES = {
    QueueState.WAITING: "yellow",
    QueueState.RUNNING: "yellow",
    QueueState.CANCELLED: "red",
    QueueState.GIVEN_UP: "red",
}


def added(result: QueueAdded) -> Iterator[RenderableType]:
    """What was queued, what was not and why, and how to follow it."""
    if result.runs:
        yield _table(result.runs)
    for one in result.refused:
        yield cell(f"not queued: {one.issue}: {one.reason}", style="yellow")
    if result.runs:
        yield cell(f"{counted(len(result.runs), 'run')} queued; follow with: adw queue list")
    else:
        yield cell("nothing was queued; what there is: adw queue list")


def listed(result: QueueList) -> Iterator[RenderableType | Raw]:
    """The queue, what became of its runs, and whether anybody works on it."""
    if result.runs:
        yield from _told(result.runs)
    else:
        yield cell("nothing is queued; queue something with: adw queue add ISSUE")
    if result.workers:
        yield cell(f"{counted(len(result.workers), 'worker')}: {', '.join(result.workers)}")
    elif any(row.state in _OPEN for row in result.runs):
        yield cell("no worker is running: start one with: adw worker", style="yellow")


def cancelled(row: QueueRow) -> Iterator[RenderableType]:
    """Whether it is, or will be, or is too late."""
    if row.state is QueueState.CANCELLED:
        yield cell(f"{row.run_id} is cancelled")
    elif row.state in _OPEN:
        yield cell(f"{row.run_id} is told to stop; whether it has: adw queue list")
    else:
        yield cell(f"{row.run_id} has ended: ").append(_standing(row))


def worked(result: WorkerReport) -> Iterator[RenderableType | Raw]:
    """All that the worker did, also what failed."""
    if result.done:
        yield from _told(result.done)
    kinds = Counter(_standing(row).plain for row in result.done if row.state not in _OPEN)
    ended = counted(sum(kinds.values()), "run")
    yield cell(f"{ended} ended" + "".join(f", {number} {kind}" for kind, number in kinds.most_common()))


def done(result: WorkDone) -> Iterator[RenderableType]:
    """One run, as the worker's child leaves it."""
    yield outcome_cell(result.outcome)
    for part in _made(result):
        yield cell(part)


def _told(rows: Sequence[QueueRow]) -> Iterator[RenderableType | Raw]:
    yield _table(rows)
    lines = [f"{row.run_id}  {'; '.join(more)}\n" for row in rows if (more := [*_more(row)])]
    if lines:
        yield Raw(plain("".join(("\n", *lines))))  # not folded: branches and addresses are to be copied


def _table(rows: Sequence[QueueRow]) -> Table:
    """Without the columns in which nothing would stand."""
    several = len({row.where for row in rows}) > 1
    columns = {
        "run": [cell(row.run_id) for row in rows],
        "state": [_standing(row) for row in rows],
        ">priority": [cell(f"{row.priority}") for row in rows],
        ">tokens": [cell(f"{row.done.tokens:,}" if row.done and row.done.tokens else "") for row in rows],
        "repository": [cell(_last(row.where) if several else "") for row in rows],
        "issue": [one_line(row.title) for row in rows],
    }
    told = {heading: cells for heading, cells in columns.items() if any(one.plain for one in cells)}
    table = grid(*told)
    for line in zip(*told.values(), strict=True):
        table.add_row(*line)
    return table


def _standing(row: QueueRow) -> Text:
    """An ended run's outcome says more than that it has ended."""
    if row.state is QueueState.ENDED and row.done:
        return outcome_cell(row.done.outcome)
    return cell(row.state.replace("_", " "), style=_STYLES.get(row.state, ""))


def _more(row: QueueRow) -> Iterator[str]:
    """What is too long for a column: who is at it, what it waits for, where its work is to be found."""
    if row.worker and row.state in {QueueState.RUNNING, QueueState.GIVEN_UP}:
        yield f"worker {row.worker}"
    if row.starts_at and row.state is QueueState.WAITING:
        yield f"until {row.starts_at.astimezone():%Y-%m-%d %H:%M}"  # of the clock on the wall: when to look again
    if row.done:
        yield from _made(row.done)


def _made(work: WorkDone) -> Iterator[str]:
    """Where it is to be found, and why there is not more of it."""
    if place := work.pull_request or work.branch:
        yield place
    if work.detail and work.outcome is not Outcome.PASSED:
        yield " ".join(work.detail.split())


def _last(where: str) -> str:
    return where.rstrip("/").rpartition("/")[2].removesuffix(".git")
