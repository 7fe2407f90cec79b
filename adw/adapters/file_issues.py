"""Issues from Markdown files and from standard input."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from adw.context.issue_front_matter import split
from adw.context.issue_text import clean, slug
from adw.domain.issue import Issue
from adw.errors import UsageError

MAX_BYTES = 1_000_000
STANDARD_INPUT = "-"

_ACCEPTED = "an issue is a path to a Markdown file, - for standard input, or on GitHub: 42, owner/repo#42, its address"
_LONGEST_TITLE = 120
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<title>.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*")
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class FileIssues:
    """IssueSource for files below or outside `folder`, which relative paths start from, and for `stdin`."""

    def __init__(self, folder: Path, stdin: BinaryIO) -> None:
        self._folder = folder
        self._stdin = stdin

    def fetch(self, reference: str) -> Issue:
        """See the port. The title is the front matter's, else the first heading, else the first line."""
        where = "standard input" if reference == STANDARD_INPUT else reference
        text = _decoded(self._content(reference, where), where)
        matter, rest = split(text.replace("\r\n", "\n").replace("\r", "\n"))
        body = clean(rest).strip()
        title = _one_line(clean(matter.title))
        if not title:
            title, body = _titled(body)
        if not title:
            raise UsageError(f"the issue from {where} is empty", hint="say in a few lines what should be done")
        return Issue(
            key=slug(title),
            title=title,
            body=body,
            source=reference,
            labels=tuple(_one_line(clean(label)) for label in matter.labels),
            priority=_one_line(clean(matter.priority)),
        )

    def _content(self, reference: str, where: str) -> bytes:
        content = self._stdin.read(MAX_BYTES + 1) if reference == STANDARD_INPUT else _read(self._folder, reference)
        if len(content) > MAX_BYTES:
            raise UsageError(f"the issue from {where} has more than {MAX_BYTES} bytes", hint="shorten it")
        return content


def _read(folder: Path, reference: str) -> bytes:
    if not reference or "\0" in reference:
        raise UsageError("no issue is given", hint=_ACCEPTED)
    path = folder / reference
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"{_shown(reference)} is neither a file nor -", hint=_ACCEPTED) from error
    except IsADirectoryError as error:
        raise UsageError(f"{_shown(reference)} is a folder", hint=_ACCEPTED) from error
    except OSError as error:
        raise UsageError(f"{_shown(reference)} cannot be read: {error.strerror}", hint=_ACCEPTED) from error


def _shown(reference: str) -> str:
    return repr(reference if len(reference) <= _LONGEST_TITLE else reference[: _LONGEST_TITLE - 1] + "…")


def _decoded(content: bytes, where: str) -> str:
    mark, encoding = next(((mark, name) for mark, name in _ENCODINGS if content.startswith(mark)), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the issue from {where} is not {encoding.upper()} text: byte {error.start + len(mark)} does not fit",
            hint="save it as UTF-8",
        ) from error
    if "\0" in text:
        raise UsageError(f"the issue from {where} is not text: it holds NUL", hint=_ACCEPTED)
    return text


def _titled(body: str) -> tuple[str, str]:
    """Title and the body without it; a first line that is too long for a title stays in the body too."""
    lines = body.split("\n")
    first, last, title = _heading(lines) or (0, 1, lines[0])
    title = _one_line(title)
    if len(title) > _LONGEST_TITLE:
        return title[: _LONGEST_TITLE - 1].rstrip() + "…", body
    return title, "\n".join((*lines[:first], *lines[last:])).strip()


def _heading(lines: list[str]) -> tuple[int, int, str] | None:
    """The first heading that is not code: its first line, the line behind it, its text."""
    fence = ""
    for number, line in enumerate(lines):
        if marks := _FENCE.match(line):
            fence = _next_fence(fence, marks["marks"])
        elif fence:
            continue
        elif (found := _HEADING.fullmatch(line)) and found["title"]:
            return number, number + 1, found["title"]
        elif number and _UNDERLINE.fullmatch(line) and _is_paragraph(lines, number - 1):
            return number - 1, number + 1, lines[number - 1]
    return None


def _next_fence(fence: str, marks: str) -> str:
    """The fence that is open behind a line with `marks`: a fence is closed by its own kind, at least as long."""
    if not fence:
        return marks
    return "" if marks.startswith(fence) else fence


def _is_paragraph(lines: list[str], number: int) -> bool:
    """Whether the line is a paragraph of one line, so that an underline makes it a heading."""
    alone = number == 0 or not lines[number - 1].strip()
    return alone and bool(lines[number].strip()) and not lines[number].lstrip().startswith(("-", ">", "|", "*", "+"))


def _one_line(text: str) -> str:
    return " ".join(text.split())
