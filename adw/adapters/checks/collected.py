"""Report files that a tool leaves in the workspace because it can be told no other place: only those just written."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_BYTES = 64_000_000
"""A report file that is larger is not read: the check is then not judged."""
ALL_BYTES = 128_000_000
"""The same for all that a check leaves in the workspace."""

Fingerprint = tuple[int, int, int]
"""Time of the last change in nanoseconds, size in bytes, inode."""


@dataclass(frozen=True, slots=True)
class Before:
    """What matched the globs before a check began: whatever is still the same after it is stale."""

    root: Path
    globs: tuple[str, ...]
    known: dict[str, Fingerprint]

    def fresh(self) -> dict[str, bytes]:
        """The files that are new or were written meanwhile, by path relative to the root, in the order of names.

        Links are not followed, for the check may have made them.
        """
        found: dict[str, bytes] = {}
        left = ALL_BYTES
        for name, path, (_, size, _) in sorted(_changed(self)):
            if size <= min(FILE_BYTES, left):
                found[name] = path.read_bytes()
                left -= size
        return found


def before(root: Path, globs: tuple[str, ...]) -> Before:
    """Look at the workspace before the start of a check whose tool leaves what `globs` say."""
    return Before(root, globs, {name: mark for name, _, mark in _matching(root, globs)})


def _changed(seen: Before) -> Iterator[tuple[str, Path, Fingerprint]]:
    for name, path, mark in _matching(seen.root, seen.globs):
        if seen.known.get(name) != mark:
            yield name, path, mark


def _matching(root: Path, globs: tuple[str, ...]) -> Iterator[tuple[str, Path, Fingerprint]]:
    """Regular files, no part of whose path below the root is a link."""
    unique = dict.fromkeys(path for glob in globs for path in root.glob(glob))
    resolved = root.resolve()
    for path in unique:
        if path.parent.resolve() != resolved / path.parent.relative_to(root):
            continue
        try:
            found = path.lstat()
        except OSError:  # gone meanwhile, or in a folder that the check closed
            continue
        if stat.S_ISREG(found.st_mode):
            yield path.relative_to(root).as_posix(), path, (found.st_mtime_ns, found.st_size, found.st_ino)
