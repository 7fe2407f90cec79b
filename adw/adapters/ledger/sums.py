"""What runs and periods have spent and hold, added up by the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    String,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    not_,
    select,
    type_coerce,
    union_all,
)

from adw.adapters.ledger.tables import UtcTime, dollars, entries, reservations, time_sums, usage_sums
from adw.domain.quota import OpenCalls, Period, Standing
from adw.domain.usage import Usage
from adw.quota.budget import Held

CLASSES = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output")
_DAY = timedelta(days=1)
_NONE: ColumnElement[int] = literal_column("0", BigInteger)
"""Written out like all else that never changes: drivers parse a statement with many parameters anew each time."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a period that is read from rows of one kind."""

    kind: str
    """The period's: `day` or `month`."""
    span: str
    """The rows': `slot`, or `day` for whole days UTC."""
    first: str
    """Names of the moments that it lies between."""
    end: str


def total(column: ColumnElement[int]) -> ColumnElement[int]:
    """The sum; 0 where there is nothing to add."""
    return func.coalesce(func.sum(type_coerce(column, BigInteger)), _NONE)


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=UtcTime())


def _name(what: str) -> ColumnElement[str]:
    return literal_column(f"'{what}'", String)


def _billed(what: str, table: Table, condition: ColumnElement[bool]) -> "Select[*tuple[Any, ...]]":
    return select(_name(what), *(total(table.c[name]) for name in (*CLASSES, "pico_usd"))).where(condition)


def _open(what: str, condition: ColumnElement[bool]) -> "Select[*tuple[Any, ...]]":
    sums = (total(reservations.c[name]) for name in ("input", "output", "pico_usd"))
    return select(_name(what), *sums, _NONE, _NONE, _NONE).where(condition)


# A clock that was wrong for a while must not hold tokens for as long as it was wrong: the future counts as little.
_ALIVE = reservations.c.created_at.between(_moment("oldest"), _moment("newest"))
_OTHERS = and_(reservations.c.key != bindparam("key"), _ALIVE)


def _of_call() -> "tuple[Select[*tuple[Any, ...]], ...]":
    none = (_NONE,) * 5
    run: ColumnElement[str] = bindparam("run_id")
    return (
        select(_name("settled"), func.count(), *none).where(entries.c.key == bindparam("key")),
        select(_name("dead"), func.count(), *none).where(not_(_ALIVE)).select_from(reservations),
        _billed("run", usage_sums, usage_sums.c.run_id == run),
        _open("run open", and_(reservations.c.run_id == run, _OTHERS)),
    )


def _of_part(part: Part) -> "Select[*tuple[Any, ...]]":
    start = time_sums.c.start
    inside = and_(start >= _moment(f"{part.kind}_{part.first}"), start < _moment(f"{part.kind}_{part.end}"))
    return _billed(part.kind, time_sums, and_(time_sums.c.span == literal_column(f"'{part.span}'", String), inside))


@cache
def _statement(*, call: bool, parts: tuple[Part, ...]) -> CompoundSelect[Any]:
    """One statement, because one statement sees one moment: between two a call could settle and count twice.

    Made once: to make it takes longer than to run it.
    """
    everything = _open("open", _OTHERS)
    return union_all(*(_of_call() if call else ()), *map(_of_part, parts), everything)


@dataclass(frozen=True, slots=True)
class Found:
    """What a reservation has to be held against."""

    settled: bool
    """Whether the key is settled already."""
    dead: bool
    """Whether calls that crashed have left something."""
    held: Held
    """By the run."""
    standings: tuple[Standing, ...]


def found(
    db: Connection, key: str, run_id: str, *, alive: tuple[datetime, datetime], periods: tuple[Period, ...]
) -> Found:
    """Everything about a call to be reserved. `alive`: from when to when a reservation of now may have been made."""
    parts = parts_of(periods)
    given = {"key": key, "run_id": run_id, "oldest": alive[0], "newest": alive[1], **_moments(parts)}
    rows = _rows(db, _statement(call=True, parts=tuple(parts)), given)
    (run,), (run_open,) = rows["run"], rows["run open"]
    held = Held(tokens=sum(run[:5]) + sum(run_open[:2]), usd=dollars(run[5]) + dollars(run_open[2]))
    return Found(bool(rows["settled"][0][0]), bool(rows["dead"][0][0]), held, _standings(rows, periods))


def standings(db: Connection, *, alive: tuple[datetime, datetime], periods: tuple[Period, ...]) -> tuple[Standing, ...]:
    """How the periods (a day, a month) stand."""
    parts = parts_of(periods)
    given = {"key": "", "oldest": alive[0], "newest": alive[1], **_moments(parts)}
    return _standings(_rows(db, _statement(call=False, parts=tuple(parts)), given), periods)


def parts_of(periods: Iterable[Period]) -> dict[Part, tuple[datetime, datetime]]:
    """Each period is the UTC days that lie wholly in it, and slots before and behind them: the moments of each part."""
    parts: dict[Part, tuple[datetime, datetime]] = {}
    for period in periods:
        # A local day seldom holds a whole UTC day; then all of it is slots.
        days = min(_midnight(period.start + _DAY - timedelta(microseconds=1)), period.end)
        rest = max(days, _midnight(period.end))
        at = {"start": period.start, "days": days, "rest": rest, "end": period.end}
        for span, first, end in (("slot", "start", "days"), ("day", "days", "rest"), ("slot", "rest", "end")):
            if at[first] < at[end]:
                parts[Part(period.kind, span, first, end)] = (at[first], at[end])
    return parts


def _moments(parts: Mapping[Part, tuple[datetime, datetime]]) -> dict[str, datetime]:
    return {
        f"{part.kind}_{name}": moment
        for part, moments in parts.items()
        for name, moment in zip((part.first, part.end), moments, strict=True)
    }


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _rows(
    db: Connection,
    statement: CompoundSelect[Any],
    given: Mapping[str, object],
) -> dict[str, list[tuple[int, ...]]]:
    """The numbers of each part by its name."""
    rows: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for row in db.execute(statement, given):
        rows[row[0]].append(tuple(int(number) for number in row[1:]))
    return rows


def _standings(rows: dict[str, list[tuple[int, ...]]], periods: tuple[Period, ...]) -> tuple[Standing, ...]:
    held = OpenCalls(*rows["open"][0][:2])
    return tuple(
        Standing(period, sum((Usage(*row[:5]) for row in rows[period.kind]), Usage()), held) for period in periods
    )


_SPENT = select(*(total(usage_sums.c[name]) for name in CLASSES)).where(usage_sums.c.run_id == bindparam("run_id"))


def spent(db: Connection, run_id: str) -> Usage:
    """Tokens that the run was billed."""
    row = db.execute(_SPENT, {"run_id": run_id}).one()
    return Usage(*(int(tokens) for tokens in row))


_SLOTS = (
    select(time_sums.c.start, *(time_sums.c[name] for name in CLASSES))
    .where(time_sums.c.span == literal_column("'slot'", String), time_sums.c.start >= _moment("since"))
    .order_by(time_sums.c.start)
)


def slots(db: Connection, since: datetime) -> list[tuple[datetime, Usage]]:
    """Every quarter of an hour with calls, from the one that begins at `since` on."""
    return [(row[0], Usage(*row[1:])) for row in db.execute(_SLOTS, {"since": since})]
