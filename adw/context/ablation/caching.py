"""What a prompt cache makes of a request: read, written, fresh.

As documented for Anthropic's: an entry is written at every breakpoint, found again by the very same prefix, looked for
at a breakpoint and up to 20 blocks before it, and not made below a least number of tokens. Calls are taken to follow
each other before entries expire.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adw.domain.messages import Message
from adw.domain.usage import Usage

LOOKBACK = 20
LEAST_TOKENS = 1024
"""Of a prefix; most models' least. It is 512 to 4096 with some."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a request between two places where a breakpoint may stand."""

    content: str | Message
    tokens: int
    blocks: int = 1
    breakpoint: bool = False
    """Whether one stands behind it."""


class PromptCache:
    """The cache of one conversation."""

    def __init__(self) -> None:
        self._last: Sequence[Part] = ()
        self._entries: frozenset[int] = frozenset()
        """Numbers of parts of the last request behind which there is an entry."""

    def bill(self, parts: Sequence[Part]) -> Usage:
        """Input tokens by class. All are fresh where no breakpoint stands."""
        tokens = _sums(part.tokens for part in parts)
        blocks = _sums(part.blocks for part in parts)
        marks = [at for at, part in enumerate(parts, start=1) if part.breakpoint and tokens[at] >= LEAST_TOKENS]
        same = self._same(parts)
        there = frozenset(at for at in self._entries if at <= same)
        read = max((at for at in there if any(0 <= blocks[mark] - blocks[at] < LOOKBACK for mark in marks)), default=0)
        written = max(marks, default=0)
        self._last, self._entries = parts, there | set(marks)
        return Usage(
            fresh=tokens[-1] - tokens[written],
            cache_read=tokens[read],
            cache_write_5m=tokens[written] - tokens[read],
        )

    def _same(self, parts: Sequence[Part]) -> int:
        """How many parts at the beginning are the last request's."""
        for number, (old, new) in enumerate(zip(self._last, parts, strict=False)):
            if old.content is not new.content and old.content != new.content:
                return number
        return min(len(self._last), len(parts))


def _sums(values: Iterable[int]) -> list[int]:
    """Running sums, from 0 on."""
    sums = [0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums
