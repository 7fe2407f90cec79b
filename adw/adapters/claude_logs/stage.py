"""Answers of any number of files, each once: on disk where memory would not hold them, gone when closed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from types import TracebackType
from typing import Any, Self

from adw.domain.usage import Usage
from adw.errors import StorageError

_BATCH = 2_000
_CACHE_KIB = 32 * 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TABLE = """CREATE TABLE answers (
    key TEXT PRIMARY KEY, session TEXT, project TEXT, model TEXT,
    fresh INTEGER, cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER, output INTEGER,
    at INTEGER, is_agent INTEGER, failed INTEGER, version TEXT, duration_s REAL, is_result INTEGER, file INTEGER
) WITHOUT ROWID"""
# The largest output is the whole answer, the first line's time is when it was given: a log repeats an answer while it
# streams, and sessions that go on from another one repeat that one's answers.
_WHOLE = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output", "model", "failed")
_LARGER = ", ".join(
    f"{name} = CASE WHEN excluded.output > output THEN excluded.{name} ELSE {name} END" for name in _WHOLE
)
_UPSERT = (
    f"INSERT INTO answers VALUES ({', '.join('?' * 16)}) "  # noqa: S608 - of constants
    f"ON CONFLICT (key) DO UPDATE SET at = min(at, excluded.at), {_LARGER}"
)


@dataclass(frozen=True, slots=True)
class Staged:
    """One answer, or the sum that a result line tells of a session and a model."""

    key: str
    session: str
    project: str
    model: str
    usage: Usage
    at: datetime
    """UTC."""
    is_agent: bool = False
    failed: bool = False
    version: str = ""
    duration_s: float = 0.0
    is_result: bool = False
    file: int = 0
    """Which file it is from."""


@dataclass(frozen=True, slots=True)
class Session:
    id: str
    staged: Iterator[Staged]
    """In order of time; to be read once."""
    has_answers: bool
    """False: only results tell of it."""


class Stage:
    """Raises StorageError where the disk refuses."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary database: in memory as far as the cache goes, else on disk.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute(_TABLE)
        self._db.execute("BEGIN")
        self._waiting: list[tuple[object, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._db.close()

    def add(self, one: Staged) -> None:
        """Keep it, or what of it is new where its key is there already."""
        usage = one.usage
        tokens = (usage.fresh, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h, usage.output)
        at = (one.at - _EPOCH) // _MICROSECOND
        row = (one.is_agent, one.failed, one.version, one.duration_s, one.is_result, one.file)
        self._waiting.append((one.key, one.session, one.project, one.model, *tokens, at, *row))
        if len(self._waiting) >= _BATCH:
            self._write()

    def drop(self, file: int, session: str) -> None:
        """Forget the answers of a session that this file alone has told of."""
        self._write()
        self._execute("DELETE FROM answers WHERE file = ? AND session = ? AND NOT is_result", file, session)

    def sessions(self) -> Iterator[Session]:
        """Everything by session, in order of time; each is to be read before the next. Nothing may be added meanwhile.

        Raises StorageError.
        """
        self._write()
        bare = {name for (name,) in self._execute("SELECT session FROM answers GROUP BY session HAVING min(is_result)")}
        with closing(self._execute("SELECT * FROM answers ORDER BY session, at, key")) as rows:
            for name, staged in groupby(_staged(rows), key=lambda one: one.session):
                yield Session(name, staged, has_answers=name not in bare)

    def __len__(self) -> int:
        self._write()
        return int(self._execute("SELECT count(*) FROM answers").fetchone()[0])

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            self._db.executemany(_UPSERT, waiting)
        except sqlite3.Error as fault:
            raise _refused(fault) from fault

    def _execute(self, statement: str, *values: str | int) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as fault:
            raise _refused(fault) from fault


def _refused(fault: sqlite3.Error) -> StorageError:
    return StorageError(f"the import's temporary file: {fault}", hint="free some space: nothing was imported")


def _staged(rows: sqlite3.Cursor) -> Iterator[Staged]:
    try:
        for row in rows:
            yield _one(row)
    except sqlite3.Error as fault:  # what is sorted may take room, too
        raise _refused(fault) from fault


def _one(row: tuple[Any, ...]) -> Staged:
    key, session, project, model, *tokens, at, is_agent, failed, version, duration_s, is_result, file = row
    return Staged(
        key=key,
        session=session,
        project=project,
        model=model,
        usage=Usage(*tokens),
        at=_EPOCH + at * _MICROSECOND,
        is_agent=bool(is_agent),
        failed=bool(failed),
        version=version,
        duration_s=duration_s,
        is_result=bool(is_result),
        file=file,
    )
