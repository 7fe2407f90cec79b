"""The blocks of lines that are worth their tokens."""

import heapq
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from adw.context.record.memory import Memory, Place

PRICE = 0.0002
"""Least probability of use per token: one setting for all runs, the policy's only dial. See docs/benchmarks.md."""
GAP_TOKENS = 1.5
HEAD_TOKENS = 3.0


@dataclass(slots=True)
class Selection:
    """Greedy by chance per marginal token: lines already kept are free, an identifier already kept is worth nothing."""

    memory: Memory
    chances: Mapping[str, float]
    kept: dict[int, set[int]] = field(default_factory=dict)
    _covered: set[str] = field(default_factory=set)

    def buy(self, price: float) -> dict[int, set[int]]:
        """Lines to keep, by result."""
        places = {self.memory.places[identifier][-1] for identifier in self.chances}
        queue = [(-density, place) for place in sorted(places) if (density := self._density(place)) > price]
        heapq.heapify(queue)
        while queue:
            offered, place = heapq.heappop(queue)
            density = self._density(place)
            if density <= price:
                continue
            if density < -offered:
                heapq.heappush(queue, (-density, place))
                continue
            for neighbour in self._keep(place):
                if neighbour in places and (density := self._density(neighbour)) > price:
                    heapq.heappush(queue, (-density, neighbour))
        return self.kept

    def _density(self, place: Place) -> float:
        result, line = place
        on_line = self.memory.results[result].identifiers[line]
        # fsum: the order of a set changes with the hash seed, and must not tip a choice.
        worth = math.fsum(self.chances.get(i, 0.0) for i in on_line if i not in self._covered)
        return worth / self._cost(place) if worth else 0.0

    def _cost(self, place: Place) -> float:
        result, line = place
        costs, kept = self.memory.results[result].costs, self.kept.get(result)
        block = range(max(0, line - 1), min(len(costs), line + 2))
        if not kept:
            return GAP_TOKENS + HEAD_TOKENS + sum(costs[i] for i in block)
        gap = 0.01 if any(i in kept for i in range(line - 2, line + 3)) else GAP_TOKENS
        return gap + sum(costs[i] for i in block if i not in kept)

    def _keep(self, place: Place) -> Iterator[Place]:
        """Keeps the block; says which places may now be cheaper."""
        result, line = place
        shown = self.memory.results[result]
        kept = self.kept.setdefault(result, set())
        last = len(shown.lines) - 1
        kept.update(range(max(0, line - 1), min(last, line + 1) + 1))
        for i in range(max(0, line - 2), min(last, line + 2) + 1):
            if all(j in kept for j in range(max(0, i - 1), min(last, i + 1) + 1)):
                self._covered |= shown.identifiers[i]
        return ((result, i) for i in range(line - 3, line + 4))
