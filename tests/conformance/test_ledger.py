"""What every ledger does, in memory or in a database."""

import os
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adw.adapters.ledger import engine
from adw.adapters.ledger.engine import reading
from adw.adapters.ledger.ledger import SqlLedger
from adw.adapters.ledger.tables import quota_tracking
from adw.domain.bill import KEYS as BILL_KEYS
from adw.domain.bill import bill_of
from adw.domain.usage import Usage
from adw.errors import BudgetExceeded
from tests.fakes.entries import NOW, entry, later, reservation


def reserve(ledger, key, tokens, budget, **more):
    ledger.reserve(reservation(key, tokens, **more), budget_tokens=budget, budget_usd=0.0)


def test_a_budget_can_be_held_to_its_last_token(ledger):
    reserve(ledger, "a", 60, 100)
    reserve(ledger, "b", 40, 100)
    with pytest.raises(BudgetExceeded):
        reserve(ledger, "c", 1, 100)


def test_what_does_not_fit_is_told_and_not_held(ledger):
    reserve(ledger, "a", 60, 100)
    with pytest.raises(BudgetExceeded) as caught:
        reserve(ledger, "b", 50, 100)
    assert (caught.value.asked, caught.value.left, caught.value.utilization) == (50, 40, 1.1)
    assert caught.value.unit == "tokens"
    reserve(ledger, "c", 40, 100)


def test_settled_calls_count_with_what_was_billed_not_with_what_was_held(ledger):
    reserve(ledger, "a", 90, 100)
    ledger.settle(entry("a", Usage(fresh=10, cache_read=20, cache_write_5m=5, cache_write_1h=4, output=1)))
    reserve(ledger, "b", 60, 100)
    with pytest.raises(BudgetExceeded):
        reserve(ledger, "c", 1, 100)


def test_a_budget_in_dollars_holds_too(ledger):
    ledger.settle(entry("a", cost="0.25"))
    ledger.settle(entry("unpriced", cost=None))
    ledger.reserve(reservation("b", usd="0.5"), budget_tokens=0, budget_usd=1.0)
    with pytest.raises(BudgetExceeded) as caught:
        ledger.reserve(reservation("c", usd="0.26"), budget_tokens=0, budget_usd=1.0)
    assert (caught.value.unit, caught.value.left) == ("usd", 0.25)
    ledger.reserve(reservation("c", usd="0.25"), budget_tokens=0, budget_usd=1.0)


def test_no_budget_is_no_limit(ledger):
    reserve(ledger, "a", 10**12, 0)
    reserve(ledger, "b", 10**12, 0)


def test_runs_do_not_share_a_budget(ledger):
    reserve(ledger, "a", 100, 100, run_id="run-1")
    reserve(ledger, "b", 100, 100, run_id="run-2")


def test_a_key_that_is_held_is_held_once(ledger):
    reserve(ledger, "a", 60, 100)
    reserve(ledger, "a", 60, 100)
    reserve(ledger, "b", 40, 100)


def test_a_key_that_is_reserved_anew_takes_the_place_of_what_it_held(ledger):
    reserve(ledger, "a", 90, 100)
    reserve(ledger, "a", 10, 100)
    reserve(ledger, "b", 90, 100)


def test_a_key_that_no_longer_fits_holds_nothing(ledger):
    reserve(ledger, "a", 60, 100)
    with pytest.raises(BudgetExceeded):
        reserve(ledger, "a", 101, 100)
    reserve(ledger, "b", 100, 100)


def test_a_settled_key_is_not_reserved_again(ledger):
    ledger.settle(entry("a", Usage(fresh=100)))
    reserve(ledger, "a", 50, 100)
    assert ledger.spent("run-1") == Usage(fresh=100)
    reserve(ledger, "b", 50, 150)


def test_a_key_is_settled_once(ledger):
    ledger.settle(entry("a", Usage(fresh=10)))
    ledger.settle(entry("a", Usage(fresh=99)))
    assert ledger.spent("run-1") == Usage(fresh=10)
    assert len(list(ledger.entries())) == 1


def test_a_key_that_is_settled_again_is_not_tracked_again(database):
    with SqlLedger.open(database) as ledger:
        ledger.settle(entry("a", Usage(fresh=10)))
        ledger.settle(entry("a", Usage(fresh=99)))
        ledger.settle(entry("b", Usage(fresh=1)))
        with reading(ledger._engine) as db:
            assert [tuple(row) for row in db.execute(select(quota_tracking.c.total_tokens))] == [(11,)]


def test_settling_ends_the_reservation(ledger):
    reserve(ledger, "a", 90, 100)
    ledger.settle(entry("a", Usage()))
    reserve(ledger, "b", 100, 100)


def test_releasing_gives_back_what_was_held(ledger):
    reserve(ledger, "a", 100, 100)
    ledger.release("a")
    ledger.release("never held")
    reserve(ledger, "b", 100, 100)


def test_what_a_crash_left_held_expires(ledger):
    reserve(ledger, "crashed", 100, 100, at=NOW)
    with pytest.raises(BudgetExceeded):
        reserve(ledger, "b", 1, 100, at=NOW + timedelta(minutes=59))
    reserve(ledger, "b", 100, 100, at=NOW + timedelta(minutes=61))


def test_spent_adds_up_by_class_and_run(ledger):
    assert ledger.spent("run-1") == Usage()
    ledger.settle(entry("a", Usage(1, 2, 3, 4, 5)))
    ledger.settle(entry("b", Usage(10, 20, 30, 40, 50)))
    ledger.settle(entry("c", Usage(1000), run_id="run-2"))
    reserve(ledger, "d", 5, 0)
    assert ledger.spent("run-1") == Usage(11, 22, 33, 44, 55)


def test_entries_come_back_as_they_went_in_oldest_first(ledger):
    third = entry("c", Usage(1, 2, 3, 4, 5), cost="0.000000000001", at=later(9))
    first = entry("a", cost=None, at=later(1), model="glm-5", phase="plan")
    second = entry("b", cost="123456.1", at=later(5), run_id="run-2")
    for one in (third, first, second):
        ledger.settle(one)
    assert list(ledger.entries()) == [first, second, third]
    assert list(ledger.entries(run_id="run-1")) == [first, third]
    assert list(ledger.entries(since=later(5))) == [second, third]
    assert list(ledger.entries(run_id="run-1", since=later(5))) == [third]


def test_entries_can_be_read_while_others_are_written(ledger):
    for number in range(3):
        ledger.settle(entry(f"a{number}"))
    for number, _ in enumerate(ledger.entries(since=NOW)):
        if number < 3:
            ledger.settle(entry(f"b{number}", at=later(-1)))
    assert len(list(ledger.entries())) == 6


KEYS = st.sampled_from("abcdef")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), KEYS, st.integers(0, 60)),
        st.tuples(st.just("settle"), KEYS, st.integers(0, 60)),
        st.tuples(st.just("release"), KEYS, st.just(0)),
    ),
    max_size=25,
)


RUNS = count(1)


# Examples share a ledger, but none shares its run.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_calls_that_settle_within_what_they_hold_never_pass_the_budget(ledger, steps):
    run, held, settled = f"run-{next(RUNS)}", {}, {}
    for act, letter, tokens in steps:
        key = f"{run}:{letter}"
        if act == "reserve":
            try:
                reserve(ledger, key, tokens, 100, run_id=run)
            except BudgetExceeded:
                held.pop(key, None)
                assert sum(settled.values()) + sum(held.values()) + tokens > 100
            else:
                if key not in settled:
                    held[key] = tokens
        elif act == "settle" and key in held:
            settled[key] = min(tokens, held.pop(key))
            ledger.settle(entry(key, Usage(output=settled[key]), run_id=run))
        elif act == "release":
            held.pop(key, None)
            ledger.release(key)
        assert ledger.spent(run).total == sum(settled.values())
        assert sum(settled.values()) + sum(held.values()) <= 100


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(costs=st.lists(st.decimals(0, 1000, places=12), max_size=10))
def test_costs_add_up_to_the_last_digit(ledger, costs):
    run = f"run-{next(RUNS)}"
    for number, cost in enumerate(costs):
        ledger.settle(entry(f"{run}:{number}", cost=str(cost), run_id=run))
    assert sum((one.cost_usd for one in ledger.entries(run_id=run)), Decimal(0)) == sum(costs, Decimal(0))


CALLER = """
import sys
from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.usage import Usage
from adw.errors import BudgetExceeded
from tests.fakes.entries import entry, reservation

where, name, calls, last = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
settled = 0
with SqlLedger.open(where) as ledger:
    for number in range(calls):
        key = f"{name}:{number}"
        try:
            ledger.reserve(reservation(key, 100), budget_tokens=10_000, budget_usd=0.0)
        except BudgetExceeded:
            continue
        if number == calls - 1 and last == "hang":
            print("holding", flush=True)
            sys.stdin.read()
        ledger.settle(entry(key, Usage(fresh=60, output=number % 40)))
        settled += 60 + number % 40
print(settled, flush=True)
"""


def call(where, name, calls, *, last="settle"):
    """A process that makes calls of at most 100 tokens in the budget of one run; prints what it was billed."""
    return subprocess.Popen(
        [sys.executable, "-c", CALLER, str(where), name, str(calls), last],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_never_pass_one_budget_together_and_lose_nothing(database):
    processes = 8 if isinstance(database, Path) else 4
    callers = [call(database, f"caller-{number}", 200 // processes) for number in range(processes)]
    billed = [int(caller.communicate(timeout=120)[0]) for caller in callers]
    with SqlLedger.open(database) as ledger:
        assert ledger.spent("run-1").total == sum(billed)
        # A call was only refused while the others together left less than it might take.
        assert 10_000 - processes * 100 <= sum(billed) <= 10_000
        assert len({one.tag.key for one in ledger.entries()}) == len(list(ledger.entries()))


def test_a_killed_process_leaves_what_it_settled_and_what_it_held(database):
    caller = call(database, "killed", 3, last="hang")
    assert caller.stdout.readline() == "holding\n"
    caller.kill()
    caller.communicate()
    with SqlLedger.open(database) as ledger:
        assert ledger.spent("run-1").total == 60 + 61
        with pytest.raises(BudgetExceeded) as caught:
            reserve(ledger, "b", 9_800, 10_000)
        assert caught.value.left == 10_000 - 121 - 100
        reserve(ledger, "killed:2", 100, 10_000)
        ledger.settle(entry("killed:2", Usage(fresh=60, output=2)))
        assert ledger.spent("run-1").total == 60 + 61 + 62


def test_bills_add_up_to_the_entries_that_they_are_of(ledger):
    for number in range(12):
        ledger.settle(
            entry(
                f"{number}",
                Usage(number, 1, 2, 3, 4),
                run_id=f"run-{number % 2}",
                phase="plan" if number % 3 else "build",
                model=f"model-{number % 4}",
                cost=None if number == 5 else "0.25",
                at=later(400 * number),
            )
        )
    for since in (None, NOW, later(900), later(1_000), later(10_000_000)):
        for by in ((), ("slot",), ("run",), ("phase", "model"), ("slot", "issue"), BILL_KEYS):
            wanted = [one for one in ledger.entries() if since is None or one.created_at >= since]
            bills = ledger.bills(by, since=since)
            assert summed(bills) == summed(map(bill_of, wanted))
            assert {one.run_id for one in bills} == {one.tag.run_id if "run" in by else "" for one in wanted}
            assert len({one.at for one in bills}) >= (4 if "slot" in by and len(wanted) > 8 else bool(wanted))
            assert all(one.at.minute % 15 == 0 or one.at >= since for one in bills)
            mine = ledger.bills(by, run_id="run-1", since=since)
            assert summed(mine) == summed(bill_of(one) for one in wanted if one.tag.run_id == "run-1")


def summed(bills):
    usage, rest = Usage(), [0, 0, 0]
    for one in bills:
        usage += one.usage
        rest = [rest[0] + one.calls, rest[1] + one.cost_usd, rest[2] + one.unpriced]
    return usage, *rest


def test_the_latest_entries_of_a_model_oldest_first(ledger):
    for number in range(6):
        ledger.settle(entry(f"{number}", model="odd" if number % 2 else "even", at=later(number)))
    assert [one.tag.key for one in ledger.latest("odd", 2)] == ["3", "5"]
    assert [one.tag.key for one in ledger.latest("even", 9)] == ["0", "2", "4"]
    assert ledger.latest("none", 9) == ()


def test_a_connection_that_the_server_has_ended_meanwhile_is_made_anew(postgresql, monkeypatch):
    monkeypatch.setattr(engine, "_RESTED_S", 0.0)
    where = postgresql.new_database()
    with SqlLedger.open(where) as ledger, SqlLedger.open(where) as other:
        ledger.settle(entry("a"))
        with reading(other._engine) as db:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()"
            assert db.exec_driver_sql(f"{others} AND datname = current_database()").all()
        ledger.settle(entry("b"))
        assert len(list(ledger.entries())) == 2
