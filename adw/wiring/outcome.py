"""Sums over a run's ledger entries, as results show them."""

from collections.abc import Iterable
from decimal import Decimal

from adw.domain.entry import Entry
from adw.domain.results import RunOutcome
from adw.domain.run import RunRecord
from adw.domain.usage import Usage
from adw.ports import Ledger


def total(entries: Iterable[Entry]) -> tuple[Usage, Decimal | None, int]:
    """Usage, cost in US dollars (None where a call has no known price) and number of calls."""
    usage, cost, calls, unpriced = Usage(), Decimal(0), 0, False
    for entry in entries:
        usage += entry.usage
        cost += entry.cost_usd or Decimal(0)
        unpriced = unpriced or entry.cost_usd is None
        calls += 1
    return usage, None if unpriced else cost, calls


def outcome_of(record: RunRecord, ledger: Ledger, seconds: float) -> RunOutcome:
    """The run as `adw run` shows it."""
    usage, cost, calls = total(ledger.entries(run_id=record.spec.id))
    return RunOutcome(
        record=record,
        usage=usage,
        cost_usd=cost,
        calls=calls,
        seconds=seconds,
        branch=record.spec.branch,
        warnings=(*record.spec.warnings, *(f"{one.message}. {one.action}" for one in ledger.alerts(record.spec.id))),
    )
