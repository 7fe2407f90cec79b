"""Mocha's output as text: the list of failures that its reporters `spec`, `dot`, `min`, `list` and others end with."""

import re
from dataclasses import replace

from adw.checks import locate
from adw.checks.javascript import named, stack
from adw.checks.javascript.lanes import lanes, together
from adw.checks.tool import Reading
from adw.domain.report import Failure, Summary

_PASSING = re.compile(r"\n  (?P<count>\d+) passing\b[^\n]*")
_OTHERS = re.compile(r"\n  (?P<count>\d+) (?P<word>pending|failing)\b[^\n]*")
_ITEM = re.compile(r"\n  (?P<number>\d+)\) (?P<first>[^\n]+)(?P<more>(?:\n {7,}\S[^\n]*)*?)(?<=:)(?=\n)")
"""`  1) outer`, `       inner:`: the titles of one failure, the last with a colon."""
_NEXT = "\n  {}) "
_HOOK = re.compile(r"^\"(?:before|after) (?:all|each)\" hook\b")
_EXCEPTION = "\n Exception during run: "
_MOCHA_FRAME = re.compile(r"\n    at [^\n]*/node_modules/mocha/(?:lib|bin)/[^\n]*\n")
_UNCAUGHT = re.compile(
    r"\n(?=(?:[A-Z]\w*)?Error(?:\[ @[^\n]*\]:| \[\w+\]:|:) [^\n]*(?:\n(?!    at )[^\n]*){0,30}\n    at )"
)
"""What node prints before it ends, of old majors of mocha: nothing in it is mocha's own."""
_RECOGNISED = re.compile(r"\n  \d+ passing \(\d+m?s\)(?=\s*\n)")


def recognises(log: str) -> bool:
    text = f"\n{log}\n"
    return (
        _RECOGNISED.search(text) is not None
        or _EXCEPTION in text
        or (_MOCHA_FRAME.search(text) is not None and "\nTest Suites: " not in text)
    )


def parse(log: str, root: str) -> Reading:
    read = together(_parse(lane, root) for lane in lanes(log, " passing ("))
    return replace(read, failures=named.numbered(read.failures))


def _parse(log: str, root: str) -> Reading:
    text = f"\n{log}\n"
    passing = list(_PASSING.finditer(text))
    failures: list[Failure] = []
    summary = Summary()
    for at, mark in enumerate(passing):
        end = passing[at + 1].start() if at + 1 < len(passing) else len(text)
        counts = {
            found["word"]: int(found["count"])
            for found in _OTHERS.finditer(text, mark.end(), min(end, mark.end() + 200))
        }
        found = _listed(text[mark.end() : end], counts.get("failing", 0), root)
        failures += found
        summary = _plus(summary, int(mark["count"]), counts.get("failing", 0), counts.get("pending", 0))
    if passing:
        return Reading(summary, tuple(failures), finished=True)
    broken = _broken(text, root)
    return Reading(Summary(total=len(broken), errors=len(broken)), broken, finished=bool(broken))


def _plus(summary: Summary, passed: int, failed: int, skipped: int) -> Summary:
    return Summary(
        summary.total + passed + failed + skipped,
        summary.passed + passed,
        summary.failed + failed,
        0,
        summary.skipped + skipped,
    )


def _listed(text: str, count: int, root: str) -> list[Failure]:
    """The failures 1 to `count`, which stand in this order; what looks like one in between is a test's own words."""
    failures = []
    at = text.find(_NEXT.format(1))
    for number in range(1, count + 1):
        if at < 0:
            break
        after = text.find(_NEXT.format(number + 1), at + 1) if number < count else -1
        end = after if after >= 0 else len(text)
        failures.append(_failure(text[at : min(end, at + stack.BODY)], root))
        at = after
    return failures


def _failure(item: str, root: str) -> Failure:
    head = _ITEM.match(item)
    if head is None:
        titles, body = [item.strip().partition("\n")[0].partition(") ")[2]], item.strip().partition("\n")[2]
    else:
        lines = [head["first"], *head["more"].split("\n")]
        titles, body = [line.strip() for line in lines if line.strip()], item[head.end() :]
        titles[-1] = titles[-1].removesuffix(":")
    error = stack.told(body)
    path = test_file(error, root)
    made = named.failure(named.name(path, *titles), error, root, home=path)
    return named.as_hook(made) if _HOOK.match(titles[-1]) else made


def test_file(error: stack.Told, root: str) -> str:
    """The outermost file of the workspace; of errors without frames, what they say of themselves."""
    inside = [known for path, _ in error.frames if (known := locate.inside(path, root))]
    said = re.search(r"\((/[^\n()]+)\)$| of file (/\S+)$", error.said)
    own = locate.inside(said[1] or said[2], root) if said else ""
    return own or (inside[-1] if inside else "")


def _broken(text: str, root: str) -> tuple[Failure, ...]:
    """What kept mocha from running any test."""
    start, frame, uncaught = text.find(_EXCEPTION), _MOCHA_FRAME.search(text), _UNCAUGHT.search(text)
    if start >= 0:
        raw = text[start + len(_EXCEPTION) :]
    elif "\n  1) " in text:
        return ()
    elif frame is not None:
        raw = text
    elif uncaught is not None:
        raw = text[uncaught.end() :]
    else:
        return ()
    error = stack.told(raw.lstrip("\n"))
    path = stack.broken_file(error, raw, root)
    return (named.failure(path, error, root, home=path, loading=True),) if path else ()
