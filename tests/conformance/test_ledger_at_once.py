"""PostgreSQL decides the usual case itself: its verdict is the one that Python comes to."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.adapters.ledger import at_once, calls
from adw.adapters.ledger.engine import writing
from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.quota import OpenCalls, Quota
from adw.domain.usage import Usage
from adw.domain.weights import COST, ITPM, RAW, Weights
from adw.errors import BudgetExceeded, QuotaExceeded
from tests.fakes.entries import NOW, entry, later, reservation

LIFE = timedelta(hours=1)
DAYS = count(1)


@pytest.fixture
def ledger(postgresql):
    with SqlLedger.open(postgresql.new_database()) as opened:
        yield opened


def call(ledger, asked, *, budget_tokens=0, budget_usd=0.0, life=LIFE):
    return calls.asked(asked, budget_tokens=budget_tokens, budget_usd=budget_usd, quota=ledger.quota, life=life)


def held(ledger, asked, **limits):
    with ledger._alone.connect() as db:
        return at_once.held(db, call(ledger, asked, **limits))


def fits(ledger, asked, **limits):
    """What the other way says, which leaves nothing here."""
    made = call(ledger, asked, **limits)
    with writing(ledger._engine, made.lock) as db, db.begin_nested() as undone:
        verdict = calls.hold(db, made) is None
        undone.rollback()
    return verdict


TOKENS = st.integers(0, 70)
USAGES = st.builds(Usage, *[TOKENS] * 5)
RUNS = st.sampled_from("ab")
# Hours from five in the morning UTC: around midnight in every zone, and anywhere.
HOURS = st.one_of(st.sampled_from([-12, -11, -7, -6, -5, 12, 13, 17, 18, 19]), st.integers(-40, 40))
BILLED = st.lists(st.tuples(USAGES, HOURS, RUNS), min_size=2, max_size=9)
OPEN = st.lists(st.tuples(TOKENS, TOKENS, st.integers(-50, 50), RUNS), max_size=4)
WEIGHTS = st.sampled_from([RAW, ITPM, COST, Weights(0.1, 0, 1.25, 5)])
ZONES = st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    billed=BILLED,
    open_calls=OPEN,
    asked=st.tuples(TOKENS, TOKENS),
    quota=st.builds(Quota, weights=WEIGHTS, zone=ZONES),
    tightest=st.sampled_from(["day", "month", "tokens", "usd"]),
    spare=st.sampled_from([-1, 0]),
)
def test_it_holds_what_the_other_way_holds(ledger, billed, open_calls, asked, quota, tightest, spare):
    day = next(DAYS)
    # Months apart: what one example leaves does not count for another.
    now, run = NOW + timedelta(days=62 * day), f"{day}"
    new = reservation(f"{run}:new", sum(asked), output=asked[1], usd="0.1", run_id=f"{run}a", at=now)
    ledger.quota = quota
    for number, (usage, hours, name) in enumerate(billed):
        at = now + timedelta(hours=hours)
        ledger.settle(entry(f"{run}:s{number}", usage, run_id=run + name, cost="0.1", at=at))
    held_before = []
    for number, (sent, most, minutes, name) in enumerate(open_calls):
        at = now + timedelta(minutes=minutes)
        made = reservation(f"{run}:o{number}", sent + most, output=most, usd="0.1", run_id=run + name, at=at)
        ledger.reserve(made, budget_tokens=0, budget_usd=0.0)
        held_before.append(made)
    ledger.quota, bounds = limits(ledger, new, held_before, {tightest: spare})
    verdict = fits(ledger, new, **bounds)
    before = ledger.standings(now)[0].held
    assert held(ledger, new, **bounds) == verdict
    assert ledger.standings(now)[0].held.tokens == before.tokens + (new.tokens if verdict else 0)
    for one in (new, *held_before):
        ledger.release(one.tag.key)


def limits(ledger, new, others, spare):
    """A quota and a budget that are so many tokens, or cents, above what all of it would count; where not said, 100."""
    quota, run, tokens = ledger.quota, new.tag.run_id, {}
    for standing in ledger.standings(new.created_at):
        counted = quota.weights.exact(standing.billed)
        counted += quota.weights.worst(standing.held.input + new.input, standing.held.output + new.output)
        kind = standing.period.kind
        tokens[kind] = max(1, int(counted) + spare.get(kind, 100))
    mine = [new, *(one for one in others if one.tag.run_id == run)]
    run_tokens = ledger.spent(run).total + sum(one.tokens for one in mine)
    cents = 10 * (len(mine) + len(list(ledger.entries(run_id=run))))
    return replace(quota, daily_tokens=tokens["day"], monthly_tokens=tokens["month"]), {
        "budget_tokens": max(1, run_tokens + spare.get("tokens", 100)),
        "budget_usd": (cents + spare.get("usd", 100)) / 100,
    }


def test_no_is_said_to_what_has_to_be_looked_at(ledger):
    ledger.settle(entry("settled"))
    assert not held(ledger, reservation("settled"))
    assert held(ledger, reservation("dead", at=later(-3601)))
    assert not held(ledger, reservation("a"))
    ledger.reserve(reservation("a"), budget_tokens=0, budget_usd=0.0)
    assert ledger.standings(NOW)[0].held == OpenCalls(input=100)
    assert held(ledger, reservation("b"))


def test_a_held_key_is_held_anew_without_itself(ledger):
    assert held(ledger, reservation("a", 90), budget_tokens=100)
    assert held(ledger, reservation("a", 100), budget_tokens=100)
    assert not held(ledger, reservation("b", 1), budget_tokens=100)
    assert ledger.standings(NOW)[0].held == OpenCalls(input=100)


def test_limits_beyond_all_numbers_of_a_database_are_limits(ledger):
    ledger.quota = Quota(monthly_tokens=10**30, daily_tokens=10**25)
    assert held(ledger, reservation("a", 10**15), budget_tokens=10**40, budget_usd=1e30)
    ledger.settle(entry("a", Usage(fresh=10**18, cache_read=10**18, output=10**18)))
    ledger.settle(entry("b", Usage(*[10**18] * 5)))
    assert held(ledger, reservation("c", 10**18), budget_tokens=10**19)
    with pytest.raises(BudgetExceeded):
        ledger.reserve(reservation("d", 10**18), budget_tokens=9 * 10**18, budget_usd=0.0)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_server_with_another_isolation_level_changes_nothing(postgresql, level):
    where = f"{postgresql.new_database()}&options=-cdefault_transaction_isolation={level.replace(' ', '%5C%20')}"
    with SqlLedger.open(where, quota=Quota(daily_tokens=100)) as ledger, ledger._alone.connect() as db:
        assert db.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
        db.exec_driver_sql(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}")
        assert not at_once.held(db, call(ledger, reservation("a", 60)))
        ledger.reserve(reservation("a", 60), budget_tokens=0, budget_usd=0.0)
        with pytest.raises(QuotaExceeded):
            ledger.reserve(reservation("b", 41), budget_tokens=0, budget_usd=0.0)


def test_numbers_of_all_sizes_are_one_statement_to_the_server(ledger):
    with ledger._alone.connect() as db:
        db.exec_driver_sql("DEALLOCATE ALL")
    for number in range(30):
        ledger.settle(entry(f"{number}", Usage(*[10 ** (number % 3 * 4)] * 5), at=later(number)))
    with ledger._alone.connect() as db:
        query = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%INTO entries%%'"
        assert db.exec_driver_sql(query).scalar() == 1
