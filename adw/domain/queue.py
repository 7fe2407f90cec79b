"""Runs that wait for a worker: what was asked, what became of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from adw.domain.issue import Issue
from adw.domain.results import RunRequest
from adw.domain.run import Outcome

FIRST, USUAL, LAST = 1, 3, 1000
"""Priorities: the lower one is done first."""

_RANKS = {
    **dict.fromkeys(("p0", "urgent", "critical", "highest", "blocker"), 1),
    **dict.fromkeys(("p1", "high"), 2),
    **dict.fromkeys(("p2", "medium", "normal"), USUAL),
    **dict.fromkeys(("p3", "low", "minor"), 4),
    **dict.fromkeys(("p4", "lowest", "trivial"), 5),
}
_LABEL = re.compile(r"prio(?:rity)?\s*[-:/_ ]\s*(?P<rank>\w+)", re.IGNORECASE)


def rank_of(text: str) -> int | None:
    """The priority that a word or a number means; None where it means none."""
    word = text.strip().lower()
    if word.isdecimal():
        return min(max(int(word), FIRST), LAST)
    return _RANKS.get(word)


def priority_of(issue: Issue) -> int:
    """By its front matter, else the first of its labels (`priority: high`, `P1`, `urgent`)."""
    ranks = [rank for label in issue.labels if (rank := _rank_of_label(label.strip())) is not None]
    return rank_of(issue.priority) or min(ranks, default=USUAL)


def _rank_of_label(label: str) -> int | None:
    if match := _LABEL.fullmatch(label):
        return rank_of(match["rank"])
    return None if label.isdecimal() else rank_of(label)


class QueueState(StrEnum):
    QUEUED = "queued"
    WAITING = "waiting"
    """For the next period of the quota, or for another try."""
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"
    GIVEN_UP = "given_up"
    """It took its workers down with it too often."""


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """Everything that a worker needs to do the run, on whichever machine."""

    run_id: str
    issue: Issue
    request: RunRequest
    """As for `adw run`; its issue is there already."""
    where: str
    """The repository: a folder of this machine, or the address of the remote that workers clone."""
    added_at: datetime
    """UTC."""
    branch: str = ""
    """The remote's branch that the run starts from; empty in a folder: what is checked out there."""
    priority: int = USUAL

    @property
    def cloned(self) -> bool:
        """Whether workers clone the repository: then any machine may do the run."""
        return bool(self.branch)

    @property
    def key(self) -> str:
        """Same for runs of one issue of one repository, of which there is one at a time."""
        return f"{self.where}#{self.issue.key}"


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What a worker made of a queued run, this time."""

    outcome: Outcome
    detail: str = ""
    again_at: datetime | None = None
    """When it is to be gone on with; None: it is over."""
    branch: str = ""
    """Of the run, where it has commits."""
    commit: str = ""
    tokens: int = 0
    cost_usd: Decimal | None = None
    pull_request: str = ""
    throttled: bool = False
    """Whether so much of the quota is used that runs are to be done one at a time."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queued run, as people look at it."""

    run_id: str
    title: str
    source: str
    """Where the issue came from."""
    where: str
    priority: int
    state: QueueState
    added_at: datetime
    starts_at: datetime | None = None
    """Of one that waits: not before this."""
    worker: str = ""
    """Who does it, or did it last: host, process."""
    done: WorkDone | None = None
    """How it ended, or why it waits."""


@dataclass(frozen=True, slots=True)
class QueueRefused:
    issue: str
    """As it was named."""
    reason: str


@dataclass(frozen=True, slots=True)
class QueueAdded:
    runs: tuple[QueueRow, ...]
    refused: tuple[QueueRefused, ...] = ()
    """Issues that have a run already; nothing was queued for them."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueList:
    """Those under way, those to come in the order in which they are started, the ended from the newest on."""

    runs: tuple[QueueRow, ...]
    workers: tuple[str, ...] = ()
    """Names of those that are alive."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """What a worker did until it was stopped or had nothing left to do."""

    done: tuple[QueueRow, ...] = ()
    warnings: tuple[str, ...] = ()
