"""Days and months of the account's calendar, as spans of UTC time.

A local day may last 23 or 25 hours, and a midnight may be skipped by the clocks: its start is then the moment at which
it would have been. All spans begin and end on whole quarters of an hour UTC, as every zone's offset does today.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo

from adw.domain.quota import Period, Quota


def day_of(moment: datetime, zone: tzinfo) -> Period:
    """The local day that the moment falls in."""
    return day_period(moment.astimezone(zone).date(), zone)


def day_period(day: date, zone: tzinfo) -> Period:
    return Period("day", day.isoformat(), start_of(day, zone), start_of(day + timedelta(days=1), zone))


def month_of(moment: datetime, zone: tzinfo) -> Period:
    """The local month that the moment falls in."""
    first = moment.astimezone(zone).date().replace(day=1)
    return Period("month", f"{first:%Y-%m}", start_of(first, zone), start_of(next_month(first), zone))


def periods_of(quota: Quota, moment: datetime) -> tuple[Period, Period]:
    """The day and the month."""
    return day_of(moment, quota.zone), month_of(moment, quota.zone)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def start_of(day: date, zone: tzinfo) -> datetime:
    """Local midnight as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
