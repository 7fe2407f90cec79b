"""Everything of a user's repository that a run must leave as it is, down to the byte."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

Fingerprint = dict[str, tuple[object, ...]]

_OURS = (
    ".adw",
    ".git/objects",  # only ever added to: `lost_objects` looks at that
    ".git/worktrees",
    ".git/refs/heads/adw",
    ".git/logs/refs/heads/adw",
)


def fingerprint(root: Path) -> Fingerprint:
    """For each path below `root` that is the user's: kind, mode, and of files time and content, of links the target.

    That takes in the checkout with its ignored and untracked files, the index, HEAD, all refs but `adw/*`, the
    stash, reflogs, configuration and hooks.
    """
    return {os.fsdecode(os.fsencode(path.relative_to(root))): _look(path) for path in _walk(root, root)}


def lost_objects(before: set[str], root: Path) -> set[str]:
    """Objects that were there before and are no more."""
    return before - objects(root)


def objects(root: Path) -> set[str]:
    """Files of the object store."""
    store = root / ".git" / "objects"
    return {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file()}


def differences(before: Fingerprint, after: Fingerprint) -> list[str]:
    """What a failing test shows: each path with what it was and what it is."""
    paths = sorted(before.keys() | after.keys())
    return [
        f"{path!r}: {before.get(path)} → {after.get(path)}" for path in paths if before.get(path) != after.get(path)
    ]


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.relative_to(root).as_posix() in _OURS:
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, root)


def _look(path: Path) -> tuple[object, ...]:
    found = path.lstat()
    mode = oct(found.st_mode)
    if stat.S_ISLNK(found.st_mode):
        return (mode, os.readlink(path))  # noqa: PTH115  (bytes of the target as they are)
    if stat.S_ISREG(found.st_mode):
        return (mode, found.st_mtime_ns, found.st_ino, hashlib.sha256(path.read_bytes()).hexdigest())
    return (mode,)
