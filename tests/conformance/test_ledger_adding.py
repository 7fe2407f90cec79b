"""Many entries at a time, on every database: each once, in all sums, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from adw.adapters.ledger import adding
from adw.adapters.ledger.engine import engine_for, ledger_url, migrating, writing
from adw.adapters.ledger.ledger import SqlLedger
from adw.adapters.ledger.migrations import MIGRATIONS, migrate
from adw.domain.bill import KEYS, bill_of
from adw.domain.quota import OpenCalls
from adw.domain.usage import Usage
from tests.fakes.entries import NOW, entry, later, reservation

START = datetime(2026, 1, 1, tzinfo=UTC)


def made(number):
    return entry(
        f"{number}",
        Usage(number, 3, 10**12, number % 7, 5),
        run_id=f"run-{number % 11}",
        phase="plan" if number % 2 else "build",
        model=f"model-{number % 3}",
        cost=None if number % 5 == 0 else f"0.{number:012}",
        at=later(97 * number),
    )


def reconciled(ledger):
    """Bills, slots and days add up to the entries; how many there are."""
    entries = list(ledger.entries())
    usage = sum((one.usage for one in entries), Usage())
    wanted = [bill_of(one) for one in entries]
    for by in (KEYS, (), ("slot",)):
        bills = ledger.bills(by)
        assert sum((one.usage for one in bills), Usage()) == usage
        assert sum(one.calls for one in bills) == len(entries)
        assert sum(one.cost_usd for one in bills) == sum(one.cost_usd for one in wanted)
        assert sum(one.unpriced for one in bills) == sum(one.unpriced for one in wanted)
    assert sum((used for _, used in ledger.slots(START)), Usage()) == usage
    days = {one.created_at.date() for one in entries}
    of_days = (ledger.standings(datetime(day.year, day.month, day.day, tzinfo=UTC))[0].billed for day in days)
    assert sum(of_days, Usage()) == usage
    return len(entries)


def test_many_are_in_all_sums_once_whatever_was_there_before(database):
    with SqlLedger.open(database) as ledger:
        for number in (3, 2_003):
            ledger.settle(made(number))
        ledger.reserve(reservation("7"), budget_tokens=0, budget_usd=0.0)
        ledger.reserve(reservation("open"), budget_tokens=0, budget_usd=0.0)
        # More than one chunk, some of them twice.
        assert ledger.add(made(number) for number in [*range(1_500), *range(900, 1_100)]) == 1_499
        assert ledger.standings(NOW)[0].held == OpenCalls(input=100)
        assert reconciled(ledger) == 1_501
        assert ledger.add(made(number) for number in range(1_600)) == 100
        assert ledger.add([]) == 0
        ledger.settle(made(9_999))
        assert reconciled(ledger) == 1_602


def test_what_breaks_off_leaves_nothing_and_no_sum_behind(database):
    def torn():
        yield from map(made, range(1_200))
        raise OSError("gone")

    with SqlLedger.open(database) as ledger:
        ledger.add([made(5_000)])
        with pytest.raises(Exception, match="gone"):
            ledger.add(torn())
        assert reconciled(ledger) == 1
        ledger.settle(made(1))
        assert ledger.add(map(made, range(10))) == 9
        assert reconciled(ledger) == 11


def test_entries_that_are_added_come_back_as_they_went_in(database):
    new = [made(number) for number in range(5)]
    with SqlLedger.open(database) as ledger:
        ledger.add(new)
        assert list(ledger.entries()) == new


def test_a_ledger_of_the_second_version_goes_on_as_one_of_the_third(database):
    engine = engine_for(ledger_url(database), patience_s=5)
    with migrating(engine) as db:
        migrate(db, "here", MIGRATIONS[:2])
    with writing(engine) as db:
        assert adding.one(db, made(1))
    engine.dispose()
    with SqlLedger.open(database) as ledger:
        assert reconciled(ledger) == 1
        ledger.reserve(reservation("2", at=NOW + timedelta(minutes=1)), budget_tokens=0, budget_usd=0.0)
        ledger.settle(made(2))
        ledger.add([made(3), made(4)])
        assert reconciled(ledger) == 4
        assert ledger.standings(NOW)[0].held == OpenCalls()
