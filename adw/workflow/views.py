"""What reading tools bring back: bounded, plain text, with the way to see what was cut."""

import fnmatch
import re
from collections.abc import Callable, Iterable

import regex

from adw.errors import WorkspaceError

_RANGE = re.compile(r"^(?P<path>.+?):(?P<first>\d+)(?:-(?P<last>\d+))?$")
_MATCHES = 60
_LINE_CHARS = 240
_SEARCH_SECONDS = 5.0
_BINARY_PROBE = 8192


def is_binary(content: bytes) -> bool:
    """Whether the content is no text: a NUL among its first bytes (git's own test)."""
    return b"\0" in content[:_BINARY_PROBE]


def decode(content: bytes) -> str:
    """Text with plain newlines; bytes that are no UTF-8 as Latin-1, so that nothing is lost from sight."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n")


def read_files(paths: Iterable[str], read: Callable[[str], bytes], max_lines: int, max_chars: int) -> str:
    """Each file under its heading, cut to `max_lines`; what does not fit into `max_chars` is named, not dropped."""
    parts: list[str] = []
    room = max_chars
    for path in paths:
        part = _one_file(path, read, max_lines)
        if len(part) > room:
            part = part[:room].rpartition("\n")[0] + f"\n[cut here: read {path} again with a smaller range]"
        parts.append(part)
        room = max(0, room - len(part))
    return "\n".join(parts)


def _one_file(asked: str, read: Callable[[str], bytes], max_lines: int) -> str:
    path, first, last = _split_range(asked, read)
    try:
        content = read(path)
    except WorkspaceError as error:
        return f"## {asked}\n[{error.message}]"
    if is_binary(content):
        return f"## {path}\n[binary, {len(content)} bytes]"
    lines = decode(content).split("\n")
    if lines[-1] == "":
        lines.pop()
    end = min(last or len(lines), len(lines), first + max_lines - 1)
    heading = f"## {path}" if (first, end) == (1, len(lines)) else f"## {path}:{first}-{end} of {len(lines)} lines"
    return "\n".join([heading, *lines[first - 1 : end]])


def _split_range(asked: str, read: Callable[[str], bytes]) -> tuple[str, int, int]:
    """`path:from-to` apart; a path that really ends so is taken as it is."""
    match = _RANGE.match(asked)
    if match is None:
        return asked, 1, 0
    try:
        read(asked)
    except WorkspaceError:
        return match["path"], max(1, int(match["first"])), int(match["last"] or match["first"])
    return asked, 1, 0


def search(pattern: str, glob: str, files: Iterable[str], read: Callable[[str], bytes]) -> str:
    """`path:line: text` of matching lines, at most 60, within 5 seconds of matching."""
    try:
        wanted = regex.compile(pattern)
    except regex.error as error:
        return f"[not a regex: {error}]"
    found: list[str] = []
    for path in files:
        if glob and not fnmatch.fnmatch(path, glob):
            continue
        try:
            content = read(path)
        except WorkspaceError:
            continue  # too large or gone: nothing to show of it
        if is_binary(content):
            continue
        try:
            found += _matches(wanted, path, decode(content), _MATCHES + 1 - len(found))
        except TimeoutError:
            return "\n".join([*found, f"[stopped in {path}: the pattern takes too long, make it simpler]"])
        if len(found) > _MATCHES:
            return "\n".join([*found[:_MATCHES], f"[more than {_MATCHES} lines match: narrow the pattern or the glob]"])
    return "\n".join(found) or "[no line matches]"


def _matches(wanted: "regex.Pattern[str]", path: str, text: str, room: int) -> list[str]:
    found: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if wanted.search(line[:5000], timeout=_SEARCH_SECONDS):
            found.append(f"{path}:{number}: {line.strip()[:_LINE_CHARS]}")
            if len(found) >= room:
                break
    return found
