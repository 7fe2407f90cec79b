"""Counts that outlive a process, in an SQLite file that any number of processes share.

A cache and nothing more: a file that is missing, locked, corrupt or cannot be written means that a text is counted
again. What is kept are hashes and numbers, never a text.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock

MOST = 200_000
"""Counts that are kept, the newest: some 15 MB."""
_SPARE = 1.1
"""How far over `MOST` the table may grow before it is cut: so that it is not cut with every count."""
_PATIENCE_S = 0.2
_MAKE = "CREATE TABLE IF NOT EXISTS counts (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, tokens INTEGER NOT NULL)"


class CountStore:
    """Tokens by key. Opened when it is first asked."""

    def __init__(self, file: Path, *, most: int = MOST) -> None:
        self._file = file
        self._most = most
        self._lock = Lock()
        self._database: sqlite3.Connection | None = None
        self._began_anew = False
        self._given_up = False

    def get(self, key: bytes) -> int | None:
        """The count that was put under the key; None where there is none, or nobody can tell."""
        with self._lock:
            try:
                found = self._open().execute("SELECT tokens FROM counts WHERE key = ?", (key,)).fetchone()
            except (sqlite3.Error, OSError) as error:
                self._failed(error)
                return None
        tokens = found[0] if found else None
        return tokens if isinstance(tokens, int) and tokens >= 0 else None

    def put(self, key: bytes, tokens: int) -> None:
        """Keep a count, as far as that can be done."""
        with self._lock:
            try:
                self._open().execute("INSERT OR REPLACE INTO counts (key, tokens) VALUES (?, ?)", (key, tokens))
            except (sqlite3.Error, OSError) as error:
                self._failed(error)

    def close(self) -> None:
        with self._lock:
            self._close()

    def _open(self) -> sqlite3.Connection:
        if self._database is not None:
            return self._database
        if self._given_up:
            raise OSError("the store could not be used")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Each statement is a transaction of its own: nothing that another process waits for is ever held.
        database = sqlite3.connect(self._file, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        self._database = database
        # Nothing is lost that could not be counted again, so no write waits for the disk.
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")
        database.execute(_MAKE)
        self._cut(database)
        return database

    def _cut(self, database: sqlite3.Connection) -> None:
        """Drop the oldest counts where there are too many."""
        newest, oldest = database.execute("SELECT MAX(id), MIN(id) FROM counts").fetchone()
        if newest is not None and newest - oldest >= self._most * _SPARE:
            database.execute("DELETE FROM counts WHERE id <= ?", (newest - self._most,))

    def _failed(self, error: Exception) -> None:
        """A file that is no database any more is thrown away, once; else this process does without.

        A lock is waited for again with the next count.
        """
        self._close()
        refused = isinstance(error, sqlite3.OperationalError)
        if isinstance(error, sqlite3.DatabaseError) and not refused and not self._began_anew:
            self._began_anew = True
            for end in ("", "-wal", "-shm"):
                with suppress(OSError):
                    self._file.with_name(self._file.name + end).unlink(missing_ok=True)
        elif not (refused and "locked" in str(error)):
            self._given_up = True

    def _close(self) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error), closing(self._database):
                self._database = None
