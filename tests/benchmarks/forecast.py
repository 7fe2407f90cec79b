# ruff: noqa: T201 - the output is the point
"""How well the forecast of a month holds, on months that were made up.

    python -m tests.benchmarks.forecast [MONTHS]

Each month has two months before it; the forecast is asked for at noon of every second day. Beside it stands the naive
one: month to date by days passed, times days of the month. The error is that of the projected total against the true
one, as a share of the true one; `coverage` is how often the true total lay in the interval, which promises 80%.
"""

import random
import sys
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adw.domain.quota import Quota
from adw.quota.forecast import project

Pattern = Callable[[random.Random, int, date], float]
"""Tokens of a day, by its number in the history."""
_PER_DAY = 1_000_000.0


def steady(dice: random.Random, _number: int, _day: date) -> float:
    return _PER_DAY * dice.uniform(0.7, 1.3)


def bursty(dice: random.Random, _number: int, _day: date) -> float:
    """Three days in four little; then something big."""
    return _PER_DAY * (dice.expovariate(5.0) if dice.random() < 0.75 else dice.lognormvariate(1.0, 0.6))


def weekdays(dice: random.Random, _number: int, day: date) -> float:
    return _PER_DAY * dice.lognormvariate(0.0, 0.4) if day.weekday() < 5 else 0.0


def growing(dice: random.Random, number: int, _day: date) -> float:
    """One and a half per cent more every day: by half in a month."""
    return _PER_DAY * 0.4 * 1.015**number * dice.uniform(0.6, 1.4)


def stopped(dice: random.Random, number: int, _day: date) -> float:
    """Steady until the tenth of the month in question, then nothing."""
    return _PER_DAY * dice.uniform(0.6, 1.4) if number < _BEFORE + 10 else 0.0


_BEFORE = 61
PATTERNS: dict[str, Pattern] = {
    "steady": steady,
    "bursty": bursty,
    "weekday-only": weekdays,
    "growing": growing,
    "stopped": stopped,
}


@dataclass(frozen=True, slots=True)
class Scored:
    error: float
    naive: float
    covered: bool
    width: float
    """Of the interval, as a share of the true total."""


def scored(pattern: Pattern, months: int, seed: int = 1) -> Iterator[Scored]:
    """Every forecast of so many months."""
    dice = random.Random(seed)  # noqa: S311 - the same months every time
    for number in range(months):
        month = date(2026, 1 + number % 12, 1)
        length = monthrange(month.year, month.month)[1]
        first = month - timedelta(days=_BEFORE)
        days = [first + timedelta(days=one) for one in range(_BEFORE + length)]
        history = {day: pattern(dice, one, day) for one, day in enumerate(days)}
        true = sum(amount for day, amount in history.items() if day >= month)
        for passed in range(1, length, 2):
            yield _one(history, month + timedelta(days=passed), length, true)


def _one(history: dict[date, float], today: date, length: int, true: float) -> Scored:
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    seen = {day: amount for day, amount in history.items() if day < today} | {today: history[today] / 2}
    made = project(seen, now, Quota())
    naive = made.used / (today.day - 0.5) * length
    return Scored(
        error=abs(made.projected - true) / true,
        naive=abs(naive - true) / true,
        covered=made.low <= true <= made.high,
        width=(made.high - made.low) / true,
    )


def main(months: int) -> None:
    print(f"{'pattern':14} {'error':>7} {'naive':>7} {'coverage':>9} {'width':>7}   of {months} months each")
    for name, pattern in PATTERNS.items():
        all_of = list(scored(pattern, months))
        error, naive, covered, width = (
            sum(float(getattr(one, field)) for one in all_of) / len(all_of)
            for field in ("error", "naive", "covered", "width")
        )
        print(f"{name:14} {error:7.1%} {naive:7.1%} {covered:9.0%} {width:7.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
