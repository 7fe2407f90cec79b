"""The run's row of `quota_tracking`: what reports read instead of adding up entries."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Double, bindparam, case, cast, literal_column, null, select
from sqlalchemy.dialects import postgresql, sqlite

from adw.adapters.ledger.rows import entry_row
from adw.adapters.ledger.tables import entries, quota_tracking
from adw.domain.entry import Entry
from adw.domain.quota import Quota

_SENT = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h")


def add(db: Connection, entry: Entry, quota: Quota) -> None:
    """Add an entry's tokens to its run's row, which the run's first entry makes.

    `quota_percentage` is what the run counts of the month's quota; null where there is none.
    """
    statement = addition(db.dialect.name, limited=bool(quota.monthly_tokens))
    db.execute(statement, entry_row(entry) | counting(quota))


@cache
def counting(quota: Quota) -> dict[str, float]:
    """What an `addition` has to know of the quota."""
    if not quota.monthly_tokens:
        return {}
    weights = quota.weights
    return {
        "w_fresh": weights.fresh,
        "w_read": weights.cache_read,
        "w_write": weights.cache_write,
        "w_output": weights.output,
        "monthly": quota.monthly_tokens / 100,
    }


@cache
def addition(dialect: str, *, limited: bool, added: CTE | None = None) -> sqlite.Insert | postgresql.Insert:
    """The statement that adds the entries of `added`; without it one entry, whose columns are the parameters."""
    entry = _parameters() if added is None else dict(added.c.items())
    new = {
        "total_tokens": _total(entry, *_SENT, "output"),
        "fresh_tokens": entry["fresh"],
        "cached_tokens": entry["cache_read"],
        "output_tokens": entry["output"],
    }
    row = {
        "workflow_id": entry["run_id"],
        **new,
        **_derived(new, limited=limited),
        "optimization_flags": entry["flags"],
        "created_at": entry["created_at"],
    }
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(quota_tracking)
    insert = insert.values(row) if added is None else insert.from_select(list(row), select(*row.values()))
    sums = {name: quota_tracking.c[name] + insert.excluded[name] for name in new}
    return insert.on_conflict_do_update(index_elements=["workflow_id"], set_=sums | _derived(sums, limited=limited))


def _parameters() -> dict[str, ColumnElement[Any]]:
    return {column.name: bindparam(column.name, type_=column.type) for column in entries.c}


def _total(entry: Mapping[str, ColumnElement[Any]], first: str, *more: str) -> ColumnElement[int]:
    total = entry[first]
    for name in more:
        total = total + entry[name]
    return total


def _derived(row: Mapping[str, ColumnElement[Any]], *, limited: bool) -> dict[str, ColumnElement[Any]]:
    """What follows from the sums."""
    fresh, read, output = row["fresh_tokens"], row["cached_tokens"], row["output_tokens"]
    sent = row["total_tokens"] - output
    rate = cast(read, Double) / case((sent == _ZERO, literal_column("1.0", Double)), else_=cast(sent, Double))
    counted: ColumnElement[float] = (
        _number("w_fresh") * fresh
        + _number("w_read") * read
        + _number("w_write") * (sent - fresh - read)
        + _number("w_output") * output
    )
    return {"cache_hit_rate": rate, "quota_percentage": counted / _number("monthly") if limited else null()}


_ZERO: ColumnElement[int] = literal_column("0")


def _number(name: str) -> ColumnElement[float]:
    return bindparam(name, type_=Double())
