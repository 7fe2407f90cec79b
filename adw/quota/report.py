"""The sums of `adw usage report`, from the ledger's bills. Every breakdown adds up to the totals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Literal

from adw.domain.bill import Bill, Key

By = Literal["run", "phase", "model", "issue", "day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some calls. `total` = fresh + cache read + cache write (5 m, 1 h) + output."""

    calls: int
    runs: int
    """Runs that made these calls. A run that made calls in two groups counts in both. Kept apart by run: exact."""
    fresh: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int
    total: int
    cache_hit_rate: float
    """Cache read / (fresh + cache read + cache write); 0.0 where nothing was sent."""
    cost_usd: Decimal
    """Of the calls that have a price."""
    unpriced_calls: int
    """Calls whose cost is not known and not in `cost_usd`."""


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class Breakdown:
    by: By
    groups: tuple[Group, ...]
    """Runs and issues in the order of their first call, periods in time's, the rest by name."""


@dataclass(frozen=True, slots=True)
class UsageReport:
    totals: Totals
    breakdowns: tuple[Breakdown, ...]
    unpriced_models: tuple[str, ...]
    """Models of the calls without a price, sorted."""
    first: datetime | None
    """UTC time of the oldest call; None for an empty ledger."""
    last: datetime | None

    def by(self, what: By) -> tuple[Group, ...]:
        """The groups of one breakdown. Raises KeyError where the report was made without it."""
        return {breakdown.by: breakdown.groups for breakdown in self.breakdowns}[what]


def usage_report(
    bills: Iterable[Bill], by: Iterable[By] = ("run", "phase", "model", "day"), *, zone: tzinfo = UTC
) -> UsageReport:
    """The report over `bills`, which are read once. Days, weeks (ISO) and months are those of `zone`.

    The bills must have been kept apart by what the report is by: periods by slots.
    """
    everything = _Sum()
    grouped: dict[By, dict[str, _Sum]] = {what: {} for what in by}
    first = last = None
    for bill in bills:
        everything.add(bill)
        for what, sums in grouped.items():
            sums.setdefault(_KEYS[what](bill, zone), _Sum()).add(bill)
        first = bill.at if first is None else min(first, bill.at)
        last = bill.at if last is None else max(last, bill.at)
    return UsageReport(
        totals=everything.totals(),
        breakdowns=tuple(Breakdown(what, _groups(what, sums)) for what, sums in grouped.items()),
        unpriced_models=tuple(sorted(everything.unpriced)),
        first=first,
        last=last,
    )


class _Sum:
    """Adds up bills, as plain numbers: a report may be of hundreds of thousands."""

    __slots__ = ("calls", "cost_usd", "fresh", "long", "output", "read", "runs", "short", "unpriced", "unpriced_calls")

    def __init__(self) -> None:
        self.calls = self.fresh = self.read = self.short = self.long = self.output = self.unpriced_calls = 0
        self.cost_usd = Decimal(0)
        self.runs: set[str] = set()
        self.unpriced: set[str] = set()

    def add(self, bill: Bill) -> None:
        usage = bill.usage
        self.calls += bill.calls
        self.fresh += usage.fresh
        self.read += usage.cache_read
        self.short += usage.cache_write_5m
        self.long += usage.cache_write_1h
        self.output += usage.output
        self.cost_usd += bill.cost_usd
        self.runs.add(bill.run_id)
        if bill.unpriced:
            self.unpriced_calls += bill.unpriced
            self.unpriced.add(bill.model)

    def totals(self) -> Totals:
        sent = self.fresh + self.read + self.short + self.long
        return Totals(
            calls=self.calls,
            runs=len(self.runs),
            fresh=self.fresh,
            cache_read=self.read,
            cache_write_5m=self.short,
            cache_write_1h=self.long,
            output=self.output,
            total=sent + self.output,
            cache_hit_rate=self.read / sent if sent else 0.0,
            cost_usd=self.cost_usd,
            unpriced_calls=self.unpriced_calls,
        )


def _week(bill: Bill, zone: tzinfo) -> str:
    year, week, _ = bill.at.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


_KEYS: dict[By, Callable[[Bill, tzinfo], str]] = {
    "run": lambda bill, _: bill.run_id,
    "phase": lambda bill, _: bill.phase,
    "model": lambda bill, _: bill.model,
    "issue": lambda bill, _: bill.issue,
    "day": lambda bill, zone: bill.at.astimezone(zone).date().isoformat(),
    "week": _week,
    "month": lambda bill, zone: bill.at.astimezone(zone).date().isoformat()[:7],
}

_APART: dict[By, Key] = {
    "run": "run",
    "phase": "phase",
    "model": "model",
    "issue": "issue",
    "day": "slot",
    "week": "slot",
    "month": "slot",
}


def kept_apart(by: Iterable[By]) -> tuple[Key, ...]:
    """What the bills of such a report must be kept apart by."""
    return tuple(dict.fromkeys(_APART[what] for what in by))


def _groups(what: By, sums: dict[str, _Sum]) -> tuple[Group, ...]:
    """Dictionaries keep the order of the first call; where another order is promised, sort."""
    names = list(sums) if what in {"run", "issue"} else sorted(sums)
    return tuple(Group(name, sums[name].totals()) for name in names)
