"""Edits of one turn, worked out on texts: all of them, or none with the reason for each that does not fit."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from adw.domain.edit import Delete, Edit, Replace, Write
from adw.errors import WorkspaceError

_LINES_SEARCHED = 5_000
_LINES_SHOWN = 8


class EditError(Exception):
    """One edit does not fit; the message tells the model what to do about it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """`contents` by path (None: delete) when every edit fits, else `problems` by the edit's position."""

    contents: dict[str, bytes | None]
    problems: dict[int, str]


def apply(edits: list[Edit], read: Callable[[str], bytes], check_writable: Callable[[str], None]) -> Applied:
    """Work edits out in order, later ones on the result of earlier ones. Nothing is written here."""
    contents: dict[str, bytes | None] = {}
    problems: dict[int, str] = {}
    for position, edit in enumerate(edits):
        try:
            check_writable(edit.path)
            contents[edit.path] = _one(edit, contents, read)
        except (EditError, WorkspaceError) as error:
            problems[position] = str(error)
    return Applied({} if problems else contents, problems)


def _one(edit: Edit, contents: dict[str, bytes | None], read: Callable[[str], bytes]) -> bytes | None:
    if isinstance(edit, Write):
        return edit.content.encode()
    current = contents[edit.path] if edit.path in contents else read(edit.path)
    if current is None:
        raise EditError(f"{edit.path} was deleted earlier in this turn")
    if isinstance(edit, Delete):
        return None
    return _replace(edit, current)


def _replace(edit: Replace, current: bytes) -> bytes:
    try:
        text = current.decode()
    except UnicodeDecodeError:
        # Latin-1 maps every byte to one character and back, so what is not touched stays as it is.
        return _in_text(edit, current.decode("latin-1")).encode("latin-1", errors="replace")
    return _in_text(edit, text).encode()


def _in_text(edit: Replace, text: str) -> str:
    if not edit.old:
        raise EditError("`old` is empty; use `write` for a new file")
    old, new = edit.old, edit.new
    if old not in text and "\r\n" in text:
        # The model is shown and writes plain newlines; the file keeps its own.
        old, new = (part.replace("\r\n", "\n").replace("\n", "\r\n") for part in (old, new))
    count = text.count(old)
    if count == 0:
        raise EditError(f"`old` is not in {edit.path}. {_nearest(edit.old, text)}")
    if count > 1 and not edit.every:
        raise EditError(
            f"`old` stands {count} times in {edit.path}, at lines {_places(old, text)}: make it unique or set all"
        )
    return text.replace(old, new)


def _places(old: str, text: str) -> str:
    found: list[str] = []
    start = text.find(old)
    while start >= 0 and len(found) < _LINES_SHOWN:
        found.append(str(text.count("\n", 0, start) + 1))
        start = text.find(old, start + len(old))
    return ", ".join(found)


def _nearest(old: str, text: str) -> str:
    """The lines that look most like `old`, so that the next try can be exact."""
    lines = text.splitlines()
    wanted = old.strip("\n").splitlines()
    first = next((line.strip() for line in wanted if line.strip()), "")
    if not first or not lines:
        return "The file has no such line."
    stripped = [line.strip() for line in lines[:_LINES_SEARCHED]]
    close = [first] if first in stripped else difflib.get_close_matches(first, stripped, n=1, cutoff=0.5)
    if not close:
        return f"Nothing like {first[:80]!r} is in it."
    start = stripped.index(close[0])
    shown = lines[start : start + min(len(wanted), _LINES_SHOWN)]
    return f"Nearest, from line {start + 1}:\n" + "\n".join(shown)
