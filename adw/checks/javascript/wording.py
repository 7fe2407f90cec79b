"""Messages in one or two lines: of a diff what differs, no advice, no names of classes that say nothing."""

import re
from functools import lru_cache

from adw.checks import text
from adw.checks.javascript.stack import Told

_CLASS = re.compile(r"\A(?:Uncaught )?(?:Error|AssertionError|JestAssertionError)(?: \[\w+\])?: ")
_SYNTAX = re.compile(r"^[ \t]*\w*SyntaxError: ", re.MULTILINE)
_BEFORE_SYNTAX = re.compile(r"(?:file://)?/[^\n:]+:\d+\n|[^\n]*encountered an unexpected token\n")
"""What stands before the error itself: node shows the line first, jest a page of advice."""
_NUMBER = re.compile(r" \((?:pid=\d+)\)")
_EQUALITY = re.compile(r" // (?:Object\.is|deep|recursive|strict)[\w ]*equality$", re.MULTILINE)
_MATCHER = re.compile(r"\Aexpect\(\w*(?:\.fn\(\))?\)\.(?P<matcher>[\w.]+)\([^\n]*\)\s*")
_NOISE = re.compile(
    r"^[ \t]*(?:@@ [^\n]* @@|at [\w.]+ \(<anonymous>\)|Require stack:|- /[^\n]*|Snapshot name: [^\n]*"
    r"|[-+] (?:Expected|Received|Snapshot|actual|expected)(?: +[-+] \d+| - (?:actual|expected))?:?"
    r"|Add a timeout value to this test[^\n]*|If this is a long-running test[^\n]*|(?:At file|File): [^\n]*)[ \t]*$"
    r"| For async tests and hooks, [^\n]*$",
    re.MULTILINE,
)
_DIFF = re.compile(
    r"^[ \t]*(?:- Expected:[ \t]*$|- (?:Expected|Snapshot)\b[^\n]*\n[ \t]*\+ Received|\+ Received"
    r"|\+ (?:expected - actual|actual - expected))",
    re.MULTILINE,
)
_SECOND = "+ expected - actual"
"""Mocha's own diff, behind one that is in the message."""
_SAID_ALREADY = re.compile(
    r"\A(?:expected (?![^\n]*(?:\u2026|\.\.\.))|(?:[^\n]*:\n\n)?[^\n]+ (?:!==?|={2,3}) |The expression evaluated)"
)
"""What needs no diff: `expected 3 to be 4`, with nothing left out; `3 == 4`."""
_CHANGED = re.compile(r"^[ \t]*[-+][ \t]*\S[^\n]*$", re.MULTILINE)


def wording(error: Told, *folders: str) -> str:
    """The message of an error; `folders` are absolute paths that are made relative."""
    return _worded(error.said, folders)


@lru_cache(maxsize=256)
def _worded(said: str, folders: tuple[str, ...]) -> str:
    """Kept for a while: many tests fail with the same words."""
    if _BEFORE_SYNTAX.match(said) and (own := _SYNTAX.search(said)):
        said = said[own.start() :]
    said = _EQUALITY.sub("", _CLASS.sub("", said.lstrip()))
    differs = _DIFF.search(said)
    if differs:
        said = _without_diff(said, differs.start(), named=differs.group().rstrip().endswith(":"))
    said = _MATCHER.sub(r"\g<matcher>: ", said.removeprefix('thrown: "'))
    return text.message(_NUMBER.sub("", _NOISE.sub("", said)), *folders)


def _without_diff(said: str, start: int, *, named: bool) -> str:
    """`named`: vitest shows both values whole, where the message has said both."""
    if named or _SAID_ALREADY.match(said):
        return said[:start]
    diff = said[start:]
    second = diff.find(_SECOND, len(_SECOND))
    changed = _CHANGED.findall(_NOISE.sub("", diff[:second] if second > 0 else diff))
    return said[:start] + "\n" + " ".join(" ".join(line.split()) for line in changed)
