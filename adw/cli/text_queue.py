"""The queue and its workers for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from adw.cli.pieces import cell, counted, grid, one_line, outcome_cell
from adw.domain.queue import QueueAdded, QueueList, QueueRow, QueueState, WorkDone, WorkerReport
from adw.domain.run import Outcome

_OPEN = {QueueState.QUEUED, QueueState.WAITING, QueueState.RUNNING}


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


def listed(result: QueueList) -> Iterator[RenderableType]:
    """The queue, what became of its runs, and whether anybody works on it."""
    if not result.runs:
        yield cell("nothing is queued; queue something with: adw queue add ISSUE")
        return
    yield from _told(result.runs)
    if not result.workers and any(row.state in _OPEN for row in result.runs):
        yield cell("no worker is running: start one with: adw worker", style="yellow")


def cancelled(row: QueueRow) -> Iterator[RenderableType]:
    """Whether it is, or will be, or is too late."""
    if row.state is QueueState.CANCELLED:
        yield cell(f"{row.run_id} is cancelled")
    elif row.state in _OPEN:
        yield cell(f"{row.run_id} is told to stop; whether it has: adw queue list")
    else:
        yield cell(f"{row.run_id} has ended: ").append(_standing(row))


def worked(result: WorkerReport) -> Iterator[RenderableType]:
    """All that the worker did, also what failed."""
    if result.done:
        yield from _told(result.done)
    kinds = Counter(_standing(row).plain for row in result.done if row.state not in _OPEN)
    ended = counted(sum(kinds.values()), "run")
    yield cell(f"{ended} ended" + "".join(f", {number} {kind}" for kind, number in kinds.most_common()))


def done(result: WorkDone) -> Iterator[RenderableType]:
    """One run, as the worker's child leaves it."""
    yield outcome_cell(result.outcome)
    if fruit := _fruit(result):
        yield cell(fruit)


def _told(rows: Sequence[QueueRow]) -> Iterator[RenderableType]:
    yield _table(rows)
    fruits = [(row.run_id, fruit) for row in rows if row.done and (fruit := _fruit(row.done))]
    if not fruits:
        return
    yield cell("")
    table = grid("", "")
    for run_id, fruit in fruits:
        table.add_row(cell(run_id), cell(fruit))
    yield table


def _table(rows: Sequence[QueueRow]) -> Table:
    """Without the columns in which nothing would stand."""
    several = len({row.where for row in rows}) > 1
    columns = {
        "run": [cell(row.run_id) for row in rows],
        "state": [_standing(row) for row in rows],
        ">priority": [cell(f"{row.priority}") for row in rows],
        ">tokens": [cell(f"{row.done.tokens:,}" if row.done and row.done.tokens else "") for row in rows],
        "worker": [cell(row.worker) for row in rows],
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
    if row.state is QueueState.WAITING and row.starts_at:
        return cell(f"until {_local(row.starts_at)}", style="yellow")
    style = {QueueState.RUNNING: "yellow", QueueState.GIVEN_UP: "red", QueueState.CANCELLED: "red"}.get(row.state, "")
    return cell(row.state.replace("_", " "), style=style)


def _fruit(made: WorkDone) -> str:
    """Where the run's work is to be found, and why there is not more of it."""
    place = made.pull_request or made.branch
    why = "" if made.outcome is Outcome.PASSED else made.detail
    return "; ".join(part for part in (place, why) if part)


def _local(at: datetime) -> str:
    """Of this machine's clock on the wall: when to look again."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _last(where: str) -> str:
    return where.rstrip("/").rpartition("/")[2].removesuffix(".git")
