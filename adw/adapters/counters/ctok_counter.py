"""Claude's tokens, exact and offline, by `ctok` (Python 3.12 and newer).

`ctok` is not typed and is not there on Python 3.11: import this module only where it is installed.
"""

from functools import cache
from importlib.metadata import version

import ctok  # type: ignore[import-untyped,import-not-found,unused-ignore]

from adw.adapters.counters.memo import CountMemo
from adw.adapters.counters.store import CountStore
from adw.context.counting import claude_family, count_request
from adw.domain.messages import ModelRequest

_PAD = "⟨pad⟩"


@cache
def _frame(family: str) -> int:
    """Tokens that `ctok` puts around a text to make a message of it."""
    return sum(token == _PAD for token in ctok.tokenize("", family))


def _count(text: str, family: str) -> int:
    # For `ctok` an empty message has a word boundary; a block without text has nothing.
    return int(ctok.token_count(text, family)) - _frame(family) if text else 0


class CtokCounter:
    """Counts for Claude. Models of others get the newest Claude's count, which is above theirs."""

    def __init__(self, store: CountStore | None = None) -> None:
        self._memo = CountMemo(_count, store=store, version=f"ctok {version('ctok')}")

    def count_text(self, text: str, model: str) -> int:
        return self._memo(text, claude_family(model) or "4.8")

    def count_request(self, request: ModelRequest) -> int:
        return count_request(request, lambda text: self.count_text(text, request.model))
