"""What errors of node's programs look like as text: a message, then perhaps lines of code, then frames."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adw.checks import locate
from adw.checks.locate import Frame

BODY = 40_000
"""Characters of one failure that are looked at: what is behind them is a diff of large values."""

_FRAME = re.compile(
    r"^[ \t]*(?:at [^\n(]*\((?P<called>[^\n()]+)|at (?:async )?(?P<bare>[^\n()]+)|\u276f (?P<shown>[^\n]+))"
    r":(?P<line>\d+):\d+\)?$",
    re.MULTILINE,
)
"""`at fn (path:3:14)`, `at path:3:14`, vitest's `> fn path:3:14` with a heavier mark; a path may have spaces."""
_AT_FILE = re.compile(
    r"^[ \t]*(?:At file: |SyntaxError: |File: )?(?P<path>(?:file://)?/[^\n:]+):(?:[^\n]*\()?(?P<line>\d+)",
    re.MULTILINE,
)
"""Where a file cannot be read: rollup's `At file: p:2:8`, babel's `p: Unexpected token (2:8)`, node's `p:3`."""
_EMBEDDED = re.compile(r"(?:,-\[|\u256d\u2500\[) ?(?P<path>[^\n:\]]+):(?P<line>\d+):\d+ ?\]")
"""The same of oxc and swc."""
_FROM = re.compile(
    r"(?:imported from |\[ @|Require stack:\n- )(?P<path>(?:file://)?/[^\n\]']+?)(?= \]|'|$)", re.MULTILINE
)
"""Who could not load it."""

_SOURCE = re.compile(r"^[ \t]*(?:>[ \t]*)?(?:(?P<number>\d+) *)?\|(?P<code>[^\n]*)$", re.MULTILINE)
"""A line of code around the failure, or the line with the caret below it."""
_NUMBERED = re.compile(r"^[ \t]*(?:>[ \t]*)?\d+ *\|", re.MULTILINE)
_HOOK = re.compile(r"\b(?:before|after)(?:Each|All)?\s*\(")
_TEST = re.compile(r"\b(?:it|test|specify)\b[\w.]*\s*[(`]")
_HOOK_FRAME = re.compile(r"\b(?:_callCircusHook|callSuiteHook|runHook) |\bat wrapper \([^\n]*@vitest/runner/")
_TEST_FRAME = re.compile(r"\bat (?:_callCircusTest|runWithCancel) ")

_AS_WRITTEN = (".js", ".mjs", ".cjs")
ABORTED = "it aborted node"
_DUMP = re.compile(r"-{5} JavaScript stack trace -{5}\n\n(?P<frames>(?:\d+: [^\n]*\n?)+)")
_DUMP_FRAME = re.compile(r"^\d+: (?:[^\n]*\()?(?P<path>(?:file://)?/[^\n()]*?):(?P<line>\d+):\d+\)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Told:
    """An error as a tool shows it."""

    said: str
    """The message, with the name of the error's class."""
    frames: tuple[Frame, ...] = ()
    """Innermost first."""
    hook: bool = False
    """Whether it was raised in what stands around tests, as far as the text shows."""

    def loc(self, root: str) -> str:
        """`path:line` of the innermost frame in the workspace; empty where none is."""
        return locate.last_frame(reversed(self.frames), root)


def told(raw: str) -> Told:
    """An error's text taken apart."""
    raw = raw[:BODY]
    found = tuple(_FRAME.finditer(raw))
    source = _NUMBERED.search(raw)
    ends = [match.start() for match in (*found[:1], source) if match]
    frames = [
        (_path(match["called"] or match["bare"] or _shown(match["shown"])), int(match["line"][:9])) for match in found
    ]
    hook = _HOOK_FRAME.search(raw) is not None and _TEST_FRAME.search(raw) is None
    return Told(
        raw[: min(ends, default=len(raw))].strip(),
        (*frames, *_files(raw[: found[0].start()] if found else raw)),
        hook or _stands_in_hook(raw),
    )


def _path(path: str) -> str:
    """`<…>` for node's own: no file."""
    return f"<{path}>" if path.startswith("node:") else path.removeprefix("file://").partition("?")[0]


def _shown(place: str) -> str:
    """The path of `fn path`: names of functions have no slash."""
    words = place.split(" ")
    at = next((index for index, word in enumerate(words) if "/" in word or word.startswith("node:")), len(words) - 1)
    return " ".join(words[at:])


def _files(raw: str) -> Iterator[Frame]:
    for pattern in (_AT_FILE, _EMBEDDED):
        for match in pattern.finditer(raw):
            yield _path(match["path"]), int(match["line"][:9])


def _stands_in_hook(raw: str) -> bool:
    """Whether the code that is shown stands in a hook: some line above the marked one opens it, further left."""
    if not _HOOK.search(raw):
        return False
    lines = list(_SOURCE.finditer(raw))
    carets = (index for index, match in enumerate(lines) if not match["number"] and "^" in match["code"])
    at = next(carets, 0) - 1
    if at < 0:
        return False
    depth = _indent(lines[at]["code"])
    for match in reversed(lines[: at + 1]):
        code = match["code"]
        if not code.strip() or (match is not lines[at] and _indent(code) >= depth):
            continue
        depth = min(depth, _indent(code))
        if _HOOK.search(code) or _TEST.search(code):
            return _HOOK.search(code) is not None
    return False


def _indent(code: str) -> int:
    return len(code) - len(code.lstrip())


def aborted_at(log: str, root: str, *, transformed: bool = False) -> str:
    """`path:line` from what node writes when it is aborted; empty where it wrote nothing.

    Of `transformed` sources only the path: node counts the lines of what it was given.
    """
    dump = _DUMP.search(log)
    frames = _DUMP_FRAME.findall(dump["frames"]) if dump else []
    loc = locate.last_frame(reversed([(_path(path), int(line[:9])) for path, line in frames]), root)
    path = loc.rpartition(":")[0]
    return path if transformed or not path.endswith(_AS_WRITTEN) else loc


def broken_file(error: Told, raw: str, root: str) -> str:
    """The file of the workspace that could not be loaded: the outermost one that a frame or the message names."""
    frames = [path for path, _ in error.frames]
    named = [_path(match["path"]) for match in _FROM.finditer(raw[:BODY])]
    return next((inside for path in (*reversed(frames), *named) if (inside := locate.inside(path, root))), "")
