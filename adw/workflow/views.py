"""What reading tools bring back: bounded, plain text, with the way to see what was cut."""

import fnmatch
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator

import regex

from adw.errors import WorkspaceError

_RANGE = re.compile(r"^(?P<path>.+?):(?P<first>\d+)(?:-(?P<last>\d+))?$")
_MATCHES = 60
_LINE_CHARS = 240
_SEARCH_SECONDS = 5.0
_WORTH_A_REFERENCE = 5
"""Fewer lines cost about what the reference to them costs."""
_BINARY_PROBE = 8192
_LONG_LINE = 1000
_PATHS_NAMED = 5
_REPEAT = re.compile(r"\{(\d*),?(\d*)\}")
_MOST_REPEATS = 10_000


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


def bounded(text: str, max_chars: int, marker: str = "[cut here: the result is too long]") -> str:
    """At most `max_chars` of the text, up to a line's end unless the line is a very long one, and that it was cut."""
    if len(text) <= max_chars:
        return text
    kept = text[: max(0, max_chars - len(marker) - 1)]
    whole_lines = kept.rpartition("\n")[0]
    if len(kept) - len(whole_lines) < _LONG_LINE:
        kept = whole_lines
    return f"{kept}\n{marker}"[-max_chars:] if max_chars > 0 else ""


def read_files(
    paths: Iterable[str],
    read: Callable[[str], bytes],
    max_lines: int,
    max_chars: int,
    shown: Callable[[str, str], bool] = lambda _path, _lines: False,
) -> str:
    """Each file under its heading, cut to `max_lines`; what does not fit into `max_chars` is named, not dropped.

    Lines that the model has before its eyes already, as `shown` says, are not sent again.
    """
    asked = tuple(paths)
    text = ""
    for place, path in enumerate(asked, start=1):
        text += ("\n" if text else "") + _one_file(path, read, max_lines, shown)
        if len(text) > max_chars:
            return bounded(text, max_chars, _cut_marker(path, asked[place:]))
    return text


def _cut_marker(path: str, later: tuple[str, ...]) -> str:
    more = "".join(f", {one[:_LINE_CHARS]}" for one in later[:_PATHS_NAMED])
    rest = len(later) - _PATHS_NAMED
    return f"[cut here: read {path[:_LINE_CHARS]}{more}{f' and {rest} more' * (rest > 0)} again, in smaller ranges]"


def _one_file(asked: str, read: Callable[[str], bytes], max_lines: int, shown: Callable[[str, str], bool]) -> str:
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
    if first > max(end, 1):
        return f"## {asked}\n[no such lines: {path} has {len(lines)}]"
    heading = f"## {path}" if (first, end) == (1, len(lines)) else f"## {path}:{first}-{end} of {len(lines)} lines"
    wanted = lines[first - 1 : end]
    if len(wanted) >= _WORTH_A_REFERENCE and shown(path, "\n".join(wanted)):
        return f"{heading}\n[unchanged: shown above]"
    return "\n".join([heading, *wanted])


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


def search(
    pattern: str, glob: str, files: Iterable[str], read: Callable[[str], bytes], monotonic: Callable[[], float]
) -> str:
    """`path:line: text` of matching lines, at most 60, in files that `glob` fits, within 5 seconds in all."""
    try:
        wanted = _compiled(pattern)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        return f"[not a regex: {error}]"
    end = monotonic() + _SEARCH_SECONDS
    found: list[str] = []
    for path in files:
        if not _fits(path, glob):
            continue
        try:
            content = read(path)
        except WorkspaceError:
            continue  # too large or gone: nothing to show of it
        if is_binary(content):
            continue
        try:
            for line in _matches(wanted, path, decode(content), lambda: end - monotonic()):
                if len(found) == _MATCHES:
                    return "\n".join([*found, f"[more than {_MATCHES} lines match: narrow the pattern or the glob]"])
                found.append(line)
        except TimeoutError:
            return "\n".join([*found, f"[stopped in {path}: the pattern takes too long, make it simpler]"])
    return "\n".join(found) or "[no line matches]"


def _compiled(pattern: str) -> "regex.Pattern[str]":
    """Raises ValueError too, for counted repeats that would take the compiler itself minutes and gigabytes."""
    counts = [max(int(low or 1), int(high or 1), 1) for low, high in _REPEAT.findall(pattern)]
    if math.prod(counts) > _MOST_REPEATS:
        raise ValueError("it repeats too much")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a later version may read otherwise: nothing for the terminal
        return regex.compile(pattern)


def _fits(path: str, glob: str) -> bool:
    """Whether a file is meant: by a glob whose `*` spans folders, or by a folder's name; all are by an empty one."""
    bare = glob.removeprefix("./").replace("**/", "").rstrip("/")
    return (
        not bare
        or fnmatch.fnmatchcase(path, bare)
        or any(fnmatch.fnmatchcase(path, pattern) for pattern in (f"*/{bare}", f"{bare}/*"))
    )


def _matches(wanted: "regex.Pattern[str]", path: str, text: str, seconds_left: Callable[[], float]) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), start=1):
        left = seconds_left()
        if left <= 0:
            raise TimeoutError
        if wanted.search(line[:5000], timeout=left):
            yield f"{path}:{number}: {line.strip()[:_LINE_CHARS]}"
