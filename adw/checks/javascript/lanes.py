"""Logs into which several programs wrote at once: what each wrote, told apart by what stands before its lines."""

import re
from collections.abc import Iterable, Iterator

from adw.checks.tool import Reading
from adw.domain.report import Summary

_DATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z[ \n]")
_DATED_LINE = re.compile(r"\n\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?")
_ENDS = (": ", "| ", "] ", "> ")
"""How prefixes end: `web:test: `, `app-1  | `, `[0] `."""
_LONGEST = 80
_MOST = 100


def lanes(log: str, *anchors: str) -> tuple[str, ...]:
    """The lines of each program without their prefix, then what has none; the whole log where no line has one.

    `anchors` are what the tool begins lines with, behind indentation and numbers. Times before all lines,
    as CI servers write them, go too.
    """
    if _DATED.match(log):
        log = _DATED_LINE.sub("\n", f"\n{log}")[1:]
    prefixes = dict.fromkeys(_before(log, at) for anchor in anchors for at in _places(log, anchor))
    prefixes.pop("", None)
    if not prefixes or len(prefixes) > _MOST:
        return (log,)
    known = sorted(prefixes, key=len, reverse=True)
    pattern = re.compile("|".join([*map(re.escape, known), *(f"{re.escape(prefix.rstrip())}$" for prefix in known)]))
    lines: dict[str, list[str]] = {prefix.rstrip(): [] for prefix in known}
    others: list[str] = []
    for line in log.split("\n"):
        match = pattern.match(line)
        if match is None:
            others.append(line)
        else:
            lines[match.group().rstrip()].append(line[match.end() :])
    return (*("\n".join(own) for own in lines.values()), "\n".join(others))


def _places(log: str, anchor: str) -> Iterator[int]:
    at = log.find(anchor)
    while at >= 0:
        yield at
        at = log.find(anchor, at + 1)


def _before(log: str, at: int) -> str:
    """What stands before the anchor on its line, where that is a prefix; neither indentation nor a number counts."""
    start = log.rfind("\n", max(0, at - _LONGEST), at) + 1
    before = log[start:at] if start or at < _LONGEST else ""
    kept = before.rstrip(" 0123456789")
    prefix = before[: len(kept) + 1]
    return prefix if kept and prefix.endswith(_ENDS) else ""


def together(readings: Iterable[Reading]) -> Reading:
    """One reading of several: finished where each is that says anything."""
    telling = [
        each for each in readings if each.failures or each.mild or each.fault or each.finished or each.summary.total
    ]
    return Reading(
        summary=Summary(
            *(
                sum(getattr(each.summary, name) for each in telling)
                for name in ("total", "passed", "failed", "errors", "skipped")
            )
        ),
        failures=tuple(failure for each in telling for failure in each.failures),
        fault=next((each.fault for each in telling if each.fault), None),
        mild=tuple(failure for each in telling for failure in each.mild),
        finished=bool(telling) and all(each.finished for each in telling),
    )
