"""New entries, one or many at a time, each key once."""

# ruff: noqa: S608 - only names of this package's own go into the statements
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Dialect, Integer, delete, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from adw.adapters.ledger.compiled import bind_of
from adw.adapters.ledger.engine import COUNTED
from adw.adapters.ledger.rows import entry_row
from adw.adapters.ledger.tables import adding, entries
from adw.domain.entry import Entry

_CHUNK = 1000
_COLUMNS = tuple(column for column in entries.c if column is not entries.c.id)
_NAMES = ", ".join(column.name for column in _COLUMNS)
_VALUES = f"VALUES ({', '.join('?' * len(_COLUMNS))})"
_LAST = func.coalesce(func.max(entries.c.id), literal_column("0"))
_BEGIN = adding.insert().from_select(["one", "after_id"], select(literal_column("1", Integer), _LAST))


def one(db: Connection, entry: Entry) -> bool:
    """Whether the entry was not there already."""
    return db.execute(_one(db.dialect.name), entry_row(entry), execution_options=COUNTED).rowcount == 1


@cache
def _one(dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(entries).on_conflict_do_nothing(index_elements=["key"])


def many(db: Connection, new: Iterable[Entry]) -> int:
    """How many of the entries were not there already. Their sums are written once a chunk, or once."""
    if db.dialect.name == "sqlite":
        db.execute(_BEGIN)  # see grouped.py
        count = sum(_added(db, _VALUES, rows) for rows in _chunks(db.dialect, new))
        db.execute(delete(adding))
        return count
    types = ", ".join(f"%s::{column.type.compile(db.dialect)}[]" for column in _COLUMNS)
    # The trigger is called once a statement: so one for many.
    return sum(
        _added(db, f"SELECT * FROM unnest({types})", tuple(map(list, zip(*rows, strict=True))))
        for rows in _chunks(db.dialect, new)
    )


def _added(db: Connection, source: str, values: Any) -> int:
    # Past SQLAlchemy's compiler, which takes longer for a row than SQLite does.
    statement = f"INSERT INTO entries ({_NAMES}) {source} ON CONFLICT (key) DO NOTHING"
    return db.exec_driver_sql(statement, values, execution_options=COUNTED).rowcount


def _chunks(dialect: Dialect, new: Iterable[Entry]) -> Iterator[list[tuple[object, ...]]]:
    """Entries as drivers take them, in the order of the columns."""
    binds = [(column.name, bind_of(column.type, dialect)) for column in _COLUMNS]
    rows = (tuple(bind(row[name]) for name, bind in binds) for row in map(entry_row, new))
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk
