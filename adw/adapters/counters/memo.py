"""Counts of texts that were counted before. Requests repeat most of their blocks from turn to turn."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock


class CountMemo:
    """Remembers the counts of the last `size` different texts by their hash; the texts themselves are not kept."""

    def __init__(self, count: Callable[[str, str], int], *, size: int = 10_000) -> None:
        self._count = count
        self._size = size
        self._counts: OrderedDict[bytes, int] = OrderedDict()
        self._lock = Lock()

    def __call__(self, text: str, tokenizer: str) -> int:
        """Tokens of `text`. Texts of different tokenizers don't mix."""
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=tokenizer.encode()).digest()
        with self._lock:
            if key in self._counts:
                self._counts.move_to_end(key)
                return self._counts[key]
        tokens = self._count(text, tokenizer)
        with self._lock:
            self._counts[key] = tokens
            if len(self._counts) > self._size:
                self._counts.popitem(last=False)
        return tokens
