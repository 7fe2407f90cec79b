"""Where in a command the tool itself is started, and which of the user's options have to make way for ours."""

import posixpath
from collections.abc import Collection

WRAPPERS = frozenset(
    {"bash", "gmake", "inv", "invoke", "just", "make", "nox", "npm", "pre-commit", "prek", "rake", "sh", "task", "tox"}
)
"""Programs whose argument `mypy` names a target of theirs, not the program."""


def program(command: tuple[str, ...], *names: str) -> int | None:
    """The position of the tool, as in `uv run -- mypy src` or `python -m mypy src`; None where it is started inside."""
    bases = [posixpath.basename(word).removesuffix(".exe") for word in command]
    if bases[:1] and bases[0] in WRAPPERS:
        return None
    return next((at for at, base in enumerate(bases) if base in names), None)


def without(arguments: tuple[str, ...], flags: Collection[str], valued: Collection[str] = ()) -> tuple[str, ...]:
    """The arguments without `flags`, and without `valued` options and their values (`-o x`, `--out x`, `--out=x`)."""
    kept: list[str] = []
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word in valued:
            skip = True
        elif word not in flags and word.partition("=")[0] not in valued:
            kept.append(word)
    return tuple(kept)
