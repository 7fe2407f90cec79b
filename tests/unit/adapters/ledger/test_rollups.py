# ruff: noqa: S608 - only names of the tests' own go into the statements
import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.adapters.ledger.engine import engine_for, ledger_url, migrating
from adw.adapters.ledger.ledger import SqlLedger
from adw.adapters.ledger.migrations import MIGRATIONS, migrate
from adw.domain.usage import Usage
from adw.errors import StorageError
from tests.fakes.entries import NOW, entry, reservation

SUMS = (
    "sum(calls), sum(fresh), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(output), "
    "sum(pico_usd), sum(unpriced)"
)
ENTRIES = (
    "count(*), sum(fresh), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(output), "
    "coalesce(sum(cost_pico_usd), 0), sum(cost_pico_usd IS NULL)"
)


def asked(file, *queries):
    db = sqlite3.connect(file)
    rows = [db.execute(query).fetchall() for query in queries]
    db.close()
    return rows


def reconciled(file):
    """Every rollup adds up to the entries."""
    of_entries, by_run, by_slot, by_day = asked(
        file,
        f"SELECT {ENTRIES} FROM entries",
        f"SELECT {SUMS} FROM usage_sums",
        f"SELECT {SUMS} FROM time_sums WHERE span = 'slot'",
        f"SELECT {SUMS} FROM time_sums WHERE span = 'day'",
    )
    assert of_entries == by_run == by_slot == by_day
    return of_entries[0][0]


TOKENS = st.integers(0, 10**12)
CALLS = st.tuples(
    st.builds(Usage, TOKENS, TOKENS, TOKENS, TOKENS, TOKENS),
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 3), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    st.sampled_from(["run-1", "run-2"]),
    st.sampled_from(["plan", "build"]),
    st.one_of(st.none(), st.decimals(0, 1000, places=12)),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(settled=st.lists(CALLS, max_size=8), imported=st.lists(CALLS, max_size=8))
def test_sums_reconcile_with_the_entries_to_the_last_token(tmp_path_factory, settled, imported):
    file = tmp_path_factory.mktemp("rollups") / "ledger.db"

    def made(number, usage, at, run, phase, cost):
        return entry(str(number), usage, at=at, run_id=run, phase=phase, cost=None if cost is None else str(cost))

    with SqlLedger.open(file) as ledger:
        for number, call in enumerate(settled):
            ledger.settle(made(number, *call))
        assert ledger.add(made(number + 100, *call) for number, call in enumerate(imported)) == len(imported)
        total = sum((call[0] for call in settled + imported), Usage())
        assert sum((usage for _, usage in ledger.slots(datetime(2026, 1, 1, tzinfo=UTC))), Usage()) == total
        assert ledger.spent("run-1") + ledger.spent("run-2") == total
    if settled or imported:
        reconciled(file)
    costs = [call[4] for call in settled + imported if call[4] is not None]
    ((pico,),) = asked(file, "SELECT coalesce(sum(pico_usd), 0) FROM usage_sums")[0]
    assert Decimal(pico).scaleb(-12) == sum(costs, Decimal(0))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ledger.db"


def test_a_slot_is_a_quarter_of_an_hour(file):
    start = datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
    moments = [start, start + timedelta(minutes=14, seconds=59.999999), start + timedelta(minutes=15), NOW]
    with SqlLedger.open(file) as ledger:
        for number, at in enumerate(moments):
            ledger.settle(entry(str(number), Usage(fresh=1), at=at))
        assert ledger.slots(start) == [(start, Usage(fresh=3)), (start + timedelta(minutes=15), Usage(fresh=1))]
        assert ledger.slots(start + timedelta(minutes=1)) == [(start + timedelta(minutes=15), Usage(fresh=1))]


def test_a_ledger_of_the_first_version_gets_its_sums_and_keeps_what_it_holds(file):
    engine = engine_for(ledger_url(file), patience_s=5)
    with migrating(engine) as db:
        migrate(db, "here", MIGRATIONS[:1])
        for number in range(5):
            db.exec_driver_sql(
                "INSERT INTO entries (key, run_id, issue, phase, attempt, turn, model, fresh, cache_read,"
                " cache_write_5m, cache_write_1h, output, counted_input, cost_pico_usd, prompt_version, flags,"
                " duration_s, outcome, created_at) VALUES"
                f" ('{number}', 'run-1', '42', 'plan', 1, 1, 'm', 10, 20, 1, 2, 3, 30, {'NULL' if number else 7},"
                f" 'p', '[]', 1.0, 'ok', '2026-03-04 0{number}:59:59.999999')"
            )
        db.exec_driver_sql("INSERT INTO reservations VALUES ('open', 'run-1', 90, 0, '2026-03-04 05:06:00.000000')")
    engine.dispose()
    with SqlLedger.open(file) as ledger:
        assert ledger.spent("run-1") == Usage(50, 100, 5, 10, 15)
        assert ledger.standings(NOW)[0].billed == Usage(50, 100, 5, 10, 15)
        assert ledger.standings(NOW)[0].held.tokens == 90
        ledger.settle(entry("open", Usage(fresh=1)))
        assert ledger.standings(NOW)[0].held.tokens == 0
    assert reconciled(file) == 6


def test_an_entry_ends_the_reservation_of_its_key_whoever_writes_it(file):
    with SqlLedger.open(file) as ledger:
        ledger.reserve(reservation("a"), budget_tokens=0, budget_usd=0.0)
        ledger.reserve(reservation("b"), budget_tokens=0, budget_usd=0.0)
        ledger.add([entry("a")])
        assert ledger.standings(NOW)[0].held.tokens == 100


def test_what_fails_on_the_way_changes_no_sum(file):
    with SqlLedger.open(file) as ledger:
        ledger.settle(entry("a"))
    db = sqlite3.connect(file)
    db.execute("CREATE TRIGGER full BEFORE INSERT ON time_sums BEGIN SELECT RAISE(ABORT, 'no'); END")
    db.commit()
    db.close()
    with SqlLedger.open(file) as ledger, pytest.raises(StorageError, match="refuses an entry"):
        ledger.settle(entry("b"))
    assert reconciled(file) == 1
