"""The database that DBOS keeps its tables in: how it is opened, and what can be wrong with it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy
from dbos import error as dbos_error

from adw.errors import ConfigError, RunConflict, StorageError

_LOCKED_S = 2.0
ALONE_S = 15
"""How long a server may be silent before its connection is given up."""
CUT_OFF_S = 2 * ALONE_S
"""How long a server waits for a client that is silent, with all that its session holds."""
_SUBSEC_SINCE = (3, 42)
_POOL = 5
"""Connections that one process may have open: a hundred is what a PostgreSQL server grants to all."""
_NOT_FOR_EVER = {
    "connect_timeout": ALONE_S,
    "tcp_user_timeout": ALONE_S * 1000,
    "keepalives_idle": ALONE_S // 3,
    "keepalives_interval": ALONE_S // 3,
    "keepalives_count": 2,
}
"""For libpq: without it a cut connection is noticed after a quarter of an hour."""
_LET_GO = (
    f"SET tcp_keepalives_idle = {CUT_OFF_S // 3}",
    f"SET tcp_keepalives_interval = {CUT_OFF_S // 6}",
    "SET tcp_keepalives_count = 4",
    f"SET tcp_user_timeout = {CUT_OFF_S * 1000}",
)
"""For the server: without it a machine that is cut off keeps the rows that it had locked for two hours."""

_HINTS = {
    "full": "Free some space on the disk, then `adw resume`.",
    "locked": "Another program has the file open: close it, then `adw resume`.",
    "readonly": "Make the file and its folder writable, then `adw resume`.",
    "I/O error": "See that the disk has space and is in order, then `adw resume`.",
    "unable to open": "Make the folder and see that it is writable.",
    "not a database": "The file is damaged: the run cannot be resumed. Start a new one.",
    "malformed": "The file is damaged: the run cannot be resumed. Start a new one.",
    "connection": "Check ADW_DATABASE_URL, and that its server can be reached.",
}


@dataclass(frozen=True, slots=True)
class Database:
    """An SQLite file, or a PostgreSQL database (DBOS' tables have a schema of their own there)."""

    url: sqlalchemy.URL

    @classmethod
    def at(cls, where: Path | str) -> "Database":
        """A path, or a URL. Raises ConfigError for a URL of another kind of database."""
        if isinstance(where, Path):
            return cls(sqlalchemy.URL.create("sqlite", database=str(where)))
        url = sqlalchemy.make_url(where)
        if url.get_backend_name() not in {"postgresql", "postgres"}:
            raise ConfigError(
                f"ADW_DATABASE_URL: no runs on {url.get_backend_name()!r}",
                hint="Give a URL like postgresql://user@host/database.",
            )
        return cls(url.set(drivername="postgresql+psycopg"))

    @property
    def is_file(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def shown(self) -> str:
        """As people know it, without a password."""
        if self.is_file:
            return str(self.url.database)
        return self.url.difference_update_query(("password", "sslpassword")).render_as_string()

    @property
    def exists(self) -> bool:
        """Whether something may be stored there already."""
        return not self.is_file or Path(str(self.url.database)).exists()

    def engine(self) -> sqlalchemy.Engine:
        """As DBOS makes its own, and with `unixepoch` where SQLite's is too old."""
        if not self.is_file:
            engine = sqlalchemy.create_engine(self.url, pool_size=_POOL, pool_pre_ping=True, connect_args=_NOT_FOR_EVER)
            sqlalchemy.event.listen(engine, "connect", _have_let_go)
            return engine
        engine = sqlalchemy.create_engine(self.url)
        sqlalchemy.event.listen(engine, "connect", _prepare)
        return engine

    def check_usable(self) -> None:
        """Raise what makes it unusable now: DBOS waits for a locked file, or for a server, for ever."""
        if self.is_file:
            file = str(self.url.database)
            with closing(sqlite3.connect(file, timeout=_LOCKED_S, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            return
        engine = self.engine()
        try:
            with engine.connect():
                pass
        finally:
            engine.dispose()

    @contextmanager
    def in_our_words(self) -> Iterator[None]:
        """What the database and DBOS raise, as StorageError that names the place."""
        try:
            yield
        except dbos_error.DBOSUnexpectedStepError as error:
            raise StorageError(
                f"The journal {self.shown} holds other steps than this adw takes: {error.message}",
                hint="The run was made by another version of adw: resume it with that one, or start a new run.",
            ) from error
        except dbos_error.DBOSWorkflowConflictIDError as error:
            raise RunConflict(
                f"Another process has resumed the run in {self.shown}.", hint="Only that process goes on with it."
            ) from error
        except (sqlite3.Error, sqlalchemy.exc.SQLAlchemyError, dbos_error.DBOSException, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).strip()
            hint = next((hint for mark, hint in _HINTS.items() if mark in reason), "")
            raise StorageError(f"The journal {self.shown} cannot be used: {reason}.", hint=hint) from error


def _have_let_go(connection: Any, _record: object) -> None:
    connection.autocommit = True  # else a rollback would take it back
    connection.execute("; ".join(_LET_GO))
    connection.autocommit = False


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA foreign_keys=ON")
    if sqlite3.sqlite_version_info < _SUBSEC_SINCE:
        connection.create_function("unixepoch", -1, lambda *_: time.time())
