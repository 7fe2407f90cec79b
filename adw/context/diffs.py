"""A unified diff, taken apart by file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class DiffLine:
    number: int
    """1-based: in the new file for added lines, in the old one for removed lines."""
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    path: str
    """The new path; the old one for a deleted file."""
    old_path: str
    """Another than `path` where the file was renamed."""
    deleted: bool
    created: bool
    added: tuple[DiffLine, ...]
    removed: tuple[DiffLine, ...]


def files_of(diff: str) -> tuple[FileDiff, ...]:
    """Every file of a diff as `git diff` prints it."""
    chunks = re.split(r"^(?=diff --git )", diff, flags=re.MULTILINE)
    return tuple(_file(chunk) for chunk in chunks if chunk.startswith("diff --git "))


def _file(chunk: str) -> FileDiff:
    lines = chunk.split("\n")
    start = next((place for place, text in enumerate(lines) if text.startswith("@@ ")), len(lines))
    head = lines[:start]
    deleted = any(text.startswith(("deleted file mode", "+++ /dev/null")) for text in head)
    changed = tuple(_changed(lines[start:]))
    path = _path(head, deleted=deleted)
    return FileDiff(
        path=path,
        old_path=next((t.removeprefix("rename from ").strip('"') for t in head if t.startswith("rename from ")), path),
        deleted=deleted,
        created=any(text.startswith(("new file mode", "--- /dev/null")) for text in head),
        added=tuple(line for sign, line in changed if sign == "+"),
        removed=tuple(line for sign, line in changed if sign == "-"),
    )


def _path(head: list[str], *, deleted: bool) -> str:
    mark = "--- " if deleted else "+++ "
    for text in head:
        if text.startswith("rename to "):
            return text.removeprefix("rename to ").strip('"')
        if text.startswith(mark):
            return text.removeprefix(mark).split("\t")[0].strip('"').partition("/")[2]
    return head[0].rpartition(" b/")[2].strip('"')  # no hunks: a mode change, an empty or a binary file


def _changed(lines: list[str]) -> Iterator[tuple[str, DiffLine]]:
    old = new = 0
    for text in lines:
        hunk = _HUNK.match(text)
        if hunk:
            old, new = int(hunk[1]), int(hunk[3])
        elif text.startswith("+"):
            yield "+", DiffLine(new, text[1:])
            new += 1
        elif text.startswith("-"):
            yield "-", DiffLine(old, text[1:])
            old += 1
        elif text.startswith(" "):
            old, new = old + 1, new + 1
