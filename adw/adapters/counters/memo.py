"""Counts of texts that were counted before. Requests repeat most of their blocks from turn to turn and run to run."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock

from adw.adapters.counters.store import CountStore

WORTH_STORING = 200
"""Characters from which looking a count up costs less than counting: see docs/benchmarks.md."""


class CountMemo:
    """Remembers the counts of the last `size` different texts by their hash; the texts themselves are not kept.

    Counts of longer texts are shared with other processes through `store`. `version` says which tokenizer counts:
    what another version stored is not found.
    """

    def __init__(
        self,
        count: Callable[[str, str], int],
        *,
        size: int = 10_000,
        store: CountStore | None = None,
        version: str = "",
    ) -> None:
        self._count = count
        self._size = size
        self._store = store
        self._version = version
        self._counts: OrderedDict[bytes, int] = OrderedDict()
        self._lock = Lock()

    def __call__(self, text: str, tokenizer: str) -> int:
        """Tokens of `text`. Texts of different tokenizers don't mix."""
        name = f"{self._version} {tokenizer}".encode()
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=blake2b(name).digest()).digest()
        with self._lock:
            if key in self._counts:
                self._counts.move_to_end(key)
                return self._counts[key]
        tokens = self._stored(key, text, tokenizer)
        with self._lock:
            self._counts[key] = tokens
            if len(self._counts) > self._size:
                self._counts.popitem(last=False)
        return tokens

    def _stored(self, key: bytes, text: str, tokenizer: str) -> int:
        if self._store is None or len(text) < WORTH_STORING:
            return self._count(text, tokenizer)
        known = self._store.get(key)
        if known is None:
            known = self._count(text, tokenizer)
            self._store.put(key, known)
        return known
