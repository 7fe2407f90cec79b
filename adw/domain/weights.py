"""What a token counts: it differs by account, so it is configured (SPEC §5)."""

from dataclasses import dataclass
from decimal import Decimal

from adw.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Weights:
    """What one token of each class counts towards the quota."""

    fresh: float = 1.0
    cache_read: float = 1.0
    cache_write: float = 1.0
    output: float = 1.0

    def of(self, usage: Usage) -> float:
        """What the usage counts."""
        return (
            self.fresh * usage.fresh
            + self.cache_read * usage.cache_read
            + self.cache_write * usage.cache_write
            + self.output * usage.output
        )

    def exact(self, usage: Usage) -> Decimal:
        """The same without rounding: for limits that hold to the last token."""
        return (
            Decimal(str(self.fresh)) * usage.fresh
            + Decimal(str(self.cache_read)) * usage.cache_read
            + Decimal(str(self.cache_write)) * usage.cache_write
            + Decimal(str(self.output)) * usage.output
        )

    def worst(self, input_tokens: int, output_tokens: int) -> Decimal:
        """The most that a call can count: all of its input in the class that counts most."""
        heaviest = max(self.fresh, self.cache_read, self.cache_write)
        return Decimal(str(heaviest)) * input_tokens + Decimal(str(self.output)) * output_tokens


RAW = Weights()
"""All tokens count alike: the default."""
ITPM = Weights(cache_read=0.0)
"""Input tokens per minute, as the API's rate limits count them: cache reads are free."""
COST = Weights(cache_read=0.1, cache_write=1.25, output=5.0)
"""List prices relative to fresh input, as they are for Claude models with a 5-minute cache."""

NAMED = {"raw": RAW, "itpm": ITPM, "cost": COST}
