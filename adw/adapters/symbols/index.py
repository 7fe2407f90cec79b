"""The symbols of a commit: looked up where its files are known already, parsed where they are new."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from time import thread_time

from adw.adapters.symbols.reader import language_of, read_symbols, suffix_of
from adw.adapters.symbols.store import Stored, SymbolStore
from adw.domain.symbols import Blob, FileSymbols, RepoSymbols
from adw.errors import Interrupted
from adw.ports import Blobs, StopSignal

_BINARY, _MINIFIED, _HARD = "binary", "minified", "too hard to parse"
_LOOKED_AT = 8_000
_MEAN_LINE = 300
"""Bytes. Hand-written code has 30 to 40; minified code has one line, or lines of thousands."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is read at most. All but `seconds` depends on the commit alone, not on the machine or on what is known."""

    file_bytes: int = 500_000
    files: int = 20_000
    bytes: int = 200_000_000
    """Of all files together."""
    seconds: float = 300.0
    """Processor time for files that are new. Only a repository made to be slow comes near it."""


class TreeSitterIndex:
    """SymbolIndex with tree-sitter's parsers."""

    def __init__(
        self, blobs: Blobs, store: SymbolStore | None, stop: StopSignal | None = None, bounds: Bounds = Bounds()
    ) -> None:
        """`store`: where symbols are kept for the next run; None: nowhere."""
        self._blobs = blobs
        self._store = store
        self._stop = stop
        self._bounds = bounds

    def look(self, commit: str, first: Collection[str] = ()) -> RepoSymbols:
        """See the port. What was parsed is kept also when the user stops it half way."""
        bounds = self._bounds
        too_large, too_many = (
            f"larger than {bounds.file_bytes:,} bytes",
            f"beyond the first {bounds.files:,} files or {bounds.seconds:.0f} s",
        )
        known = [blob for blob in self._blobs.listed(commit) if language_of(blob.path)]
        large = {blob.path for blob in known if blob.size > bounds.file_bytes}
        chosen = tuple(_chosen([blob for blob in known if blob.path not in large], frozenset(first), bounds))
        stored = self._symbols(chosen)
        found: dict[str, FileSymbols] = {}
        skipped: dict[str, list[str]] = {}
        for blob in known:
            said = too_large if blob.path in large else stored.get(_key(blob), too_many)
            if isinstance(said, str):
                skipped.setdefault(said, []).append(blob.path)
            else:
                found[blob.path] = said
        return RepoSymbols(found, {reason: tuple(paths) for reason, paths in sorted(skipped.items())})

    def _symbols(self, blobs: tuple[Blob, ...]) -> dict[str, Stored]:
        older = self._store.load() if self._store else {}
        wanted = {_key(blob): blob for blob in blobs}
        stored = {key: older[key] for key in wanted if key in older}
        new = [blob for key, blob in wanted.items() if key not in older]
        until = thread_time() + self._bounds.seconds
        try:
            for blob, content in self._blobs.contents(new):
                if thread_time() > until:
                    break  # the rest is left for the next look
                stored[_key(blob)] = _read(blob, content)
                if self._stop is not None and self._stop.is_set():
                    raise Interrupted("stopped while the repository's symbols were read")
        finally:
            if new and self._store:
                self._store.save(stored, older)
        return stored


def _chosen(blobs: list[Blob], first: frozenset[str], bounds: Bounds) -> Iterator[Blob]:
    """What is read where not all can be: paths of `first`, then those nearest to the top."""
    left = bounds.bytes
    ranked = sorted(blobs, key=lambda blob: (blob.path not in first, blob.path.count("/"), blob.path))
    for blob in ranked[: bounds.files]:
        left -= blob.size
        if left < 0:
            return
        yield blob


def _key(blob: Blob) -> str:
    """The same bytes mean something else in another language."""
    return f"{suffix_of(blob.path)}:{blob.id}"


def _read(blob: Blob, content: bytes) -> Stored:
    language = language_of(blob.path)
    if language is None or b"\0" in content[:_LOOKED_AT]:
        return _BINARY
    if len(content) > _LOOKED_AT and len(content) > _MEAN_LINE * (content.count(b"\n") + 1):
        return _MINIFIED
    return read_symbols(language, content) or _HARD
