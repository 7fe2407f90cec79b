"""What a run is expected to take, said before it begins."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """Eight in ten runs are meant to end between `low` and `high`."""

    tokens: int
    """The middle: as many runs are expected below as above."""
    low: int
    high: int
    usd: Decimal | None
    """None where the model has no known price; the same for both ends."""
    usd_low: Decimal | None
    usd_high: Decimal | None
    runs: int
    """Past runs that it is made from; 0: a default, because there are none."""


def estimate_line(estimate: Estimate) -> str:
    """For people: tokens, cost, and what they are made from."""
    cost = ""
    if estimate.usd is not None:
        cost = f", ${estimate.usd:.2f} (${estimate.usd_low:.2f} to ${estimate.usd_high:.2f})"
    runs = f"{estimate.runs} run{'' if estimate.runs == 1 else 's'} of this repository"
    source = runs if estimate.runs else "experience elsewhere: no run of this repository has ended yet"
    return f"{estimate.tokens:,} tokens ({estimate.low:,} to {estimate.high:,}){cost}; from {source}"
