"""The symbols of a commit: looked up where its files are known already, parsed where they are new."""

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from adw.adapters.symbols.reader import language_of, read_symbols
from adw.adapters.symbols.store import Stored, SymbolStore
from adw.domain.symbols import Blob, FileSymbols, RepoSymbols
from adw.errors import Interrupted
from adw.ports import Blobs, StopSignal

MAX_FILE_BYTES = 500_000
MAX_FILES = 20_000
MAX_BYTES = 200_000_000
"""Of all files of a commit together."""

_TOO_LARGE = f"larger than {MAX_FILE_BYTES // 1000} KB"
_TOO_MANY = f"beyond the first {MAX_FILES:,} files or {MAX_BYTES // 1_000_000} MB"
_BINARY, _MINIFIED, _HARD = "binary", "minified", "too hard to parse"
_LOOKED_AT = 8_000
_MEAN_LINE = 300
"""Bytes. Hand-written code has 30 to 40; minified code has one line, or lines of thousands."""


class TreeSitterIndex:
    """SymbolIndex with tree-sitter's parsers."""

    def __init__(self, blobs: Blobs, store: SymbolStore | None, stop: StopSignal | None = None) -> None:
        """`store`: where symbols are kept for the next run; None: nowhere."""
        self._blobs = blobs
        self._store = store
        self._stop = stop

    def look(self, commit: str, first: Collection[str] = ()) -> RepoSymbols:
        """See the port. What was parsed is kept also when the user stops it half way."""
        known = [blob for blob in self._blobs.listed(commit) if language_of(blob.path)]
        large = {blob.path for blob in known if blob.size > MAX_FILE_BYTES}
        chosen = tuple(_chosen([blob for blob in known if blob.path not in large], frozenset(first)))
        stored = self._symbols(chosen)
        found: dict[str, FileSymbols] = {}
        skipped: dict[str, list[str]] = {}
        for blob in known:
            said = _TOO_LARGE if blob.path in large else stored.get(_key(blob), _TOO_MANY)
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
        try:
            for blob, content in self._blobs.contents(new):
                stored[_key(blob)] = _read(blob, content)
                if self._stop is not None and self._stop.is_set():
                    raise Interrupted("stopped while the repository's symbols were read")
        finally:
            if new and self._store:
                self._store.save(stored, older)
        return stored


def _chosen(blobs: list[Blob], first: frozenset[str]) -> Iterator[Blob]:
    """What is read where not all can be: paths of `first`, then those nearest to the top."""
    left = MAX_BYTES
    ranked = sorted(blobs, key=lambda blob: (blob.path not in first, blob.path.count("/"), blob.path))
    for blob in ranked[:MAX_FILES]:
        left -= blob.size
        if left < 0:
            return
        yield blob


def _key(blob: Blob) -> str:
    """The same bytes mean something else in another language."""
    return f"{PurePosixPath(blob.path).suffix}:{blob.id}"


def _read(blob: Blob, content: bytes) -> Stored:
    language = language_of(blob.path)
    if language is None or b"\0" in content[:_LOOKED_AT]:
        return _BINARY
    if len(content) > _LOOKED_AT and len(content) > _MEAN_LINE * (content.count(b"\n") + 1):
        return _MINIFIED
    return read_symbols(language, content) or _HARD
