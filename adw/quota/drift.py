"""How far what is billed may lie above what was counted, learned from calls that were billed.

A count is made of the request's texts and of frames around them. The frames are upper bounds (adw/context/counting.py),
so billed / counted says too little of a request whose frames weigh much, and a small request says next to nothing
about a large one. Each call therefore gives two figures: `least`, as if all of the frames had been billed, and `most`,
as if none had. A large request has both close together: only such calls may narrow the margin; any call may widen it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adw.domain.entry import Entry

UNMEASURED = 1.15
"""The margin of a model that little is known of. Providers change how they frame requests more than how they cut
texts into tokens; an eighth is the most that was seen between counters that claim to be the same. It costs a seventh
of the room, and only where a request comes near its ceiling."""
_MOST = 2.0
"""More than that is no drift but a wrong bill, or a wrong tokenizer: to widen further would stop every run."""
_FRAMES = 1500
"""Tokens of a count that may not be billed at all."""
_CLOSE = 1.05
"""`most` / `least` of a call that tells enough to narrow the margin: from some 31,500 tokens on."""
_ENOUGH = 10
"""Such calls before the margin narrows. After n calls the next lies above all of them with a chance of 1 in n + 1."""
RECENT = 200
"""Calls that are looked at, the newest: what was billed otherwise long ago no longer counts."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One call's input tokens."""

    counted: int
    billed: int

    @property
    def least(self) -> float:
        return self.billed / self.counted

    @property
    def most(self) -> float:
        return self.billed / max(1, self.counted - _FRAMES)


def samples_of(entries: Iterable[Entry]) -> tuple[Sample, ...]:
    """What was counted and billed, in the order of the entries; calls without either say nothing."""
    return tuple(
        Sample(entry.counted_input, entry.usage.input)
        for entry in entries
        if entry.outcome == "ok" and entry.counted_input > 0 and entry.usage.input > 0
    )


def margin(samples: Sequence[Sample]) -> float:
    """What a count is to be multiplied by so that no bill is above it: 1.0 to 2.0. `samples`: oldest first."""
    recent = samples[-RECENT:]
    widest = max((one.least for one in recent), default=0.0)
    telling = [one.most for one in recent if one.most <= one.least * _CLOSE]
    expected = max(telling) if len(telling) >= _ENOUGH else UNMEASURED
    return min(max(1.0, expected, widest), _MOST)


def with_margin(counted: int, factor: float) -> int:
    """Tokens to plan with: the count times the margin, rounded up."""
    return math.ceil(counted * factor)
