from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.quota import Quota
from adw.quota.periods import day_of, day_period, month_of, next_month, periods_of

BERLIN, KATHMANDU, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Africa/Cairo")
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "America/St_Johns"]
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it


def hours(period):
    return (period.end - period.start) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "zone", "long"),
    [
        (date(2026, 3, 29), BERLIN, 23),
        (date(2026, 10, 25), BERLIN, 25),
        (date(2026, 11, 21), BERLIN, 24),
        # The clocks go forward at midnight: the day begins at one o'clock.
        (date(2026, 4, 24), CAIRO, 23),
        (date(2026, 4, 23), CAIRO, 24),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(day, zone, long):
    assert hours(day_period(day, zone)) == long


def test_the_month_is_the_one_of_the_account_s_calendar():
    last = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert month_of(last, UTC).name == "2026-02"
    assert month_of(last, BERLIN).name == "2026-03"
    assert month_of(last, BERLIN).start == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert day_of(last, KATHMANDU).start == datetime(2026, 2, 28, 18, 15, tzinfo=UTC)


def test_leap_years_have_their_day():
    assert hours(month_of(datetime(2028, 2, 29, 12, tzinfo=UTC), UTC)) == 29 * 24
    assert day_of(datetime(2028, 2, 29, 12, tzinfo=UTC), UTC).end == datetime(2028, 3, 1, tzinfo=UTC)
    assert next_month(date(2028, 1, 31)) == date(2028, 2, 1)
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)


@given(moment=MOMENTS, zone=ZONES)
def test_every_moment_lies_in_its_day_and_its_day_in_its_month(moment, zone):
    day, month = periods_of(Quota(zone=ZoneInfo(zone)), moment)
    assert day.start <= moment < day.end
    assert month.start <= day.start
    assert day.end <= month.end
    assert (day.kind, month.kind) == ("day", "month")
    for edge in (day.start, day.end, month.start, month.end):
        assert edge.minute % 15 == edge.second == edge.microsecond == 0


@given(moment=MOMENTS, zone=ZONES)
def test_periods_follow_one_another_without_a_gap(moment, zone):
    where = ZoneInfo(zone)
    for of in (day_of, month_of):
        one = of(moment, where)
        assert of(one.end, where).start == one.end
        assert of(one.start - timedelta(microseconds=1), where).end == one.start
