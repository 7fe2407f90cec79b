"""What stands before any run: where the command was called, the repository, its settings, its runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adw.adapters.clock import SystemClock
from adw.adapters.file_run_store import FileRunStore
from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.adapters.ledger.ledger import SqlLedger
from adw.config import Environment, Settings, load
from adw.context.redact import Redactor
from adw.domain.run import RunSpec
from adw.ports import PriceList
from adw.wiring.account import open_ledger as open_ledger  # noqa: PLC0414 - beside the house that it belongs to
from adw.wiring.place import Place as Place  # noqa: PLC0414 - who opens a house names its place


@dataclass(frozen=True, slots=True)
class House:
    """One repository, ready to run in."""

    place: Place
    repository: Repository
    settings: Settings
    environment: Environment
    store: FileRunStore
    clock: SystemClock

    @property
    def root(self) -> Path:
        """ADW's own folder in the repository."""
        return self.repository.root / ".adw"

    @property
    def counts(self) -> Path:
        """The file that remembers token counts, for all of the user's repositories."""
        return self.environment.data_home / "counts.db"

    @property
    def redactor(self) -> Redactor:
        return Redactor(tuple(secret.get_secret_value() for secret in self.environment.secrets))

    def prices(self) -> PriceList:
        from adw.adapters.price_list import GenaiPrices  # noqa: PLC0415 - looking at runs needs no prices

        return GenaiPrices(self.settings.context_windows())

    def workspace(self, spec: RunSpec) -> GitWorkspace:
        """The run's own worktree, whether it is there or not."""
        return GitWorkspace(self.repository, spec.id, allow=spec.allow)

    def journal(self, spec: RunSpec) -> Path | str:
        """Where the run's journal is: a file of its own, or the database that machines share."""
        return self.shared if spec.travels and self.shared else self.store.folder(spec.id) / "journal.db"

    @property
    def shared(self) -> str:
        """The database that the user's machines share; empty where there is none."""
        return shared_database(self.environment)

    def log_path(self, run_id: str) -> Callable[[str], Path]:
        """Where the raw log of a check of the run stands, by its label."""
        folder = self.store.folder(run_id) / "logs"
        return lambda label: folder / f"{label}.log"


def open_house(place: Place | None = None) -> House:
    """The repository that the command was called in. Raises WorkspaceError, ConfigError."""
    place = place or Place()
    repository = Repository.discover(place.folder)
    return House(
        place=place,
        repository=repository,
        settings=load(repository.root, place.variables),
        environment=Environment.read(place.variables),
        store=FileRunStore(repository.root / ".adw"),
        clock=SystemClock(),
    )


def lock_names(spec: RunSpec) -> tuple[str, str]:
    """The locks that a run's process holds: no two processes on one run, no two runs of one issue."""
    return run_lock(spec.id), f"issue {spec.issue.key}"


def run_lock(run_id: str) -> str:
    """The lock that the process holds that works on the run."""
    return f"run {run_id}"


def shared_database(environment: Environment) -> str:
    """The URL of the PostgreSQL database that several machines share; empty where there is none."""
    url = environment.database_url.get_secret_value() if environment.database_url else ""
    return url if url.startswith("postgres") else ""


@contextmanager
def ledger_of(house: House, run_id: str, *, replay: bool) -> Iterator[SqlLedger]:
    """Where a run's calls are written: a replay spends nothing, so it is kept out of the user's ledger."""
    if replay:
        with SqlLedger.open(house.store.folder(run_id) / "ledger.db") as ledger:
            yield ledger
    else:
        with open_ledger(house.environment, house.settings.allowance()) as ledger:
            yield ledger
