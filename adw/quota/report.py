"""The lines of `adw usage report`, from the ledger's bills. They add up to the total."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from operator import attrgetter
from typing import Literal

from adw.domain.bill import Bill, Key
from adw.domain.results import UsageRow
from adw.quota.sums import Sum

By = Literal["run", "phase", "model", "issue", "day", "week", "month"]
_PERIODS: dict[By, Callable[[datetime], str]] = {
    "day": lambda at: at.date().isoformat(),
    "week": lambda at: "{}-W{:02}".format(*at.isocalendar()),
    "month": lambda at: at.date().isoformat()[:7],
}
_NAMES: dict[By, tuple[Key, str]] = {
    "run": ("run", "run_id"),
    "phase": ("phase", "phase"),
    "model": ("model", "model"),
    "issue": ("issue", "issue"),
}


def kept_apart(by: By) -> tuple[Key, ...]:
    """What the bills of such a report must be kept apart by: periods by slots."""
    return (_NAMES[by][0],) if by in _NAMES else ("slot",)


def lines(
    bills: Iterable[Bill], by: By, *, zone: tzinfo = UTC, titles: Mapping[str, str] | None = None
) -> tuple[tuple[UsageRow, ...], UsageRow]:
    """A line for each run, phase …, and the sum of all. `bills` are read once. `titles`: by the line's name.

    Days, weeks (ISO) and months are those of `zone`, in time's order like runs and issues, which stand in the order of
    their first call; phases and models by name.
    """
    titles = titles or {}
    everything = Sum()
    found: dict[str, Bill | Sum] = {}
    name_of = _name_of(by, zone)
    for bill in bills:
        everything.add(bill)
        name = name_of(bill)
        known = found.get(name)
        if known is None:
            found[name] = bill  # mostly the only one of its name: a run's bill is its line
        elif isinstance(known, Sum):
            known.add(bill)
        else:
            found[name] = Sum(known, bill)
    # Dictionaries keep the order of the first call.
    names = found if by in {"run", "issue"} else sorted(found)
    rows = tuple(_row(name, found[name], titles.get(name, "")) for name in names)
    return rows, _row("total", everything)


def _row(name: str, one: Bill | Sum, title: str = "") -> UsageRow:
    return UsageRow(name, one.calls, one.usage, one.cost_usd, one.unpriced, title)


def _name_of(by: By, zone: tzinfo) -> Callable[[Bill], str]:
    if by in _NAMES:
        return attrgetter(_NAMES[by][1])
    period = _PERIODS[by]
    return lambda bill: period(bill.at.astimezone(zone))
