"""The lines of pytest's output that name tests which are red: the short summary, and the progress that `-v` shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = re.compile(r"\n=+ test session starts =+$", re.MULTILINE)
_SUMMARY = re.compile(r"\n=+ short test summary info =+$", re.MULTILINE)
_SUMMARY_END = re.compile(r"\n(?:={3,} |!{3,} |\d+ \w+.* in [\d.]+s\b)")
_NAMED = re.compile(
    r"\n(?:(?P<kind>FAILED|ERROR) (?P<rest>.+)|"
    r"SUBFAIL(?:ED)?,? ?(?P<subtest>(?:\[.+?\])? ?(?:\(.+?\))?) (?P<of>\S+\.\w+::.+))"
)
_VERBOSE = re.compile(
    r"\n(?:\[gw\d+\] \[ *\d+%\] (FAILED|ERROR) (\S+\.py::.+)|(\S+\.py::.+) (FAILED|ERROR)(?: +\[ *\d+%\])?)$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    name: str
    said: str


def entries(log: str) -> Iterator[Entry]:
    """Lines of the short summary; of the whole log where it begins behind its title."""
    starts = [match.end() for match in _SUMMARY.finditer(log)] if " short test summary info =" in log else []
    for start in starts:
        end = _SUMMARY_END.search(log, start)
        yield from _named(log[start : end.start() if end else len(log)])
    if not starts and ("\nFAILED " in log or "\nERROR " in log) and not HEAD.search(log):
        yield from (entry for entry in _named(log) if "::" in entry.name or entry.name.endswith(".py"))


def _named(block: str) -> Iterator[Entry]:
    for match in _NAMED.finditer(block):
        name, said = _split(match["rest"] or match["of"])
        if name.startswith(("usage:", "found no")) or name.endswith(":"):
            continue  # pytest's own complaints
        described = f" {match['subtest'].strip()}" if match["subtest"] else ""
        yield Entry(match["kind"] or "FAILED", name + described, said)


def _split(rest: str) -> tuple[str, str]:
    """Name and message; parameters of a test may hold the ` - ` between them."""
    at = rest.find(" - ")
    first = at
    while at >= 0:
        name = rest[:at]
        if "[" not in name or (name.endswith("]") and name.count("[") <= name.count("]")):
            return name, rest[at + 3 :]
        at = rest.find(" - ", at + 1)
    return (rest[:first], rest[first + 3 :]) if first >= 0 and not rest.endswith("]") else (rest, "")


def verbose(log: str, known: list[Entry]) -> list[Entry]:
    """From `path::name FAILED [ 50%]`, where the short summary does not say it all."""
    if ".py::" not in log or not ("FAILED" in log or "ERROR" in log):
        return []
    names = {(entry.kind, entry.name) for entry in known}
    lines = ((one[0] or one[3], one[1] or one[2]) for one in _VERBOSE.findall(log))
    return [Entry(kind, name, "") for kind, name in dict.fromkeys(lines) if (kind, name) not in names]
