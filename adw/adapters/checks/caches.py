"""Folders of tools that last from check to check: a compiler that starts cold each time takes most of a minute."""

from collections.abc import Mapping
from pathlib import Path

_PLACE = (".adw", "cache")


def made(checkout: Path, caches: Mapping[str, str]) -> dict[str, Path]:
    """The folders that an invocation asks for, by the environment variable that names each.

    They lie in the checkout beside the runs, apart from the caches of the user: what a check's code leaves there
    reaches other checks and nobody else. Raises OSError.
    """
    found = {variable: checkout.joinpath(*_PLACE, name) for variable, name in caches.items()}
    for folder in found.values():
        folder.mkdir(parents=True, exist_ok=True)
        ignore = checkout.joinpath(*_PLACE, ".gitignore")
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    return found
