"""How many tokens a run will take, from those that ended before it (SPEC §5).

Tokens of runs are spread over a wide range and cannot be negative: their logarithms are what a mean and a deviation
make sense of. Each past run weighs by how much it is like the one asked: the same phases, labels, length of the issue.
A guess of what runs take at all stands in for some runs: with a few past ones it keeps the interval wide, with many it
no longer counts. (A normal model with a conjugate prior; the interval is that of the next run, not of the mean.)
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

from adw.domain.estimate import Estimate
from adw.domain.usage import Usage

TYPICAL = 25_000
"""Tokens of a run that nothing is known of: a small fix takes 5,000, a change in many files 100,000 and more."""
_SPREAD = 1.3
"""Of the logarithm of such a run: eight in ten between a fifth of the typical and five times as many."""
_SPREAD_ALIKE = 0.6
"""What is guessed of the spread among similar runs, before they tell it themselves: half to twice as many."""
_GUESSED = 2.0
"""As how many runs that guess counts."""
_LEVEL = NormalDist().inv_cdf(0.9)
_OUTPUT_SHARE = 0.15
"""Output among the tokens of a run that nothing is known of."""
_OTHER_PHASES = 0.1
"""What a run weighs that went through other phases."""

Price = Callable[[Usage], Decimal | None]


@dataclass(frozen=True, slots=True)
class Traits:
    """What makes runs alike, beside their repository."""

    until: str
    """The last phase."""
    labels: frozenset[str]
    length: int
    """Characters of the issue."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run of the same repository that came to its own end."""

    traits: Traits
    usage: Usage


def estimate(asked: Traits, past: Iterable[PastRun], price: Price) -> Estimate:
    """The estimate. `price`: what so many tokens cost with the model of the run, now."""
    weighed = [(likeness(asked, run.traits), run.usage) for run in past if run.usage.total]
    if not weighed:
        half = _LEVEL * _SPREAD
        unknown = Usage(fresh=round(TYPICAL * (1 - _OUTPUT_SHARE)), output=round(TYPICAL * _OUTPUT_SHARE))
        return _estimate(math.log(TYPICAL), half, unknown, price, 0)
    weights = sum(weight for weight, _ in weighed)
    runs = weights**2 / sum(weight**2 for weight, _ in weighed)
    mean = sum(weight * math.log(usage.total) for weight, usage in weighed) / weights
    spread = sum(weight * (math.log(usage.total) - mean) ** 2 for weight, usage in weighed) / weights
    variance = (_GUESSED * _SPREAD_ALIKE**2 + runs * spread) / (_GUESSED + max(0.0, runs - 1))
    half = _student(_GUESSED + runs - 1) * math.sqrt(variance * (1 + 1 / runs))
    return _estimate(mean, half, sum((usage for _, usage in weighed), Usage()), price, len(weighed))


def likeness(one: Traits, other: Traits) -> float:
    """1.0: alike in everything. Never 0: a run that is unlike tells more than none."""
    phases = 1.0 if one.until == other.until else _OTHER_PHASES
    both = len(one.labels | other.labels)
    labels = (1 + len(one.labels & other.labels)) / (1 + both)
    length = math.exp(-abs(math.log((one.length + 100) / (other.length + 100))))
    return phases * labels * length


def _student(freedom: float) -> float:
    """How many deviations hold eight in ten, as far as they are known from few: the t distribution, expanded."""
    z = _LEVEL
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def _estimate(mean: float, half: float, mix: Usage, price: Price, runs: int) -> Estimate:
    """`mix`: in what shares the tokens are expected to be of each class."""
    tokens, low, high = (round(math.exp(mean + side)) for side in (0.0, -half, half))
    usd, usd_low, usd_high = (price(_scaled(mix, one)) for one in (tokens, low, high))
    return Estimate(tokens, low, high, usd, usd_low, usd_high, runs)


def _scaled(mix: Usage, tokens: int) -> Usage:
    share = tokens / mix.total
    return Usage(
        fresh=round(mix.fresh * share),
        cache_read=round(mix.cache_read * share),
        cache_write_5m=round(mix.cache_write_5m * share),
        cache_write_1h=round(mix.cache_write_1h * share),
        output=round(mix.output * share),
    )
