"""What databases complain of, as StorageError with the place and what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from adw.errors import StorageError

# By the beginning of SQLite's result names (https://www.sqlite.org/rescode.html).
_SQLITE = (
    ("SQLITE_FULL", "the disk is full", "Free some space, then `adw resume` the run: nothing was lost."),
    (
        "SQLITE_READONLY",
        "it is read-only",
        "Make the file and its folder writable, or name another ledger with ADW_DATABASE_URL.",
    ),
    (
        "SQLITE_PERM",
        "access is denied",
        "Make the file and its folder writable, or name another ledger with ADW_DATABASE_URL.",
    ),
    (
        "SQLITE_CANTOPEN",
        "it cannot be opened",
        "Check that the folder exists and is writable, or set ADW_DATABASE_URL.",
    ),
    (
        "SQLITE_BUSY",
        "another process keeps it locked",
        "End what holds the file (a backup, a database browser), then try again.",
    ),
    (
        "SQLITE_LOCKED",
        "another process keeps it locked",
        "End what holds the file (a backup, a database browser), then try again.",
    ),
    ("SQLITE_NOTADB", "it is not a database", "Move the file away, or name another ledger with ADW_DATABASE_URL."),
    (
        "SQLITE_CORRUPT",
        "it is corrupt",
        "Move the file away and keep it: `sqlite3 FILE .recover` may bring back its entries.",
    ),
    ("SQLITE_IOERR", "reading or writing it failed", "Check the disk, and that the file is not on a network share."),
)


def storage_error(fault: BaseException, place: str) -> StorageError:
    """The fault in the ledger's words. Never shows statements, parameters or passwords."""
    origin = fault.orig if isinstance(fault, DBAPIError) and fault.orig is not None else fault
    name = getattr(origin, "sqlite_errorname", "")
    for beginning, what, hint in _SQLITE:
        if name.startswith(beginning):
            return StorageError(f"the ledger at {place}: {what} ({origin})", hint=hint)
    return StorageError(
        f"the ledger at {place}: {str(origin).strip() or type(origin).__name__}",
        hint="Check ADW_DATABASE_URL and that its server can be reached."
        if not isinstance(origin, sqlite3.Error)
        else "",
    )


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raises StorageError for whatever the database or its driver raises inside."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, PoolTimeout, OSError, OverflowError, ImportError) as fault:
        raise storage_error(fault, place) from fault
