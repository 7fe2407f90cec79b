"""PHPUnit's output as text, and the wording of failures that its text and its JUnit XML share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from adw.checks import locate, text
from adw.checks.scripting import frames, phpunit_fatal
from adw.checks.tool import Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_OWN = re.compile(
    r"^(?:PHPUnit \d+\.\S+ by Sebastian Bergmann|An error occurred inside PHPUnit\.$|Next PHPUnit\\TextUI\\)",
    re.MULTILINE,
)
_PART = re.compile(
    r"^(?:--|Time: .+)\n\n(?:There (?:was|were) \d+ (?P<what>.+?)s?:|\d+ tests? triggered \d+ (?P<issue>.+?)s?:)$",
    re.MULTILINE,
)
_ENTRY = re.compile(r"^(\d+)\) (.+)$", re.MULTILINE)
_CLOSING = re.compile(
    r"^(?:(?P<ok>OK \((?P<green>\d+) tests?, \d+ assertions?\))|"
    r"(?:FAILURES!|ERRORS!|WARNINGS!|OK, but .+!|Tests: \d+, Assertions: \d+)\n?(?P<counts>Tests: .+\.)?|"
    r"(?P<none>No tests executed!))$",
    re.MULTILINE,
)
_COUNT = re.compile(r"([A-Z][A-Za-z ]+): (\d+)")
_PART_END = re.compile(r"^(?:FAILURES!|ERRORS!|WARNINGS!|OK, but .*!|Tests: \d+, .*)$", re.MULTILINE)
_TRACE = re.compile(r"^(?:#\d+ )?((?:/|[A-Za-z]:\\).+?)[:(](\d+)\)?(?:: .*)?$")
_DATA = re.compile(r"^(.+? with data set (?:#\d+|\".*?\"))(?: \(.*\))?$")
_KIND = re.compile(r"^((?:\w+\\)*[A-Z]\w*): ")
_LOST = re.compile(r'(?:Class|Interface|Trait|Enum) "[^"]+" not found|[Ff]ailed opening required')
_MILD = ("risky test", "warning", "deprecation", "notice", "PHP warning", "PHP notice", "PHP deprecation")
_STACK_TRACE = re.compile(r"(?: in (?P<path>/.+):(?P<line>\d+))?\nStack trace:\n(?P<frames>(?:#\d.*\n?)*)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered entry of a part: `name` and what stands below it."""

    part: str
    name: str
    body: str


def recognises(log: str) -> bool:
    return _OWN.search(log) is not None


def parse(log: str, root: str) -> Reading:
    entries = list(_entries(log))
    found = unique(failure(each.part, each.name, each.body, root) for each in entries if each.part not in _MILD)
    mild = unique(failure(each.part, each.name, each.body, root) for each in entries if each.part in _MILD)
    closings = list(_CLOSING.finditer(log))
    if not found and not closings and (broken := phpunit_fatal.not_started(log, root)):
        return Reading(Summary(1, errors=1), (broken,), finished=True)
    summary = _summary(closings)
    fault = phpunit_fatal.fault(log, found=bool(found), finished=bool(closings))
    if summary.failed + summary.errors > len(found):
        counted = summary.failed + summary.errors
        fault = CheckFault("MISMATCH", f"{counted} failures are counted, but {len(found)} are told")
    return Reading(summary, found, fault, mild, finished=bool(closings))


def _entries(log: str) -> Iterator[Entry]:
    if "There w" not in log and " triggered " not in log:
        return
    parts = list(_PART.finditer(log))
    for part, following in zip_longest(parts, parts[1:]):
        stop = following.start() if following else len(log)
        end = _PART_END.search(log, part.end(), stop)
        block = log[part.end() : end.start() if end else stop]
        entries = _numbered(block)
        for entry, after in zip_longest(entries, entries[1:]):
            body = block[entry.end() : after.start() if after else len(block)]
            yield Entry(part["what"] or part["issue"], name_of(entry.group(2)), body)


def _numbered(block: str) -> list[re.Match[str]]:
    """The entries of a part; a line of a message may look like one, but not have the number that comes next."""
    entries: list[re.Match[str]] = []
    for entry in _ENTRY.finditer(block):
        if int(entry.group(1)) == len(entries) + 1:
            entries.append(entry)
    return entries


def name_of(title: str) -> str:
    r"""`Tests\CartTest::testRow with data set "one"`, without the data, which can be long."""
    match = _DATA.match(title)
    return match.group(1) if match else title


def failure(part: str, name: str, body: str, root: str, home: str = "") -> Failure:
    """`body` is the message and, behind a blank line, the frames, innermost first."""
    shown = _STACK_TRACE.search(body)  # as PHPUnit 9 tells of an exception in `setUpBeforeClass`
    lines = (body[: shown.start()] if shown else body).strip("\n").split("\n")
    end = len(lines)
    while end and (lines[end - 1] in ("", "--") or _TRACE.match(lines[end - 1])):
        end -= 1
    found = stack(lines[end:])
    if shown:
        first = f"{shown['path']}:{shown['line']}"
        found = stack([first, *shown["frames"].split("\n")])
    said = "\n".join(lines[:end])
    made = code(said, failed=part == "failure") if "::" in name else FailureCode.FIXTURE_ERROR  # else of a class
    return Failure(name, frames.innermost(found, root) or home, made, wording(said, root))


def stack(lines: list[str]) -> tuple[locate.Frame, ...]:
    found = (_TRACE.match(line) for line in lines)
    return tuple((match.group(1), int(match.group(2))) for match in found if match)


def code(said: str, *, failed: bool) -> FailureCode:
    if failed:
        return FailureCode.ASSERT_FAIL
    if _LOST.search(said):
        return FailureCode.IMPORT_ERROR
    kind = _KIND.match(said)
    return FailureCode.SYNTAX_ERROR if kind and kind.group(1) == "ParseError" else FailureCode.EXCEPTION


def wording(said: str, root: str) -> str:
    return text.message(said, root) or "failed without a message"


def unique(found: Iterator[Failure]) -> tuple[Failure, ...]:
    """Each name once: a test that failed and is risky too joins what it says."""
    red: dict[str, Failure] = {}
    for each in found:
        before = red.get(each.name)
        if before is None:
            red[each.name] = each
        elif each.message not in before.message:
            joined = text.message(f"{before.message}\n{each.message}")
            red[each.name] = Failure(before.name, before.loc, before.code, joined)
    return tuple(red.values())


def _summary(closings: list[re.Match[str]]) -> Summary:
    total = failed = errors = skipped = 0
    for closing in closings:
        counts = {word.strip(): int(count) for word, count in _COUNT.findall(closing["counts"] or "")}
        total += int(closing["green"] or counts.get("Tests", 0))
        failed += counts.get("Failures", 0)
        errors += counts.get("Errors", 0)
        skipped += counts.get("Skipped", 0) + counts.get("Incomplete", 0)
    return Summary(total, max(0, total - failed - errors - skipped), failed, errors, skipped)
