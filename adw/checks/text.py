"""Texts of tools made short and the same from run to run, so that prompts that hold them can be cached."""

import re

LIMIT = 300
"""Characters of one failure's message."""
LINE_LIMIT = 160
GAP = " … "

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_ADDRESS = re.compile(r"\b(at|[Tt]hread) 0x[0-9A-Fa-f]{5,}")
_MOCK_ID = re.compile(r"\bid='\d{6,}'")
_TMP = re.compile(r"(?:/[^\s'\"/:]+)*/pytest-of-[^\s'\"/]+/pytest-\d+")
_SECONDS = re.compile(r"\bin \d+(?:\.\d+)?s\b(?: \(\d+:\d\d:\d\d\))?")
_LIBRARY_FRAME = re.compile(
    r"^(?:INTERNALERROR>)?\s+(?:File \".*(?:/(?:site|dist)-packages/|<frozen |/lib/python3)|[~^]+$)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def plain(text: str) -> str:
    """Without terminal colours and carriage returns."""
    return _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def steady(text: str, *folders: str) -> str:
    """Without what differs between two runs of the same thing: addresses, ids, times and absolute paths.

    `folders` are absolute paths; what lies in them is named relative to them.
    """
    for folder in folders:
        if folder and folder != "/":
            text = re.sub(rf"(?<![\w.]){re.escape(folder.rstrip('/'))}(?:/|(?![\w.-]))", "", text)
    text = _TMP.sub("<tmp>", text)
    text = _ADDRESS.sub(r"\1 0x…", text)
    text = _MOCK_ID.sub("id='…'", text)
    return _SECONDS.sub("in …s", text)


def cut(text: str, limit: int = LIMIT) -> str:
    """At most `limit` characters: the middle makes way."""
    if len(text) <= limit:
        return text
    room = max(limit - len(GAP), 2)
    head = (room + 1) // 2
    return text[:head].rstrip() + GAP + text[len(text) - (room - head) :].lstrip()


def message(text: str, *folders: str, limit: int = LIMIT) -> str:
    """One failure's message: steady, without blank lines, each line and the whole cut in the middle."""
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub(" ", steady(plain(text), *folders)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return cut("\n".join(cut(line, LINE_LIMIT) for line in lines if line), limit)


def tail(text: str, *folders: str, lines: int = 25, limit: int = 1500) -> str:
    """The last lines of a log, for people and models, without the frames of libraries."""
    said = (line.rstrip()[:LIMIT] for line in steady(plain(text[-50_000:]), *folders).splitlines())
    kept = [line for line in said if line and not _LIBRARY_FRAME.match(line)]
    return "\n".join(kept[-lines:])[-limit:]
