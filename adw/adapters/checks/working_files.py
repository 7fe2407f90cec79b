"""The files of a working copy as detection wants them: names, and the texts of a few."""

import os
from collections.abc import Iterable
from pathlib import Path

MOST_FILES = 20_000
_PRUNED = frozenset(
    {"node_modules", "venv", "env", "target", "dist", "build", "vendor", "site-packages", "__pycache__", "obj"}
)
LARGEST = 1_000_000
"""Bytes of a configuration file; a larger one is none."""


def names(root: Path, most: int = MOST_FILES) -> tuple[str, ...]:
    """At most so many paths relative to `root`, with `/`, sorted; without hidden folders and those that tools fill."""
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _PRUNED and not name.startswith("."))
        base = Path(folder).relative_to(root).as_posix()
        found.extend(name if base == "." else f"{base}/{name}" for name in files)
        if len(found) >= most:
            break
    return tuple(sorted(found[:most]))


def texts(root: Path, wanted: Iterable[str], largest: int = LARGEST) -> dict[str, str]:
    """The texts of those files of `wanted` that are there."""
    found = {}
    for name in wanted:
        path = root / name
        try:
            if path.is_file() and path.stat().st_size <= largest:
                found[name] = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # not readable: detection does without
    return found
