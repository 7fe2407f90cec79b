"""Lines of the workspace in what Ruby and PHP print of a stack: innermost first, as both do."""

import re
from collections.abc import Iterable

from adw.checks import locate

_FOREIGN = re.compile(r"(^|/)(vendor|gems|rubygems-integration)/")
"""Where packages lie, in the workspace too."""


def innermost(frames: Iterable[locate.Frame], root: str) -> str:
    """`path:line` of the first frame inside the workspace that is not a package's; empty where none is."""
    for path, line in frames:
        inside = locate.inside(path, root)
        if inside and not _FOREIGN.search(inside):
            return f"{inside}:{line}"
    return ""
