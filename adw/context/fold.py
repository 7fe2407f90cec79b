"""When replacing turns by a record pays, derived from what tokens count (SPEC §3, Snapshot).

Not folding costs a read of the longer history with every later call; folding costs once, because what stands behind
the changed place must be written to the cache again. How many calls are still to come is not known, so the rule is
that of the ski rental problem: fold as soon as what waiting has cost reaches what folding costs. Whatever comes,
that is at most twice the cost of the best schedule in hindsight for what it decides about. Where all tokens count
alike, folding costs nothing, and every fold that makes the request smaller pays at once.
"""

from dataclasses import dataclass

from adw.domain.weights import Weights


@dataclass(frozen=True, slots=True)
class FoldRule:
    """Decides for one conversation, call by call."""

    weights: Weights
    waited: float = 0.0
    """What not folding has cost since the last fold, in weighted tokens."""
    has_folded: bool = False

    def pays(self, history: int, folded: int) -> bool:
        """Whether to fold before the next call: `history` tokens of turns would become `folded`.

        What is to be kept of turns that are folded already is chosen anew with every fold, for the call that comes.
        Where folding costs nothing, that is done before every call.
        """
        once = self._once(folded)
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

    def _once(self, folded: int) -> float:
        return max(0.0, (self.weights.cache_write - self.weights.cache_read) * folded)
