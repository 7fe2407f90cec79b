"""What the month will come to, with an interval, from the days before (SPEC §5).

Projected is what was used this month, and the days that are left at the mean of a day. Four things make that mean:

- Recent days weigh more: half as much for every `RECENT` days that they lie back. Days before the first use do not
  count, days without use since then do. Today counts as far as it has passed.
- It goes on the way it went: `TREND` of what the recent mean lies above or below that of all days is added again.
- Weekdays differ: each has a factor, from the last eight weeks, pulled towards 1 by `PULL` days that were like the
  others, so that one busy Sunday makes no busy Sundays.
- Of the first day nobody knows what its rest will be like: it counts as a whole one.

The interval is analytic. What days differ from their expectation, all weighted by `LONG`, gives the spread s of a day.
The rest of the month is a sum of n such days around a mean that is itself only known from an effective number of days,
and that moves: how far the recent mean lies from that of all days says by how much. So the variance of the rest is
`n s² + n² s²/days + n² moved²`. `PRIOR` days with the spread of their mean stand in where hardly any are known. Below,
the interval is a normal distribution's, so that it reaches "no further use"; above a log-normal's, because sums of use
lean to that side. How well it holds is measured: tests/benchmarks/forecast.py.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adw.domain.quota import Quota
from adw.quota.periods import day_of, next_month

RECENT = 6.0
"""Days to half the weight, for the mean."""
LONG = 28.0
"""The same for weekdays and for the spread."""
LOOKBACK = 56
"""Days that are looked at: eight of each weekday."""
PULL = 0.5
PRIOR = 1.0
TREND = 0.4
CONFIDENCE = 0.8
"""Of the interval: one month in ten ends below, one above."""
_Z = 1.2816
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Projection:
    """The month in tokens, as the quota's weights count them."""

    used: float
    """So far."""
    days_left: float
    daily_mean: float
    """Expected of the days that are left."""
    projected: float
    low: float
    high: float
    exceeds_on: date | None = None
    """The day on which the limit is reached as projected; None where it is not."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One day of the past."""

    weekday: int
    used: float
    passed: float
    """Of the day, 0 to 1."""
    age: int
    """Days."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a whole day is expected to use."""

    recent: float
    """On average, by the recent days."""
    long: float
    """The same by all days."""
    factors: tuple[float, ...]
    """By weekday."""

    def of(self, weekday: int) -> float:
        return self.recent * self.factors[weekday]


def project(used: Mapping[date, float], now: datetime, quota: Quota) -> Projection:
    """The month of `now`. `used`: weighted tokens by local day; days that are missing had no use."""
    today = now.astimezone(quota.zone).date()
    day = day_of(now, quota.zone)
    passed = (now - day.start) / (day.end - day.start)
    seen = _seen(used, today, passed)
    pattern = _pattern(seen)
    ends = next_month(today)
    left = {today: 1 - passed} | {today + _DAY * ahead: 1.0 for ahead in range(1, (ends - today).days)}
    rest = {one: pattern.of(one.weekday()) * share for one, share in left.items()}
    so_far = sum(amount for one, amount in used.items() if today.replace(day=1) <= one <= today)
    low, high = _interval(sum(rest.values()), _variance(seen, pattern, sum(left.values())))
    return Projection(
        used=so_far,
        days_left=sum(left.values()),
        daily_mean=sum(rest.values()) / sum(left.values()),
        projected=so_far + sum(rest.values()),
        low=so_far + low,
        high=so_far + high,
        exceeds_on=_exceeds_on(so_far, rest, quota.monthly_tokens),
    )


def _seen(used: Mapping[date, float], today: date, passed: float) -> list[_Seen]:
    """From the first day of use on, at most `LOOKBACK` days, and today."""
    known = [day for day, amount in used.items() if amount and day <= today]
    first = max(min(known, default=today), today - _DAY * LOOKBACK)
    days = (first + _DAY * number for number in range((today - first).days + 1))
    return [
        _Seen(
            weekday=day.weekday(),
            used=used.get(day, 0.0),
            passed=passed if day == today and first < today else 1.0,
            age=(today - day).days,
        )
        for day in days
    ]


def _pattern(seen: list[_Seen]) -> _Pattern:
    long = _mean([(one.used, one.passed, _weight(one, LONG)) for one in seen])
    factors = tuple(_factor([one for one in seen if one.weekday == weekday], long) for weekday in range(7))
    # Of days that are used more anyway, more is expected.
    recent = _mean([(one.used, one.passed * factors[one.weekday], _weight(one, RECENT)) for one in seen])
    return _Pattern(max(0.0, recent + TREND * (recent - long)), long, factors)


def _factor(same: list[_Seen], mean: float) -> float:
    """What a weekday uses, as a multiple of the mean."""
    if not mean:
        return 1.0
    used = sum(_weight(one, LONG) * one.used for one in same)
    return (used / mean + PULL) / (sum(_weight(one, LONG) * one.passed for one in same) + PULL)


def _weight(one: _Seen, half_life: float) -> float:
    return float(0.5 ** (one.age / half_life))


def _mean(days: list[tuple[float, float, float]]) -> float:
    """Of (used, expected share, weight)."""
    below = sum(share * weight for _, share, weight in days)
    return sum(used * weight for used, _, weight in days) / below if below else 0.0


def _variance(seen: list[_Seen], pattern: _Pattern, days: float) -> float:
    """Of the sum over the days that are left."""
    spread = days_known = 0.0
    for one in seen:
        weight = _weight(one, LONG) * one.passed
        spread += _weight(one, LONG) * (one.used - pattern.long * pattern.factors[one.weekday] * one.passed) ** 2
        days_known += weight
    # One of the days has gone into the mean that the others are held against.
    spread = (spread + PRIOR * pattern.long**2) / (max(0.0, days_known - 1) + PRIOR)
    recent = [_weight(one, RECENT) * one.passed for one in seen]
    squares = sum(weight**2 for weight in recent)
    effective = sum(recent) ** 2 / squares if squares else 1.0
    moved = pattern.recent - pattern.long
    return days * spread + days**2 * (spread / effective + moved**2)


def _interval(mean: float, variance: float) -> tuple[float, float]:
    """What lies above and below with a chance of 1 in 10 each."""
    if mean <= 0:
        return 0.0, 0.0
    deviation = math.sqrt(variance)
    sigma = math.sqrt(math.log1p((deviation / mean) ** 2))
    low = mean - _Z * deviation
    return max(0.0, low), max(math.exp(math.log(mean) - sigma**2 / 2 + _Z * sigma), mean)


def _exceeds_on(so_far: float, rest: Mapping[date, float], limit: int) -> date | None:
    total = so_far
    for day, amount in rest.items():
        total += amount
        if limit and total > limit:
            return day
    return None
