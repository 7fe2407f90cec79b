"""When replacing turns by a record pays, derived from what tokens count (SPEC §3, Snapshot).

Not folding costs a read of the longer history with every later call; folding costs once, because what stands behind
the changed place must be written to the cache again. How many calls are still to come is not known, so the rule is
that of the ski rental problem: fold as soon as what waiting has cost reaches what folding costs. Whatever comes,
that is at most twice the cost of the best schedule in hindsight for what it decides about. Where all tokens count
alike, folding costs nothing, and every fold that makes the request smaller pays at once.

Where reading the cache is cheaper than writing it, a floor under the hit rate is held as well: what is new in a turn is
written whatever is folded, so that the rate falls as requests get smaller, and a fold waits that would bring it down.
"""

from dataclasses import dataclass, replace

from adw.domain.weights import Weights

CALLS_A_RECORD = 7
"""How many calls a record serves where folding costs something, about: as measured on recorded runs at list prices."""


@dataclass(frozen=True, slots=True)
class FoldRule:
    """Decides for one conversation, call by call."""

    weights: Weights
    waited: float = 0.0
    """What not folding has cost since the last fold, in weighted tokens."""
    has_folded: bool = False
    min_hit_rate: float = 0.0
    """No fold that brings the conversation's hit rate below it; 0: none is held."""
    read: int = 0
    written: int = 0
    """Tokens of the conversation so far as a prompt cache bills them."""

    @property
    def token_weight(self) -> float:
        """What a token of a record counts for each call that it serves: written once, read by the others.

        Where it counts less, a record may hold more: the least use that a line must promise goes down with it.
        """
        return (self.weights.cache_write + (CALLS_A_RECORD - 1) * self.weights.cache_read) / CALLS_A_RECORD

    def pays(self, history: int, folded: int, last: int = 0, opening: int = 0) -> bool:
        """Whether to fold before the next call: `history` tokens of turns would become `folded`.

        `last`: how many of both are the last turn's, which is new and has to be written either way. `opening`: tokens
        that every call begins with.

        What is to be kept of turns that are folded already is chosen anew with every fold, for the call that comes.
        Where folding costs nothing, that is done before every call.
        """
        once = self._once(folded - last)
        if self.has_folded and not once:
            return True
        cheaper = history > folded and self.waited + self._excess(history, folded) >= once
        return cheaper and (self._all_alike or self.folded(folded, opening).hit_rate >= self.min_hit_rate)

    def kept(self, history: int, folded: int, last: int = 0, opening: int = 0) -> "FoldRule":
        """The rule after a call that was made without folding."""
        waited = self.waited + max(0.0, self._excess(history, folded))
        return replace(self._billed(opening + history - last, last, opening), waited=waited)

    def folded(self, folded: int = 0, opening: int = 0) -> "FoldRule":
        """The rule after a fold."""
        return replace(self._billed(opening, folded, opening), waited=0.0, has_folded=True)

    @property
    def _all_alike(self) -> bool:
        """Whether it is all the same if input is read from the cache or written to it."""
        return self.weights.cache_write <= self.weights.cache_read

    @property
    def hit_rate(self) -> float:
        """Of the conversation so far; 0 before its first call."""
        return self.read / max(1, self.read + self.written)

    def _billed(self, read: int, written: int, opening: int) -> "FoldRule":
        """With one more call; the first one, which nobody asks about, has written the opening."""
        first = 0 if self.written else opening
        return replace(self, read=self.read + read, written=self.written + written + first)

    def _excess(self, history: int, folded: int) -> float:
        return self.weights.cache_read * (history - folded)

    def _once(self, record: int) -> float:
        return max(0.0, (self.weights.cache_write - self.weights.cache_read) * record)
