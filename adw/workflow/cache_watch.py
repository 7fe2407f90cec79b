"""Looks at how much of each request came from the prompt cache, and says why where it was little (SPEC §3)."""

from collections import Counter

from adw.context.prefix import first_difference
from adw.domain.call import CallFacts
from adw.domain.usage import Usage

GOOD_HIT_RATE = 0.90
_UNKNOWN = "none: the provider dropped the entry, or the turns alone are new"
_WORTH_CACHING = 4096
"""Input tokens; providers do not cache short prefixes (1,024 to 4,096 tokens, by model)."""


class CacheWatch:
    """One run's watch. A conversation's first request and one after a fold cannot hit much: they don't count."""

    def __init__(self, *, may_switch: bool) -> None:
        self._may_switch = may_switch
        self._last: CallFacts | None = None
        self._missed = False
        self._sent = Usage()
        self._differing: Counter[str] = Counter()
        self.chances = 0
        """Requests that could have come from the cache."""
        self.full_context = False
        """Whether snapshots are switched off for the rest of the run, because the cache did not carry them."""

    @property
    def suspicious(self) -> bool:
        """Whether a request has missed the cache: from then on the provider is asked why, where it can say so."""
        return self._missed

    @property
    def hit_rate(self) -> float:
        """Of all requests that could have hit; 1.0 before there was one."""
        return self._sent.cache_hit_rate if self.chances else 1.0

    @property
    def culprit(self) -> str:
        """The section that differed most often where a request hit too little."""
        return next((name for name, _ in self._differing.most_common(1)), _UNKNOWN)

    def seen(self, facts: CallFacts, usage: Usage, reason: str = "") -> str:
        """What to tell the user about the call; mostly nothing. `reason`: what the provider says of a miss."""
        last, self._last = self._last, facts
        is_later = last is not None and facts.turn > 1 and last.phase == facts.phase and last.attempt == facts.attempt
        if last is None or not is_later or facts.folded or usage.input < _WORTH_CACHING:
            return ""
        self.chances += 1
        self._sent += usage
        if usage.cache_hit_rate >= GOOD_HIT_RATE:
            return ""
        self._missed = True
        where = first_difference(last, facts) or _UNKNOWN
        self._differing[where] += 1
        said = f"only {usage.cache_hit_rate:.0%} of the input came from the cache; section that differs: {where}"
        said += f"; the API says: {reason}" * bool(reason)
        if self._may_switch and not self.full_context:
            self.full_context = True
            said += "; the run goes on with its full context (fallback_full_context)"
        return said
