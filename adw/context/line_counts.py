"""Tokens of texts that share most of their lines, each line counted once and the sums exact.

No tokenizer here has a token that begins before a line's end and goes on into the text of the next line: counts of
lines add up, if each is counted with what stands around it. Blank lines belong to the line before them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

_NEXT_LINE = re.compile(r"\n(?=[^\S\r\n]*\S)")
_BEFORE = "x\n"
_BEHIND = "x"


@dataclass(slots=True)
class LineCounts:
    """Counts what `count` would say of a text. Holds every line that it has seen."""

    count: Callable[[str], int]
    _inner: dict[str, int] = field(default_factory=dict)
    _texts: dict[str, int] = field(default_factory=dict)

    def __call__(self, text: str) -> int:
        """Tokens of a text that stands alone."""
        cuts = [found.end() for found in _NEXT_LINE.finditer(text)]
        if not cuts:
            return self._whole(text)
        first, last = text[: cuts[0]], text[cuts[-1] :]
        inner = (text[start:end] for start, end in pairwise(cuts))
        ends = self._whole(first + _BEHIND) + self._whole(_BEFORE + last) - self._whole(_BEFORE + _BEHIND)
        return ends + sum(map(self._line, inner))

    def _line(self, line: str) -> int:
        known = self._inner.get(line)
        if known is None:
            around = self._whole(_BEFORE + _BEHIND)
            known = self._inner[line] = self.count(_BEFORE + line + _BEHIND) - around
        return known

    def _whole(self, text: str) -> int:
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = self.count(text)
        return known
