"""The SQLite file: how it is opened, and what can be wrong with it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy
from dbos import error as dbos_error

from adw.errors import RunConflict, StorageError

_LOCKED_S = 2.0
_SUBSEC_SINCE = (3, 42)

_HINTS = {
    "full": "Free some space on the disk, then `adw resume`.",
    "locked": "Another program has the file open: close it, then `adw resume`.",
    "readonly": "Make the file and its folder writable, then `adw resume`.",
    "I/O error": "See that the disk has space and is in order, then `adw resume`.",
    "unable to open": "Make the folder and see that it is writable.",
    "not a database": "The file is damaged: the run cannot be resumed. Start a new one.",
    "malformed": "The file is damaged: the run cannot be resumed. Start a new one.",
}


def open_engine(path: Path) -> sqlalchemy.Engine:
    """As DBOS makes its own for SQLite, and with `unixepoch` where SQLite's is too old."""
    engine = sqlalchemy.create_engine(sqlalchemy.URL.create("sqlite", database=str(path)))

    @sqlalchemy.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")
        if sqlite3.sqlite_version_info < _SUBSEC_SINCE:
            connection.create_function("unixepoch", -1, lambda *_: time.time())

    return engine


def check_usable(path: Path) -> None:
    """Raise what makes the file unusable now: DBOS waits for a locked one for ever."""
    connection = sqlite3.connect(path, timeout=_LOCKED_S, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@contextmanager
def storage(path: Path) -> Iterator[None]:
    """What SQLite and DBOS raise, as StorageError with the path."""
    try:
        yield
    except dbos_error.DBOSUnexpectedStepError as error:
        raise StorageError(
            f"The journal {path} holds other steps than this adw takes: {error.message}",
            hint="The run was made by another version of adw: resume it with that one, or start a new run.",
        ) from error
    except dbos_error.DBOSWorkflowConflictIDError as error:
        raise RunConflict(
            f"Another process has resumed the run in {path}.", hint="Only that process goes on with it."
        ) from error
    except (sqlite3.Error, sqlalchemy.exc.SQLAlchemyError, dbos_error.DBOSException, OSError) as error:
        reason = str(getattr(error, "orig", None) or error)
        hint = next((hint for mark, hint in _HINTS.items() if mark in reason), "")
        raise StorageError(f"The journal {path} cannot be used: {reason}.", hint=hint) from error
