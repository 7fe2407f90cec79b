"""The way from one text to another as edits: each `old` stands once in what the edits before it have made."""

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Replacement:
    old: str
    new: str


def fixed(buggy: str, correct: str) -> str:
    """The buggy program with the code of the correct one; the description behind its code stays."""
    blank = len(buggy) - len(buggy.lstrip("\n"))
    return buggy[:blank] + _code(correct.lstrip("\n")) + buggy[len(_code(buggy)) :]


def _code(text: str) -> str:
    """The program up to the description, or to other solutions, that stand behind its code."""
    lines = text.splitlines(keepends=True)
    end = next((number for number, line in enumerate(lines) if line.startswith('"""')), len(lines))
    return "".join(lines[:end]).rstrip()


def replacements(before: str, after: str) -> tuple[Replacement, ...]:
    """Edits that make `after` of `before`, to be applied in order. `before` must not be empty."""
    now, wanted = before.splitlines(keepends=True), after.splitlines(keepends=True)
    shift = 0
    found = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, now, wanted, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        new = wanted[new_start:new_end]
        first, last = start + shift, end + shift
        low, high = _unique(now, first, last)
        found.append(Replacement("".join(now[low:high]), "".join(now[low:first] + new + now[last:high])))
        now = now[:first] + new + now[last:]
        shift += len(new) - (end - start)
    return tuple(found)


def _unique(lines: list[str], low: int, high: int) -> tuple[int, int]:
    """The lines from `low` to `high`, and as many around them as it takes to stand only once."""
    text = "".join(lines)
    while low > 0 or high < len(lines):
        piece = "".join(lines[low:high])
        if piece and text.find(piece) == text.rfind(piece):
            break
        low, high = max(0, low - 1), min(len(lines), high + 1)
    return low, high
