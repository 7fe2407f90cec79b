"""Sums as reports read them: from `usage_sums`, and from the entries of a slot that is not wanted whole."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    case,
    func,
    literal,
    select,
    type_coerce,
)

from adw.adapters.ledger.tables import UtcTime, dollars, entries, time_sums, usage_sums
from adw.domain.bill import Bill, Key
from adw.domain.usage import Usage

_SLOT = timedelta(minutes=15)
_CLASSES = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output")
_SUMS = ("calls", *_CLASSES, "pico_usd", "unpriced")
NamedKey = Literal["run", "phase", "model", "issue"]
_COLUMNS: dict[NamedKey, str] = {"run": "run_id", "phase": "phase", "model": "model", "issue": "issue"}


def bills(db: Connection, by: Collection[Key], run_id: str | None, since: datetime | None) -> Iterator[Bill]:
    """See the port. A group that began before the slot in which `since` lies may come in two parts."""
    by = frozenset(by)
    whole = since
    if since is not None:
        whole = _slot_after(since)
        if since < whole:
            first = _of_entries(by).where(entries.c.created_at >= since, entries.c.created_at < whole)
            if run_id is not None:
                first = first.where(entries.c.run_id == run_id)
            yield from map(_bill, db.execute(first))
    # Where runs don't matter there is a smaller table.
    rest, slot = (_of_times(), time_sums.c.start) if run_id is None and by == {"slot"} else _of_sums(by)
    if run_id is not None:
        rest = rest.where(usage_sums.c.run_id == run_id)
    if whole is not None:
        rest = rest.where(slot >= whole)
    yield from map(_bill, db.execute(rest))


def names(
    db: Connection, key: NamedKey, run_id: str | None, since: datetime | None, *, unpriced: bool
) -> frozenset[str]:
    """What calls were kept apart by, without what they were billed. `unpriced`: of those without a known price only."""
    sums, calls = usage_sums.c, entries.c
    parts: list[Select[Any]] = [select(sums[_COLUMNS[key]]).distinct()]
    if unpriced:
        parts[0] = parts[0].where(sums.unpriced > 0)
    if since is not None and since < (whole := _slot_after(since)):
        parts[0] = parts[0].where(sums.slot >= whole)
        parts.append(select(calls[_COLUMNS[key]]).where(calls.created_at >= since, calls.created_at < whole))
        if unpriced:
            parts[1] = parts[1].where(calls.cost_pico_usd.is_(None))
    elif since is not None:
        parts[0] = parts[0].where(sums.slot >= since)
    if run_id is not None:
        parts = [part.where(table.run_id == run_id) for part, table in zip(parts, (sums, calls), strict=False)]
    return frozenset(name for part in parts for name in db.execute(part).scalars())


def _slot_after(moment: datetime) -> datetime:
    """The beginning of the first slot that holds nothing from before the moment."""
    over = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment - over + _SLOT if over else moment


def _of_sums(by: Collection[Key]) -> "tuple[Select[*tuple[Any, ...]], ColumnElement[datetime]]":
    row = usage_sums.c
    return _grouped(row, row.slot, by, [_sum(row[name]) for name in _SUMS]), row.slot


def _of_times() -> "Select[*tuple[Any, ...]]":
    row = time_sums.c
    names = (literal("", String) for _ in _COLUMNS)
    return select(row.start, *names, *(row[name] for name in _SUMS)).where(row.span == "slot").order_by(row.start)


def _of_entries(by: Collection[Key]) -> "Select[*tuple[Any, ...]]":
    row = entries.c
    sums = [
        func.count(),
        *(_sum(row[name]) for name in _CLASSES),
        _sum(type_coerce(row.cost_pico_usd, BigInteger)),
        _sum(case((row.cost_pico_usd.is_(None), 1), else_=0)),
    ]
    # All of them lie in one slot: its name in each group is that of its first call.
    return _grouped(row, row.created_at, set(by) - {"slot"}, sums)


def _grouped(
    row: Any, time: ColumnElement[datetime], by: Collection[Key], sums: list[ColumnElement[int]]
) -> "Select[*tuple[Any, ...]]":
    names = [row[column] if key in by else literal("", String) for key, column in _COLUMNS.items()]
    grouping = [row[column] for key, column in _COLUMNS.items() if key in by]
    if "slot" in by:
        grouping.append(time)
    at = time if "slot" in by else func.min(time, type_=UtcTime())
    query = select(at, *names, *sums)
    # Without a group of its own an empty table would still give one row of nothing.
    query = query.group_by(*grouping) if grouping else query.having(func.count() > 0)
    return query.order_by(at, *names)


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _bill(row: "Row[*tuple[Any, ...]]") -> Bill:
    at, run_id, phase, model, issue, calls, fresh, read, short, long, output, pico, unpriced = row
    if type(fresh) is not int:  # PostgreSQL adds up whole numbers to `numeric`
        calls, fresh, read, short, long, output, unpriced = map(
            int, (calls, fresh, read, short, long, output, unpriced)
        )
    usage = Usage(fresh, read, short, long, output)
    return Bill(at, calls, usage, dollars(pico), unpriced, run_id, phase, model, issue)
