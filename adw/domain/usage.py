"""Tokens of model calls, by the classes that providers bill."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens billed. `fresh` is input that was neither read from nor written to the prompt cache."""

    fresh: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0

    @property
    def cache_write(self) -> int:
        return self.cache_write_5m + self.cache_write_1h

    @property
    def input(self) -> int:
        return self.fresh + self.cache_read + self.cache_write

    @property
    def total(self) -> int:
        return self.input + self.output

    @property
    def cache_hit_rate(self) -> float:
        """Cache read / (fresh + cache read + cache write); 0.0 where nothing was sent."""
        return self.cache_read / self.input if self.input else 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            fresh=self.fresh + other.fresh,
            cache_read=self.cache_read + other.cache_read,
            cache_write_5m=self.cache_write_5m + other.cache_write_5m,
            cache_write_1h=self.cache_write_1h + other.cache_write_1h,
            output=self.output + other.output,
        )
