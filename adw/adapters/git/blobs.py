"""The files of a commit with their contents' ids: what is known by its id need not be read again."""

import re
from collections.abc import Iterable, Iterator

from adw.adapters.git.command import GitCommand
from adw.adapters.git.paths import is_listed
from adw.adapters.git.repository import Repository
from adw.domain.symbols import Blob
from adw.errors import WorkspaceError

_AT_ONCE = 8_000_000
"""Bytes that one call of git brings; a blob that is larger comes alone."""
_ODD = re.compile(r"\.git|git~|\.adw", re.IGNORECASE)
"""What only a closer look can tell. Nearly no path has it, and tens of thousands are listed."""


class GitBlobs:
    """Blobs of commits. Symbolic links and submodules are none, nor are files that a run is never shown."""

    def __init__(self, repository: Repository) -> None:
        self._git: GitCommand = repository.objects()

    def listed(self, commit: str) -> tuple[Blob, ...]:
        """See the port."""
        return tuple(sorted(self._entries(commit), key=lambda blob: blob.path))

    def _entries(self, commit: str) -> Iterator[Blob]:
        for line in self._git.run("ls-tree", "-r", "-l", "-z", "--full-tree", commit).fields:
            described, _, path = line.partition("\t")
            mode, _, object_id, size = described.split()
            if mode.startswith("100") and ((path.isascii() and not _ODD.search(path)) or is_listed(path)):
                if not size.isdecimal():  # `BAD`
                    raise _lost(path)
                yield Blob(path, object_id, int(size))

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes]]:
        """See the port."""
        for some in _batches(blobs):
            asked = "".join(f"{blob.id}\n" for blob in some)
            answer = memoryview(self._git.run("cat-file", "--batch", stdin=asked.encode()).stdout)
            place = 0
            for blob in some:
                head = f"{blob.id} blob {blob.size}\n".encode()
                if answer[place : place + len(head)] != head:
                    raise _lost(blob.path)
                place += len(head)
                yield blob, bytes(answer[place : place + blob.size])
                place += blob.size + 1


def _lost(path: str) -> WorkspaceError:
    return WorkspaceError(
        f"the repository has lost the content of {path!r}", hint="`git fsck` says more; fetch or clone it again"
    )


def _batches(blobs: Iterable[Blob]) -> Iterator[list[Blob]]:
    some: list[Blob] = []
    size = 0
    for blob in blobs:
        if some and size + blob.size > _AT_ONCE:
            yield some
            some, size = [], 0
        some.append(blob)
        size += blob.size
    if some:
        yield some
