"""No call passes a day's or a month's quota, on every ledger."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.quota import Alert, OpenCalls, Quota
from adw.domain.usage import Usage
from adw.domain.weights import COST, ITPM, Weights
from adw.errors import BudgetExceeded, QuotaExceeded
from tests.conformance import quota_callers
from tests.fakes.entries import NOW, entry, later, reservation

BERLIN = ZoneInfo("Europe/Berlin")


def reserve(ledger, key, tokens, **more):
    ledger.reserve(reservation(key, tokens, **more), budget_tokens=0, budget_usd=0.0)


def month(ledger, now=NOW):
    return ledger.standings(now)[1]


def test_a_quota_holds_for_all_runs_together_to_the_last_token(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=100))
    ledger.settle(entry("a", Usage(fresh=30, cache_read=10), run_id="run-1"))
    reserve(ledger, "b", 50, run_id="run-2")
    with pytest.raises(QuotaExceeded, match=r"may count 11 tokens, 10 of the month's quota of 100 are left"):
        reserve(ledger, "c", 11, run_id="run-3")
    reserve(ledger, "c", 10, run_id="run-3")


def test_what_was_refused_holds_nothing(ledger_with):
    ledger = ledger_with(Quota(daily_tokens=100))
    reserve(ledger, "a", 60)
    with pytest.raises(QuotaExceeded):
        reserve(ledger, "a", 101)
    assert month(ledger).held == OpenCalls()
    reserve(ledger, "b", 100)


def test_the_error_says_when_the_next_period_begins(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=1000, daily_tokens=10, zone=BERLIN))
    with pytest.raises(QuotaExceeded, match="of the day's quota of 10 ") as caught:
        reserve(ledger, "a", 11)
    assert "from 2026-03-05 00:00 CET on" in caught.value.hint
    assert "quota.daily_tokens" in caught.value.hint


def test_the_run_s_budget_holds_beside_the_quota(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=100))
    with pytest.raises(BudgetExceeded):
        ledger.reserve(reservation("a", 60), budget_tokens=50, budget_usd=0.0)
    assert month(ledger).held == OpenCalls()


def test_tokens_count_as_they_are_weighed_and_the_worst_case_as_the_heaviest_class(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=1000, weights=COST))
    ledger.settle(entry("a", Usage(fresh=100, cache_read=1000, cache_write_5m=40, cache_write_1h=40, output=10)))
    # 100 + 100 + 100 + 50 = 350; 400 of input may all be written to the cache: 500; 30 of output: 150.
    reserve(ledger, "b", 430, output=30)
    with pytest.raises(QuotaExceeded, match="0 of the month's quota"):
        reserve(ledger, "c", 1)


def test_what_is_free_by_the_weights_is_still_reserved_as_if_it_were_not(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=100, weights=ITPM))
    ledger.settle(entry("a", Usage(cache_read=10**6)))
    reserve(ledger, "b", 100)


def test_an_account_s_weights_hold_for_what_was_reserved_by_others_too(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=1000))
    reserve(ledger, "a", 100, output=10)
    ledger.quota = Quota(monthly_tokens=1000, weights=Weights(2, 1, 3, 5))
    with pytest.raises(QuotaExceeded, match=r"680 of the month's quota of 1,000 are left \(0 used, 320 reserved"):
        reserve(ledger, "b", 1000)


def test_days_and_months_are_those_of_the_account_s_calendar(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=100, daily_tokens=60, zone=BERLIN))
    # 23:30 on 31 March and 0:30 on 1 April in Berlin, both 31 March UTC.
    before, after = datetime(2026, 3, 31, 21, 30, tzinfo=UTC), datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    ledger.settle(entry("a", Usage(fresh=60), at=before))
    ledger.settle(entry("b", Usage(fresh=50), at=after))
    day, whole = ledger.standings(before)
    assert (day.period.name, day.billed.total, whole.period.name, whole.billed.total) == (
        "2026-03-31",
        60,
        "2026-03",
        60,
    )
    day, whole = ledger.standings(after)
    assert (day.period.name, day.billed.total, whole.period.name, whole.billed.total) == (
        "2026-04-01",
        50,
        "2026-04",
        50,
    )
    with pytest.raises(QuotaExceeded, match="day's"):
        reserve(ledger, "c", 1, at=before)
    reserve(ledger, "c", 10, at=after)


RUNS = count(1)
MOMENTS = st.datetimes(datetime(2026, 3, 27), datetime(2026, 4, 3), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moments=st.lists(MOMENTS, max_size=12),
    now=MOMENTS,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]),
)
def test_a_period_s_sum_is_what_its_entries_add_up_to(ledger, moments, now, zone):
    ledger.quota = Quota(zone=ZoneInfo(zone))
    run = next(RUNS)
    for number, moment in enumerate(moments):
        ledger.settle(entry(f"{run}:{number}", Usage(1, 2, 3, 4, 5), at=moment))
    for standing in ledger.standings(now):
        inside = [
            one.usage for one in ledger.entries() if standing.period.start <= one.created_at < standing.period.end
        ]
        assert standing.billed == sum(inside, Usage())


def test_what_crashed_calls_of_any_run_left_held_expires(ledger_with):
    ledger = ledger_with(Quota(daily_tokens=100))
    reserve(ledger, "crashed", 100, run_id="run-1")
    with pytest.raises(QuotaExceeded):
        reserve(ledger, "b", 1, run_id="run-2", at=later(3599))
    reserve(ledger, "b", 100, run_id="run-2", at=later(3601))
    assert month(ledger, later(3601)).held == OpenCalls(input=100)


def test_what_a_clock_from_the_future_left_held_expires_too(ledger_with):
    ledger = ledger_with(Quota(daily_tokens=100))
    reserve(ledger, "wrong", 100, at=NOW + timedelta(days=400))
    reserve(ledger, "b", 100)
    with pytest.raises(QuotaExceeded):
        reserve(ledger, "c", 1)


def test_a_call_that_is_settled_after_its_reservation_expired_counts_all_the_same(ledger_with):
    ledger = ledger_with(Quota(daily_tokens=100))
    reserve(ledger, "slow", 60)
    reserve(ledger, "b", 100, at=later(3601))
    ledger.settle(entry("slow", Usage(fresh=60), at=later(3602)))
    with pytest.raises(QuotaExceeded, match="0 of the day's quota"):
        reserve(ledger, "c", 1, at=later(3603))


def test_a_quota_that_is_lowered_below_what_was_used_leaves_nothing_not_less(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=100))
    ledger.settle(entry("a", Usage(fresh=500)))
    with pytest.raises(QuotaExceeded, match="0 of the month's quota of 100 are left"):
        reserve(ledger, "b", 1)


def test_entries_of_other_programs_count_once(ledger_with):
    ledger = ledger_with(Quota(monthly_tokens=100))
    own = [entry(f"log:{number}", Usage(fresh=10)) for number in range(5)]
    assert ledger.add(own) == 5
    assert ledger.add(own) == 0
    assert month(ledger).billed == Usage(fresh=50)


KEYS = st.sampled_from("abcdef")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), KEYS, st.integers(0, 60)),
        st.tuples(st.just("settle"), KEYS, st.integers(0, 60)),
        st.tuples(st.just("release"), KEYS, st.just(0)),
    ),
    max_size=25,
)


# Examples share a ledger, but each has a day of its own.
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, weight=st.sampled_from([Decimal(1), Decimal("1.25"), Decimal("0.1")]))
def test_calls_of_many_runs_never_pass_the_quota(ledger, steps, weight):
    ledger.quota = Quota(daily_tokens=100, weights=Weights(cache_write=float(weight), fresh=0, cache_read=0, output=0))
    number, held, settled = next(RUNS), {}, {}
    at = NOW + timedelta(days=number)
    for act, letter, tokens in steps:
        key = f"{number}:{letter}"
        if act == "reserve":
            try:
                reserve(ledger, key, tokens, run_id=key, at=at)
            except QuotaExceeded:
                held.pop(key, None)
                assert (sum(settled.values()) + sum(held.values()) + tokens) * weight > 100
            else:
                if key not in settled:
                    held[key] = tokens
        elif act == "settle" and key in held:
            settled[key] = min(tokens, held.pop(key))
            ledger.settle(entry(key, Usage(cache_write_1h=settled[key]), run_id=key, at=at))
        elif act == "release":
            held.pop(key, None)
            ledger.release(key)
        day, _ = ledger.standings(at)
        assert (day.billed.total, day.held.tokens) == (sum(settled.values()), sum(held.values()))
        assert (sum(settled.values()) + sum(held.values())) * weight <= 100


def survived(database, processes, calls):
    """Every call of so many processes accounted for, to the last token, though a third of them was killed."""
    said = quota_callers.storm(database, processes, calls)
    with SqlLedger.open(database, quota=quota_callers.quota_for(processes)) as ledger:
        entries = list(ledger.entries())
        billed = sum((one.usage for one in entries), Usage())
        for number, settled in enumerate(said):
            there = {one.tag.key for one in entries if one.tag.run_id == f"run-{number}"}
            # A process that is killed may have settled a call before it could say so.
            assert set(settled) <= there if quota_callers.is_doomed(number) else set(settled) == there
        assert len({one.tag.key for one in entries}) == len(entries)
        day, _ = ledger.standings(quota_callers.NOW)
        assert day.billed == billed
        counted = ledger.quota.weights.exact(billed) + ledger.quota.weights.worst(day.held.input, day.held.output)
        assert counted <= ledger.quota.daily_tokens
        # Each that was killed holds one call at most, or none (killed between two); an hour later none does.
        assert day.held.tokens <= quota_callers.MOST * sum(map(quota_callers.is_doomed, range(processes)))
        assert ledger.standings(quota_callers.NOW + timedelta(hours=1, seconds=1))[0].held == OpenCalls()
        return float(counted / ledger.quota.daily_tokens)


def test_processes_of_which_a_third_is_killed_never_pass_one_quota_and_lose_nothing(database):
    assert survived(database, 6, 40) > 0.9  # the quota was what stopped them


def alert(key, run_id="run-1"):
    return Alert(
        key, "hit_rate", "run-1", run_id, "low", "look", NOW, {"hit_rate": 0.5, "section": "files", "calls": 3}
    )


def test_an_alert_is_kept_once_and_comes_back_as_it_was(ledger):
    assert ledger.alert(alert("a"))
    assert not ledger.alert(alert("a", "run-2"))
    assert ledger.alert(alert("b", "run-2"))
    assert ledger.alerts() == (alert("a"), alert("b", "run-2"))
    assert ledger.alerts("run-2") == (alert("b", "run-2"),)
