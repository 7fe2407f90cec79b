"""A log of any size as text: without colours, in bounded memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from adw.errors import UsageError

LIMIT = 128_000_000
"""Bytes that are read; of a longer log the first and the last half of as many."""
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_COLOURS = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class ReadLog:
    text: str
    """Without colours and carriage returns."""
    left_out: int = 0
    """Bytes of the middle that were not read."""


def read_log(path: Path | None, stdin: BinaryIO, limit: int = LIMIT) -> ReadLog:
    """The log at `path`; None: from `stdin`. Raises UsageError where there is none, or where it is no text."""
    name = "standard input" if path is None else str(path)
    try:
        if path is None:
            return _read(stdin, name, limit)
        if path.is_dir():
            raise UsageError(f"{name} is a folder", hint="name a log, or - for standard input")
        with path.open("rb") as stream:
            return _read(stream, name, limit)
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {name}", hint="name a log, or - for standard input") from error
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror or error}") from error


def _read(stream: BinaryIO, name: str, limit: int) -> ReadLog:
    kept, left_out = _bounded(stream, limit)
    if not kept.strip():
        raise UsageError(f"{name} is empty", hint="a log that says nothing is neither green nor red")
    sample = bytes(kept[:_SAMPLE])
    if sample.startswith(_UTF16):  # what PowerShell writes
        return ReadLog(_plain(kept.decode("utf-16", "replace").encode()), left_out)
    if b"\0" in sample:
        raise UsageError(f"{name} is binary, not a log", hint="name the file that the tool's output was written to")
    return ReadLog(_plain(kept), left_out)


def _bounded(stream: BinaryIO, limit: int) -> tuple[bytearray, int]:
    """The content, of a longer one head and tail; and how many bytes lie between."""
    head, tail, dropped = bytearray(), bytearray(), 0
    half = limit // 2
    while chunk := stream.read(_CHUNK):
        room = half - len(head)
        head += chunk[:room]
        tail += chunk[room:]
        if len(tail) > 2 * half:  # seldom: to move the tail costs its length
            dropped += len(tail) - half
            del tail[: len(tail) - half]
    over = max(len(head) + len(tail) - limit, 0)
    dropped += over
    del tail[:over]
    if dropped:
        head += b"\n... %d bytes left out ...\n" % dropped
    head += tail
    return head, dropped


def _plain(content: bytes | bytearray) -> str:
    """Cut at line ends, so that no colour is cut in two and a small piece at a time is held twice."""
    return "".join(_pieces(content))


def _pieces(content: bytes | bytearray) -> Iterator[str]:
    start = 0
    while start < len(content):
        end = content.find(b"\n", min(start + _CHUNK, len(content))) + 1 or len(content)
        piece = _COLOURS.sub(b"", content[start:end]).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield piece.decode("utf-8", "replace")
        start = end
