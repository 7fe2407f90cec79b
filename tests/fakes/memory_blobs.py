"""Blobs of one commit in memory."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from adw.domain.symbols import Blob


class MemoryBlobs:
    """Every commit holds the same `files`; `read` remembers which of them were asked for, in order."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.read: list[str] = []

    def listed(self, _commit: str) -> tuple[Blob, ...]:
        return tuple(
            Blob(path, hashlib.sha256(content).hexdigest(), len(content))
            for path, content in sorted(self.files.items())
        )

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes]]:
        for blob in blobs:
            self.read.append(blob.path)
            yield blob, self.files[blob.path]
