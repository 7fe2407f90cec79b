"""Edits of one turn, worked out on texts: all of them, or none with the reason for each that does not fit."""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adw.domain.edit import Delete, Edit, Replace, Write
from adw.errors import WorkspaceError

_LINES_SEARCHED = 5_000
_LINES_SHOWN = 8
_LINE_CHARS = 240
_LINE_END = re.compile(r"\r?\n")


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
            path = "/".join(part for part in edit.path.split("/") if part not in {"", "."})
            new = _one(edit, _Current(path, contents, read))
            _check_place(path, new, contents)
            contents[path] = new
        except (EditError, WorkspaceError) as error:
            problems[position] = str(error)
        except UnicodeEncodeError as error:
            character = error.object[error.start]
            problems[position] = f"{edit.path} is in {error.encoding}, which has no {character!a}"
    return Applied({} if problems else contents, problems)


@dataclass(frozen=True, slots=True)
class _Current:
    """A file as the turn's earlier edits leave it."""

    path: str
    contents: dict[str, bytes | None]
    read: Callable[[str], bytes]

    def content(self) -> bytes:
        """Raises EditError or WorkspaceError where there is none."""
        content = self.contents[self.path] if self.path in self.contents else self.read(self.path)
        if content is None:
            raise EditError(f"{self.path} was deleted earlier in this turn")
        return content

    def content_or_none(self) -> bytes | None:
        try:
            return self.content()
        except (EditError, WorkspaceError):
            return None


def _one(edit: Edit, current: _Current) -> bytes | None:
    if isinstance(edit, Write):
        return _like(edit.content, current.content_or_none() or b"")
    content = current.content()
    if isinstance(edit, Delete):
        return None
    text, encoding = _decode(content)
    return _in_text(edit, text).encode(encoding)


def _check_place(path: str, new: bytes | None, contents: dict[str, bytes | None]) -> None:
    """Raises EditError where one path of the turn is to be both a file and a folder."""
    for other, content in contents.items():
        if new is not None and content is not None and (other.startswith(path + "/") or path.startswith(other + "/")):
            raise EditError(f"{path} and {other} cannot both be files")


def _decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding. Latin-1 maps every byte to one character and back: what is not touched stays."""
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _like(new: str, current: bytes) -> bytes:
    """A file's new content with the newlines and the encoding that it has now: the model is shown neither."""
    text, encoding = _decode(current)
    return (_with_crlf(new) if _is_crlf(text) else new).encode(encoding)


def _is_crlf(text: str) -> bool:
    return text.count("\r\n") * 2 > text.count("\n")


def _with_crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _in_text(edit: Replace, text: str) -> str:
    """`text` with the edit done. The model is shown and writes plain newlines; each line keeps the end that it has."""
    if not edit.old:
        raise EditError("`old` is empty; use `write` for a new file")
    old, plain = (part.replace("\r\n", "\n") for part in (edit.old, text))
    places = list(_places(old, plain, every=edit.every))
    if not places:
        raise EditError(f"`old` is not in {edit.path}. {_nearest(edit.old, text)}")
    if len(places) > 1 and not edit.every:
        lines = ", ".join(str(plain.count("\n", 0, start) + 1) for start in places[:_LINES_SHOWN])
        often = f"{len(places)} times" if len(places) <= _LINES_SHOWN else f"more than {_LINES_SHOWN} times"
        raise EditError(f"`old` stands {often} in {edit.path}, at lines {lines}: make it unique or set all")
    ends = iter(_LINE_END.findall(text))
    parts, done = [], 0
    for start in places:
        parts.append(_with_ends(plain[done:start], ends))
        replaced = [next(ends) for _ in range(old.count("\n"))]
        is_crlf = "\r\n" in replaced if replaced else _is_crlf(text)
        parts.append(_with_crlf(edit.new) if is_crlf else edit.new)
        done = start + len(old)
    return "".join([*parts, _with_ends(plain[done:], ends)])


def _places(old: str, text: str, *, every: bool) -> Iterator[int]:
    """Where `old` begins; where just one place is allowed, overlapping ones too, and no more than are shown."""
    start = text.find(old)
    found = 0
    while start >= 0 and (every or found <= _LINES_SHOWN):
        yield start
        found += 1
        start = text.find(old, start + (len(old) if every else 1))


def _with_ends(text: str, ends: Iterator[str]) -> str:
    return re.sub("\n", lambda _: next(ends), text)


def _nearest(old: str, text: str) -> str:
    """The lines that look most like `old`, so that the next try can be exact."""
    lines = [line.removesuffix("\r")[:_LINE_CHARS] for line in text.split("\n", _LINES_SEARCHED)[:_LINES_SEARCHED]]
    wanted = old.strip("\n").split("\n")
    first = next((line.strip() for line in wanted if line.strip()), "")[:_LINE_CHARS]
    if not first or not text:
        return "The file has no such line."
    stripped = [line.strip() for line in lines]
    close = [first] if first in stripped else difflib.get_close_matches(first, stripped, n=1, cutoff=0.5)
    if not close:
        return f"Nothing like {first[:80]!r} is in it."
    start = stripped.index(close[0])
    shown = lines[start : start + min(len(wanted), _LINES_SHOWN)]
    return f"Nearest, from line {start + 1}:\n" + "\n".join(shown)
