from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.bill import Bill
from adw.domain.flags import Flag
from adw.domain.run import Outcome
from adw.domain.usage import Usage
from adw.domain.usage_results import RunsLeft
from adw.domain.weights import ITPM
from adw.quota import trends
from adw.quota.trends import RunFacts, burned_down, cost_per_passed_run, coverage, days, effects, figures, runs_left

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOW.date()


def run(tokens=100, *, ago=0.0, cost="0.10", outcome=Outcome.PASSED, flags=None, estimated=None):
    at = NOW - timedelta(days=ago)
    usd = None if cost is None else Decimal(cost)
    return RunFacts("run", at, Usage(fresh=tokens), usd, outcome, flags, estimated)


def bill(tokens=100, *, ago=0.0, usage=None):
    return Bill(NOW - timedelta(days=ago), 1, usage or Usage(fresh=tokens), Decimal("0.5"), 1)


@given(
    ago=st.lists(st.integers(0, 40), max_size=20),
    length=st.integers(0, 30),
    zone=st.sampled_from([UTC, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Kiritimati")]),
)
def test_days_add_up_to_what_lies_in_them_to_the_last_token(ago, length, zone):
    bills = [bill(7 + one, ago=one + 0.3) for one in ago]
    last = NOW.astimezone(zone).date()
    first = last - timedelta(days=length)
    shown = days(bills, [], first, last, zone)
    inside = [one for one in bills if first <= one.at.astimezone(zone).date() <= last]
    assert len(shown) == length + 1
    assert sum((day.usage for day in shown), Usage()) == sum((one.usage for one in inside), Usage())
    assert sum(day.cost_usd for day in shown) == sum(one.cost_usd for one in inside)
    assert sum(day.calls for day in shown) == sum(day.unpriced for day in shown) == len(inside)
    assert shown[-1].running_tokens == sum(one.usage.total for one in inside)
    assert [day.day for day in shown] == sorted(day.day for day in shown)


def test_a_mean_looks_back_over_seven_days_those_before_the_first_shown_included():
    runs = [run(700, ago=8), run(100, ago=6), run(200, ago=6), run(900, ago=0)]
    shown = days([], runs, TODAY - timedelta(days=2), TODAY)
    assert [day.tokens_per_run for day in shown] == [pytest.approx(1000 / 3), 150.0, 400.0]
    assert [day.runs for day in shown] == [0, 0, 1]


def test_the_hit_rate_is_that_of_seven_days_and_unknown_where_nothing_was_sent():
    bills = [bill(usage=Usage(fresh=100), ago=7), bill(usage=Usage(fresh=20, cache_read=80), ago=1)]
    shown = days(bills, [], TODAY - timedelta(days=9), TODAY)
    assert [day.hit_rate for day in shown] == [None, None, 0, 0, 0, 0, 0, 0, 0.4, 0.8]
    assert shown[0].tokens_per_run is None


@pytest.mark.parametrize(
    ("runs", "left", "expected"),
    [
        ([run(100), run(300, ago=3), run(9_000, ago=8)], 1_000, (5, 200.0, 2)),
        ([run(400, ago=8)], 1_000, (2, 400.0, 1)),
        ([run(400)], 0, (0, 400.0, 1)),
        ([run(0)], 1_000, None),
        ([], 1_000, None),
        ([run(100)], None, None),
    ],
)
def test_runs_left_are_counted_at_the_rate_of_the_last_week_else_of_all(runs, left, expected):
    found = runs_left(runs, None if left is None else Decimal(left), NOW)
    assert (found and (found.runs, found.tokens_per_run, found.of_runs)) == expected


def test_runs_left_count_tokens_as_the_quota_does():
    cached = RunFacts("run", NOW, Usage(fresh=10, cache_read=990), None)
    assert runs_left([cached], Decimal(100), NOW, ITPM).runs == 10


def test_what_was_left_goes_back_to_the_beginning_of_the_month_and_no_further():
    series = days([bill(100, ago=1), bill(200, ago=21)], [], date(2026, 10, 30), TODAY)
    burned = burned_down(series, RunsLeft(5, 100.0, 500.0, 1))
    assert [day.runs_left for day in burned] == [None, None, *[6] * 19, 5, 5]
    assert burned_down(series, None) == series
    assert burned_down((), RunsLeft(5, 100.0, 500.0, 1)) == ()


def test_a_passed_run_costs_what_the_failed_ones_cost_too():
    runs = [run(cost="0.30"), run(cost="0.50", outcome=Outcome.FAILED), run(), run(cost="9", outcome=None)]
    assert cost_per_passed_run(runs) == Decimal("0.45")


@pytest.mark.parametrize("runs", [[], [run(outcome=Outcome.FAILED)], [run(), run(cost=None)]])
def test_a_cost_that_is_not_known_is_not_told(runs):
    assert cost_per_passed_run(runs) is None


def test_an_optimisation_is_judged_by_runs_with_and_without_it():
    both, one = (Flag.SNAPSHOTS, Flag.STABLE_PROMPTS), (Flag.STABLE_PROMPTS,)
    runs = [run(100, flags=both), run(300, flags=both), run(800, flags=one), run(1), run(9, flags=one, outcome=None)]
    (effect,) = effects(runs)
    assert (effect.flag, effect.runs_without, effect.tokens_without) == ("snapshots", 1, 800)
    assert (effect.runs_with, effect.tokens_with, effect.saved) == (2, 200, 0.75)


def test_an_optimisation_that_was_never_off_has_no_effect_to_tell():
    assert effects([run(flags=(Flag.SNAPSHOTS,))]) == ()
    assert effects([run(0, flags=()), run(0, flags=tuple(Flag))])[0].saved == 0.0


def test_estimates_are_held_against_runs_that_came_to_their_end():
    between = (90, 110)
    runs = [
        run(90, estimated=between),
        run(110, estimated=between),
        run(89, estimated=between, outcome=Outcome.FAILED),
        run(111, estimated=between, outcome=Outcome.NO_PROGRESS),
        run(5, estimated=between, outcome=Outcome.CANCELLED),
        run(5),
    ]
    held = coverage(runs)
    assert (held.runs, held.inside, held.below, held.above, held.share) == (4, 2, 1, 1, 0.5)
    assert coverage([run()]) is None


def test_figures_have_all_of_it():
    found = figures([run(), run(outcome=None)], days([bill()], [run()], TODAY, TODAY), Decimal(1_000), NOW)
    assert (found.passed, found.ended, found.runs_left.runs, found.days[-1].runs_left) == (1, 1, 10, 10)


def test_sessions_of_other_programs_are_told_by_their_phase():
    assert [trends.is_imported(phase) for phase in ("claude-code", "claude-code agent", "plan")] == [True, True, False]
