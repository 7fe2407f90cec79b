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
