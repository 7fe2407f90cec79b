"""Which workers are alive: each holds a lock that falls when it ends, however it ends.

On one machine it is the kernel's lock on a file. Between machines it is PostgreSQL's lock of a session: a killed
process ends its session at once; of one that is cut off, the server ends it after `CUT_OFF_S`. Until then nobody takes
its work, so a worker that cannot reach the database for `ALONE_S` has to stop, which is sooner.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

import sqlalchemy
from sqlalchemy import Connection, text

from adw.adapters.durable.storage import ALONE_S, Database

_BEAT_S = 2.0
_NAMED = "adw worker "
"""What a worker's session is called in the server's own lists."""
_HOLD = text("SELECT pg_advisory_lock(hashtextextended(:name, 0))")
_TRY = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_FREE = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")
_CALL = text("SELECT set_config('application_name', :name, false)")
_ALIVE = text(
    "SELECT application_name FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name LIKE :named ORDER BY 1"
)


class Presence(Protocol):
    """Raises what its database raises; the caller puts it into our words."""

    def beat(self) -> None:
        """See whether this worker is still known to be there; raises where it is not."""
        ...

    def is_alive(self, name: str) -> bool:
        """Whether the worker of that name, another one, is."""
        ...


@contextmanager
def present(database: Database, name: str, lost: Callable[[], None]) -> Iterator[Presence]:
    """Be there under that name while the block runs.

    `lost` is called, from another thread, when the database does not know of it any more, or cannot be asked. It has to
    see to it that this worker does nothing more: DBOS itself waits for a database for ever.
    """
    with _held(database, name) as presence:
        ended = threading.Event()
        heart = threading.Thread(target=_beating, args=(presence, ended, lost), name="adw-heart", daemon=True)
        heart.start()
        try:
            yield presence
        finally:
            ended.set()
            heart.join(ALONE_S)


def _beating(presence: Presence, ended: threading.Event, lost: Callable[[], None]) -> None:
    while not ended.wait(_BEAT_S):
        try:
            presence.beat()
        except (sqlalchemy.exc.SQLAlchemyError, OSError):
            if not ended.is_set():
                lost()
            return


@contextmanager
def _held(database: Database, name: str) -> Iterator[Presence]:
    if database.is_file:
        files = _FilePresence(database)
        with files.held(name):
            yield files
        return
    with _session(database) as session:
        session.execute(_CALL, {"name": _NAMED + name})
        session.execute(_HOLD, {"name": _NAMED + name})
        yield _SessionPresence(session)


def alive(database: Database) -> tuple[str, ...]:
    """The names of all workers that are there."""
    if not database.is_file:
        with _session(database) as session:
            names = session.execute(_ALIVE, {"named": f"{_NAMED}%"}).scalars()
            return tuple(name.removeprefix(_NAMED) for name in names)
    return tuple(_FilePresence(database).alive())


class _FilePresence:
    """A file beside the database for each worker, locked while it lives. No two workers have one name."""

    def __init__(self, database: Database) -> None:
        self._folder = Path(str(database.url.database)).parent / "workers"

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        self._folder.mkdir(exist_ok=True)
        path = self._path(name)
        with path.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def beat(self) -> None:
        """The kernel knows."""

    def is_alive(self, name: str) -> bool:
        path = self._path(name)
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        path.unlink(missing_ok=True)
        return False

    def alive(self) -> Iterator[str]:
        for path in sorted(self._folder.glob("*")):
            if self.is_alive(name := unquote(path.name)):
                yield name

    def _path(self, name: str) -> Path:
        return self._folder / quote(name, safe="")


class _SessionPresence:
    """In a PostgreSQL session that is used for nothing else."""

    def __init__(self, session: Connection) -> None:
        self._session = session
        self._one_at_a_time = threading.Lock()

    def beat(self) -> None:
        with self._one_at_a_time:
            self._session.execute(text("SELECT 1"))

    def is_alive(self, name: str) -> bool:
        with self._one_at_a_time:
            if not self._session.execute(_TRY, {"name": _NAMED + name}).scalar():
                return True
            self._session.execute(_FREE, {"name": _NAMED + name})
            return False


@contextmanager
def _session(database: Database) -> Iterator[Connection]:
    engine = database.engine()
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            yield session
    finally:
        with suppress(sqlalchemy.exc.SQLAlchemyError):
            engine.dispose()
