"""Which line of the workspace a failure points at: the last frame in it, not the library's."""

import posixpath
import re
from collections.abc import Iterable

Frame = tuple[str, int]

_LIBRARY = re.compile(r"(^|/)(site-packages|dist-packages|\.venv|\.tox|\.nox|node_modules)/")
_DUMP_THREAD = re.compile(r"^(?:Current thread|Thread) 0x[0-9a-f]+.*:$", re.MULTILINE)
_DUMP_FRAME = re.compile(r'^  File "(.+)", line (\d+)', re.MULTILINE)


def inside(path: str, root: str) -> str:
    """`path` relative to `root`; empty where it lies outside, in a library or is no file at all."""
    if not path or path.startswith("<"):
        return ""
    if not path.startswith("/"):
        relative = posixpath.normpath(path)
    elif posixpath.normpath(path).startswith(root.rstrip("/") + "/"):
        relative = posixpath.normpath(path)[len(root.rstrip("/")) + 1 :]
    else:
        return ""
    return "" if relative.startswith("../") or _LIBRARY.search(relative) else relative


def last_frame(frames: Iterable[Frame], root: str) -> str:
    """`path:line` of the innermost frame inside; frames come outermost first. Empty where none is inside."""
    found = ""
    for path, line in frames:
        relative = inside(path, root)
        if relative:
            found = f"{relative}:{line}"
    return found


def from_dump(text: str, root: str) -> str:
    """`path:line` from what Python's faulthandler wrote: innermost frames first, the main thread last."""
    for stack in reversed(_DUMP_THREAD.split(text)):
        for path, line in _DUMP_FRAME.findall(stack):
            relative = inside(path, root)
            if relative:
                return f"{relative}:{line}"
    return ""
