from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.quota import Quota
from adw.quota.advice import Action, advice
from adw.quota.forecast import LOOKBACK, project
from tests.benchmarks.forecast import PATTERNS, scored

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
NONE = Quota()


def every_day(amount, until=NOON, days=60):
    """That much on every day before; half of it today."""
    today = until.date()
    return {today - timedelta(days=back): amount for back in range(1, days)} | {today: amount / 2}


def test_a_month_of_equal_days_comes_to_its_days_times_that():
    made = project(every_day(100.0), NOON, NONE)
    assert made.used == 1550
    assert made.days_left == 14.5
    assert made.projected == pytest.approx(3000)
    assert made.daily_mean == pytest.approx(100)
    assert made.low < 3000 < made.high


def test_recent_days_weigh_more():
    rising = every_day(100.0) | {NOON.date() - timedelta(days=back): 200.0 for back in range(1, 8)}
    assert project(rising, NOON, NONE).daily_mean > 150


def test_weekends_without_use_are_not_expected_to_be_used():
    weekdays = {day: 0.0 if day.weekday() > 4 else amount for day, amount in every_day(100.0).items()}
    # Friday evening: nothing comes before Monday, which is the 30th.
    made = project(weekdays, datetime(2026, 11, 27, 23, 59, tzinfo=UTC), NONE)
    assert made.projected - made.used < 200


def test_without_any_use_nothing_is_expected():
    made = project({}, NOON, Quota(monthly_tokens=10))
    assert (made.used, made.projected, made.low, made.high, made.exceeds_on) == (0, 0, 0, 0, None)


def test_the_first_day_counts_as_a_whole_one():
    one = project({date(2026, 11, 1): 50.0}, datetime(2026, 11, 1, 1, tzinfo=UTC), NONE)
    assert one.projected == pytest.approx(50 + 50 * (29 + 23 / 24))
    assert one.high > 1.8 * one.projected


def test_what_was_long_ago_is_forgotten():
    old = {NOON.date() - timedelta(days=LOOKBACK + back): 10**9 for back in range(1, 30)}
    assert project(old, NOON, NONE).projected == 0


def test_who_has_stopped_is_expected_to_use_little():
    stopped = {day: amount for day, amount in every_day(100.0).items() if day < date(2026, 11, 4)}
    made = project(stopped, NOON, NONE)
    assert made.daily_mean < 25
    assert made.low == made.used == 300


def test_the_day_on_which_the_limit_is_reached():
    made = project(every_day(100.0), NOON, Quota(monthly_tokens=2000))
    assert made.exceeds_on == date(2026, 11, 21)
    assert project(every_day(100.0), NOON, Quota(monthly_tokens=4000)).exceeds_on is None


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), 1 / 86_400),
        (datetime(2028, 2, 28, tzinfo=UTC), 2),
        (datetime(2026, 12, 1, tzinfo=UTC), 31),
    ],
)
def test_the_days_that_are_left_at_the_ends_of_months_and_in_leap_years(now, left):
    assert project({}, now, NONE).days_left == pytest.approx(left)


def test_days_of_23_and_25_hours_pass_evenly():
    quota = Quota(zone=ZoneInfo("Europe/Berlin"))
    # 25 October has 25 hours, and half of them have passed at 11:30 CET.
    made = project({}, datetime(2026, 10, 25, 10, 30, tzinfo=UTC), quota)
    assert made.days_left == pytest.approx(6.5)


def test_use_that_a_wrong_clock_dated_into_the_future_does_not_count():
    made = project({NOON.date() + timedelta(days=5): 10**9}, NOON, NONE)
    assert (made.used, made.projected) == (0, 0)


AMOUNTS = st.dictionaries(
    st.dates(date(2026, 9, 1), date(2026, 12, 31)), st.floats(0, 1e12, allow_nan=False), max_size=60
)


@given(used=AMOUNTS, now=st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_interval_holds_what_is_projected_and_nothing_that_cannot_be(used, now):
    made = project(used, now, NONE)
    nearly = made.projected * 1e-9 + 1e-6
    assert made.used <= made.low + nearly
    assert made.low <= made.projected + nearly
    assert made.projected <= made.high + nearly


def test_it_is_better_than_to_go_on_from_the_month_alone():
    for name in ("steady", "bursty", "weekday-only"):
        made = list(scored(PATTERNS[name], 12))
        assert sum(one.error for one in made) < sum(one.naive for one in made)
        assert sum(one.covered for one in made) / len(made) > 0.65


def test_advice_goes_with_what_is_projected():
    def said(limit, used=None):
        return advice(project(used or every_day(100.0), NOON, Quota(monthly_tokens=limit)), limit)

    assert said(0) == (Action.NONE, "no quota.monthly_tokens is configured: there is nothing to keep to")
    assert said(10_000) == (Action.CONTINUE, "it lasts: 583 tokens a day would last to the end of the month")
    assert said(3_020)[0] is Action.WATCH
    action, words = said(2_000)
    assert action is Action.TIGHTEN
    assert "ends on 2026-11-21: 31 tokens a day" in words
    assert said(1_000)[0] is Action.STOP
