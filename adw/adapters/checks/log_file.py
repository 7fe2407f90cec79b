"""A log that cannot grow without end: its head and tail are kept, what lies between is counted."""

from collections import deque
from pathlib import Path
from typing import BinaryIO

from adw.errors import StorageError

TAIL_BYTES = 1_000_000


class LogFile:
    """Written in chunks; `limit` bytes on disk at most (and the note that says what is missing)."""

    def __init__(self, path: Path, limit: int) -> None:
        self.total = 0
        """Bytes that came in."""
        self._path = path
        self._tail_limit = min(TAIL_BYTES, limit // 2)
        self._head_left = limit - self._tail_limit
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._kept = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("wb")
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> StorageError:
        return StorageError(f"the log {self._path} cannot be written: {error.strerror or error}")

    def write(self, chunk: bytes) -> None:
        """Raises StorageError where the disk refuses."""
        self.total += len(chunk)
        head, rest = chunk[: self._head_left], chunk[self._head_left :]
        if head:
            self._head_left -= len(head)
            self._put(head)
        if rest:
            self._tail.append(rest)
            self._tail_size += len(rest)
            while self._tail_size - len(self._tail[0]) >= self._tail_limit:
                self._tail_size -= len(self._tail.popleft())

    def _put(self, chunk: bytes) -> None:
        try:
            self._file.write(chunk)
        except OSError as error:
            raise self._refused(error) from error
        self._kept += len(chunk)

    def close(self) -> bool:
        """Put the tail behind the head; whether something between them is missing."""
        tail = b"".join(self._tail)[-self._tail_limit :] if self._tail else b""
        missing = self.total - self._kept - len(tail)
        try:
            if missing:
                self._file.write(b"\n... %d bytes left out ...\n" % missing)
            self._file.write(tail)
            self._file.close()
        except OSError as error:
            raise self._refused(error) from error
        return missing > 0
