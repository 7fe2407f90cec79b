"""What databases complain of, as StorageError with the place and what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from adw.errors import StorageError

_UNLOCK = "End what holds the file (a backup, a database browser), then try again."
_PERMIT = "Make the file and its folder writable, or name another ledger with ADW_DATABASE_URL."
_FIND = "Check that the folder exists and is writable, or name another ledger with ADW_DATABASE_URL."

# What it means and what to do, by the beginning of SQLite's result names (https://www.sqlite.org/rescode.html).
_SQLITE = {
    "SQLITE_FULL": ("the disk is full", "Free some space: nothing was lost."),
    "SQLITE_READONLY": ("it is read-only", _PERMIT),
    "SQLITE_PERM": ("access is denied", _PERMIT),
    "SQLITE_CANTOPEN": ("it cannot be opened", _FIND),
    "SQLITE_BUSY": ("another process keeps it locked", _UNLOCK),
    "SQLITE_LOCKED": ("another process keeps it locked", _UNLOCK),
    "SQLITE_NOTADB": ("it is not a database", "Move the file away, or name another ledger with ADW_DATABASE_URL."),
    "SQLITE_CORRUPT": (
        "it is corrupt",
        "Move the file away but keep it: `sqlite3 FILE .recover` may save its entries.",
    ),
    "SQLITE_IOERR": ("reading or writing it failed", "Check the disk; a ledger does not work on a network share."),
    "SQLITE_CONSTRAINT": ("it refuses an entry", "This is a bug in ADW: please report it."),
}


def storage_error(fault: BaseException, place: str) -> StorageError:
    """The fault in the ledger's words. Never shows statements, parameters or passwords."""
    origin = fault.orig if isinstance(fault, DBAPIError) and fault.orig is not None else fault
    name = getattr(origin, "sqlite_errorname", "")
    for beginning, (what, hint) in _SQLITE.items():
        if name.startswith(beginning):
            return StorageError(f"the ledger at {place}: {what} ({origin})", hint=hint)
    return StorageError(f"the ledger at {place}: {str(origin).strip() or type(origin).__name__}", hint=_hint(origin))


def _hint(origin: BaseException) -> str:
    if isinstance(origin, ImportError):
        return "Install the database's driver: pip install 'psycopg[binary]'"
    if isinstance(origin, OSError):
        return _FIND
    if isinstance(origin, sqlite3.Error | OverflowError):
        return "Move the file away, or name another ledger with ADW_DATABASE_URL."
    return "Check ADW_DATABASE_URL, and that its server can be reached."


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raises StorageError for whatever the database or its driver raises inside."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, OverflowError, ImportError) as fault:
        raise storage_error(fault, place) from fault
