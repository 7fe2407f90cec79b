"""When replacing turns by a record pays, derived from what tokens count (SPEC §3, Snapshot).

Not folding costs a read of the longer history with every later call; folding costs once, because what stands behind
the changed place must be written to the cache again. How many calls are still to come is not known, so the rule is
that of the ski rental problem: fold as soon as what waiting has cost reaches what folding costs. Whatever comes,
that is at most twice the cost of the best schedule in hindsight for what it decides about. Where all tokens count
alike, folding costs nothing, and every fold that makes the request smaller pays at once.
"""

from dataclasses import dataclass

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

    @property
    def token_weight(self) -> float:
        """What a token of a record counts for each call that it serves: written once, read by the others.

        Where it counts less, a record may hold more: the least use that a line must promise goes down with it.
        """
        return (self.weights.cache_write + (CALLS_A_RECORD - 1) * self.weights.cache_read) / CALLS_A_RECORD

    def pays(self, history: int, folded: int, last: int = 0) -> bool:
        """Whether to fold before the next call: `history` tokens of turns would become `folded`.

        `last`: how many of both are the last turn's, which is new and has to be written either way.

        What is to be kept of turns that are folded already is chosen anew with every fold, for the call that comes.
        Where folding costs nothing, that is done before every call.
        """
        once = self._once(folded - last)
        if self.has_folded and not once:
            return True
        return history > folded and self.waited + self._excess(history, folded) >= once

    def kept(self, history: int, folded: int) -> "FoldRule":
        """The rule after a call that was made without folding."""
        return FoldRule(self.weights, self.waited + max(0.0, self._excess(history, folded)), self.has_folded)

    def folded(self) -> "FoldRule":
        """The rule after a fold."""
        return FoldRule(self.weights, has_folded=True)

    def _excess(self, history: int, folded: int) -> float:
        return self.weights.cache_read * (history - folded)

    def _once(self, record: int) -> float:
        return max(0.0, (self.weights.cache_write - self.weights.cache_read) * record)
