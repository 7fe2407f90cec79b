"""The outside, as the inside sees it. Each port has one adapter or more, one fake, and one conformance suite.

Adapters raise only errors of `adw.errors`; what they let through beyond that is a bug.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # only to be named: whoever implements a port need not import what all the others take
    from adw.domain.bill import Bill, Key
    from adw.domain.call import CallFacts
    from adw.domain.codec import JsonValue
    from adw.domain.entry import Entry, Reservation
    from adw.domain.events import Event
    from adw.domain.issue import Issue
    from adw.domain.messages import Answer, ModelRequest
    from adw.domain.prompt import Prompt
    from adw.domain.quota import Alert, Quota, Standing
    from adw.domain.report import Report
    from adw.domain.run import CheckSpec, RunRecord
    from adw.domain.symbols import Blob, RepoSymbols
    from adw.domain.usage import Usage


class ModelClient(Protocol):
    """Something that answers requests."""

    def complete(self, request: ModelRequest) -> Answer:
        """One answer, whole. Raises ModelError, AuthenticationError or Interrupted."""
        ...


class TokenCounter(Protocol):
    """Counts tokens before they are billed."""

    def count_text(self, text: str, model: str) -> int:
        """Tokens of `text` alone, without any frame."""
        ...

    def count_request(self, request: ModelRequest) -> int:
        """Input tokens of the whole request: system, tools, messages and their frames. Never below the truth."""
        ...


class PriceList(Protocol):
    """Context windows and prices."""

    def context_window(self, model: str) -> int | None:
        """Tokens; None where the model is unknown."""
        ...

    def cost(self, model: str, usage: Usage, at: datetime) -> Decimal | None:
        """US dollars at the prices of that date; None where the model has no known price."""
        ...

    def similar(self, model: str) -> str:
        """The known model whose name is nearest, for hints."""
        ...


class Ledger(Protocol):
    """Every model call, append-only."""

    quota: Quota
    """What no reservation passes."""

    def reserve(self, reservation: Reservation, *, budget_tokens: int, budget_usd: float) -> None:
        """Hold a call's worst case against the run's budget (0: no limit), in one transaction.

        Reserving a key again that is settled already, or still held, changes nothing: a resumed run does so.
        Raises BudgetExceeded, QuotaExceeded or StorageError, and then holds nothing.
        """
        ...

    def settle(self, entry: Entry) -> None:
        """Replace the reservation of `entry.tag.key` by what was billed. A key is settled once; again: no change."""
        ...

    def release(self, key: str) -> None:
        """Drop the reservation of a call that was never billed."""
        ...

    def spent(self, run_id: str) -> Usage:
        """What the run was billed so far."""
        ...

    def bills(self, by: Collection[Key], *, run_id: str | None = None, since: datetime | None = None) -> Iterable[Bill]:
        """What was billed from `since` on, kept apart by what is named, in order of time. Read from sums, not calls.

        A group may come in parts: what is added up comes out right.
        """
        ...

    def standings(self, now: datetime) -> tuple[Standing, ...]:
        """How this day and this month of the account's calendar stand, with all calls that are open."""
        ...

    def alert(self, alert: Alert) -> bool:
        """Keep an alert; whether it is new. A key is kept once."""
        ...

    def alerts(self, run_id: str | None = None) -> tuple[Alert, ...]:
        """All alerts, or those that were noticed in a run; oldest first."""
        ...

    def latest(self, model: str, most: int) -> tuple[Entry, ...]:
        """The newest `most` entries of a model, oldest first, as far as they are among the last 10,000 of all."""
        ...

    def entries(self, *, run_id: str | None = None, since: datetime | None = None) -> Iterable[Entry]:
        """Entries, oldest first."""
        ...


class Journal(Protocol):
    """Durable steps of one run, always taken in the same order, one at a time."""

    last_step_replayed: bool
    """Whether the value of the last step came from the store: nothing was asked, run or paid again."""

    def step(self, name: str, body: Callable[[], JsonValue]) -> JsonValue:
        """What `body` returned: stored before it is used, and on resume taken from the store without a call.

        A body that raises leaves nothing: the run can be resumed and the step is tried again. It is the run's last
        step: a failure that the run goes on from must be caught inside `body` and returned as a value, or a resumed
        run would take other steps than the store holds. Raises Interrupted once the user wants to stop,
        StorageError, RunConflict, and RuntimeError for a step inside a step or after a failed one.
        """
        ...


class FileView(Protocol):
    """Files to look at: a workspace, or a commit."""

    def files(self) -> tuple[str, ...]:
        """Tracked files and those that the run wrote, sorted."""
        ...

    def read(self, path: str) -> bytes:
        """The file's content as it is now. Raises WorkspaceError where it is missing or not to be read."""
        ...


class Workspace(FileView, Protocol):
    """The run's own checkout. Paths are relative, with `/`; those that leave it raise WorkspaceError."""

    root: Path

    def create(self, base_commit: str, branch: str) -> None:
        """Make it on a new branch at `base_commit`; if it is there already, bring it back to that."""
        ...

    def write(self, path: str, content: bytes | None) -> None:
        """Put a file there; None deletes it. Raises WorkspaceError for protected paths."""
        ...

    def check_writable(self, path: str) -> None:
        """Raises WorkspaceError where `write` would."""
        ...

    def tree(self) -> str:
        """Store the content (base and all paths written by the run) as a git tree; its id."""
        ...

    def restore(self, tree: str) -> None:
        """Make the content that of `tree`, whatever was left there: nothing more, nothing less."""
        ...

    def touched(self) -> tuple[str, ...]:
        """Paths that differ between the base commit and now, sorted."""
        ...

    def diff(self) -> str:
        """Unified diff from the base commit to now."""
        ...

    def commit(self, message: str) -> str:
        """Commit the content on the branch; the commit's id. Nothing new since the last: that one's id."""
        ...

    def carry(self, since: str) -> str:
        """What another clone of the same remote lacks to go on from here: the content, and the branch's commits.

        As text in ASCII that `take_over` understands; empty where nothing is new. `since`: the tree of the content
        when an earlier text was made that is kept; empty: none is, and what counts is new beyond the base commit.
        A caller that keeps a text keeps all that came before it. Raises WorkspaceError where it is too large.
        """
        ...

    def take_over(self, base_commit: str, branch: str, carried: Sequence[str]) -> None:
        """Make the workspace, or bring back what an earlier time has left here, as it was at the last of `carried`.

        `carried`: all texts of the run, oldest first; empty ones say nothing. The content is the last one's, the
        branch has its commits, and `restore` knows its tree. Raises WorkspaceError for a base commit that is not
        here, for texts that do not fit it, and where the branch holds what this run did not make.
        """
        ...


class Blobs(Protocol):
    """The files of commits, each known by the id of its content."""

    def listed(self, commit: str) -> tuple[Blob, ...]:
        """Every file of `commit` that a run may be shown, sorted by path; no links. Raises WorkspaceError."""
        ...

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes]]:
        """Each blob with its bytes, in the order asked for. Raises WorkspaceError."""
        ...


class SymbolIndex(Protocol):
    """Knows what the files of a repository define and use."""

    def look(self, commit: str, first: Collection[str] = ()) -> RepoSymbols:
        """The names in `commit`; `first` are paths to read where there are more than can be read.

        Bounded in time and memory whatever the repository holds: what was left out is named in `skipped`.
        Raises WorkspaceError, StorageError, Interrupted.
        """
        ...


class CheckRunner(Protocol):
    """Runs checks outside the model's loop."""

    def run(self, check: CheckSpec, root: Path, log: Path) -> Report:
        """Run it in `root`, keep its raw output at `log`. A fault is part of the report. Raises Interrupted."""
        ...

    def output(self, report: Report, limit: int) -> str:
        """The raw output that the report was made from; of a longer one the last `limit` characters."""
        ...


class IssueSource(Protocol):
    """Where issues come from."""

    def fetch(self, reference: str) -> Issue:
        """Raises UsageError where there is none, it is empty or cannot be read."""
        ...


class RunStore(Protocol):
    """Runs of one repository, and the files that belong to them."""

    def create(self, record: RunRecord) -> None: ...

    def load(self, run_id: str) -> RunRecord:
        """By id or by the unambiguous beginning of one. Raises UnknownRun."""
        ...

    def save(self, record: RunRecord) -> None:
        """Replace the record, whole or not at all."""
        ...

    def all(self) -> tuple[RunRecord, ...]:
        """Newest first."""
        ...

    def folder(self, run_id: str) -> Path:
        """The run's own folder: logs, recordings, journal."""
        ...


class CallFiles(Protocol):
    """Every call of a run as a file: what was sent, what came back. Closes the gap between answer and journal."""

    def keep(self, key: str, request: ModelRequest, answer: Answer, facts: CallFacts) -> None:
        """Store all of it, whole or not at all. Raises StorageError."""
        ...

    def find(self, key: str, request: ModelRequest) -> Answer | None:
        """The answer that was kept under `key` for the very same request."""
        ...


class Prompts(Protocol):
    """Prompt templates, each with a version."""

    def system(self, name: str) -> Prompt:
        """The system prompt of a phase, or of another task by its name."""
        ...


class Observer(Protocol):
    """Is told what happens."""

    def tell(self, event: Event) -> None: ...


class Alarm(Protocol):
    """Takes alerts to where the user wants them."""

    def sound(self, alert: Alert) -> str:
        """What went wrong with that, for people; mostly nothing. Never raises: a run goes on without it."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """UTC, with its time zone."""
        ...

    def monotonic(self) -> float:
        """Seconds; only differences mean anything."""
        ...


class Ids(Protocol):
    def run_id(self) -> str:
        """New, short, sortable by time within a second, fit for a branch name."""
        ...


class StopSignal(Protocol):
    """Whether the user wants to stop. Adapters that wait look at it and raise Interrupted."""

    def is_set(self) -> bool: ...
