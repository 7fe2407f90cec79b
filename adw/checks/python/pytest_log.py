"""Pytest's output as text, where there is nothing better: a log of last week, or of another machine.

The short summary names every test; the sections before it say what failed where. Where the summary is missing
(`-rN`, a log that was cut), the lines of `-v` and the sections name what they can.
"""

import re
from collections import Counter
from collections.abc import Iterator

from adw.checks import locate, text
from adw.checks.python import exceptions, pytest_failures, pytest_names
from adw.checks.python.pytest_names import Entry
from adw.checks.python.pytest_sections import Section, sections
from adw.checks.tool import Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_CLOSING = re.compile(
    r"\n(?:=+ )?(?=\d+ \w+|no tests ran)((?:\d+ [a-z]+(?: [a-z]+)?(?:, )?)*|no tests ran) in [\d.]+s\b.*$", re.MULTILINE
)
_COUNT = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)")
_DIED = re.compile(r"worker '\w+' crashed")
_FATAL = re.compile(r"Fatal Python error: .+")
_INTERNAL = re.compile(r"\nINTERNALERROR> (\S.*)")
_STOPPED = re.compile(r"\n!{3,} ((?:_pytest\.outcomes\.)?(?:Exit: .+|KeyboardInterrupt)) !{3,}$", re.MULTILINE)
_REFUSAL = re.compile(r"\n(?:ERROR: (?!usage|found no collectors|not found: |Coverage)|\S*pytest\S*: error: )(.+)")
_COVERAGE = re.compile(r"\n((?:FAIL )?Required test coverage of .* not reached.*|(?:ERROR: )?Coverage failure: .*)")


def recognises(log: str) -> bool:
    log = "\n" + log
    if pytest_names.HEAD.search(log) or "\nImportError while loading conftest '" in log:
        return True
    return bool(_CLOSING.search(log) and next(pytest_names.entries(log), None))


def parse(log: str, root: str) -> Reading:
    """Names from the short summary, codes, lines and messages from the sections, counts from the closing line."""
    log = "\n" + log
    closings = _CLOSING.findall(log)
    entries, shown = list(pytest_names.entries(log)), list(sections(log))
    counted = _counted(closings)
    if len(entries) < counted.failed + counted.errors or not closings:
        entries += pytest_names.verbose(log, entries)
    found = tuple(_failures(entries, shown, root))
    told = len(found)
    other = () if found else _uncollected(log, root, finished=bool(closings))
    finished = bool(closings or other)
    fault = _fault(log, root, finished=finished)
    if counted.failed + counted.errors > told:
        fault = fault or CheckFault(
            "MISMATCH", f"{counted.failed + counted.errors} failures are counted, but {told} told"
        )
    summary = _summary(counted, found, shown) if closings else Summary(errors=len(other))
    return Reading(summary, _merged(found) or other, fault, finished=finished)


def _failures(entries: list[Entry], shown: list[Section], root: str) -> Iterator[Failure]:
    """Each entry with its section: sections stand in the order of the entries, under titles that follow from names."""
    waiting: dict[tuple[str, str], list[Section]] = {}
    for section in reversed(shown):
        waiting.setdefault((section.kind, section.died or section.head), []).append(section)
    untitled = waiting.pop(("FAILED", ""), [])
    in_order = len(untitled) == sum(entry.kind == "FAILED" for entry in entries)
    for entry in sorted(entries, key=lambda entry: entry.kind == "ERROR"):
        title = _title(entry.name)
        titles = (title, entry.name, f"[doctest] {title}")
        queue = next((found for each in titles if (found := waiting.get((entry.kind, each)))), None)
        if not queue and entry.kind == "FAILED" and in_order:
            queue = untitled
        yield _of_section(entry.name, queue.pop(), root) if queue else _of_line(entry, root)
    left = {id(section) for queue in waiting.values() for section in queue}
    if not entries or len(left) == len(shown):
        titled = sorted((each for each in shown if each.head), key=lambda each: each.kind == "ERROR")
        yield from (_of_section(each.name(root), each, root) for each in titled)


def _title(name: str) -> str:
    """How pytest titles the section of a test: `TestUnit.test_equal[a::b]`; doctests, `[doctest] shop`."""
    plain, bracket, parameters = name.partition("[")
    _, colons, inner = plain.partition("::")
    if not colons:
        return name
    return inner.replace("::", ".") + bracket + parameters


def _of_section(name: str, section: Section, root: str) -> Failure:
    place, error = Place(root, ""), section.raised
    if section.died:
        return Failure(name, name.partition("::")[0], FailureCode.CRASH, pytest_failures.wording(error.said, place))
    loc = locate.last_frame(error.frames, root) or name.partition("::")[0]
    names = error.kinds or (("AssertionError",) if section.kind == "FAILED" else ())
    code = exceptions.code(section.when, names, error.said)
    if code == FailureCode.EXCEPTION and section.kind == "FAILED" and error.said.startswith("assert "):
        code = FailureCode.ASSERT_FAIL
    return Failure(name, loc, code, pytest_failures.wording(error.said, place) or "failed without a message")


def _of_line(entry: Entry, root: str) -> Failure:
    names = exceptions.kinds(entry.said) or (("AssertionError",) if entry.kind == "FAILED" else ())
    if entry.said.endswith("..."):  # cut at the terminal's width
        names = (*names, *exceptions.known(entry.said.removesuffix("...")))
    when = "call" if entry.kind == "FAILED" else ("setup" if "::" in entry.name else "collect")
    code = FailureCode.CRASH if _DIED.match(entry.said) else exceptions.code(when, names, entry.said)
    said = pytest_failures.wording(entry.said, Place(root, "")) or "failed without a message"
    return Failure(entry.name, entry.name.partition("::")[0], code, said)


def _merged(found: tuple[Failure, ...]) -> tuple[Failure, ...]:
    """Each name once: an error in teardown behind a failure joins its message."""
    red: dict[str, Failure] = {}
    for failure in found:
        before = red.get(failure.name)
        if before is None:
            red[failure.name] = failure
        elif before.message != failure.message:
            joined = text.message(f"{before.message}\nteardown: {failure.message}")
            red[failure.name] = Failure(before.name, before.loc, before.code, joined)
    return tuple(red.values())


def _uncollected(log: str, root: str, *, finished: bool) -> tuple[Failure, ...]:
    """What makes a run red without a failing test: a conftest that cannot be loaded, coverage that is too low."""
    if not finished:
        return pytest_failures.from_conftest(log, Place(root, "")) if "while loading conftest" in log else ()
    found = _COVERAGE.search(log) if "overage" in log else None
    return (Failure("coverage", "", FailureCode.ASSERT_FAIL, text.message(found.group(1))),) if found else ()


def _fault(log: str, root: str, *, finished: bool) -> CheckFault | None:
    if "\nINTERNALERROR> " in log:
        said = _INTERNAL.findall(log)
        return CheckFault("CRASH", f"pytest failed internally: {said[-1] if said else 'no reason given'}")
    stopped = _STOPPED.search(log) if "\n!!!" in log else None
    if stopped:
        return CheckFault("MISMATCH", f"pytest was interrupted before all tests had run: {stopped.group(1)}")
    if finished:
        return None
    if "\n+++" in log and "+ Timeout +" in log:
        return CheckFault("TIMEOUT", "pytest-timeout ended pytest")
    fatal = _FATAL.search(log)
    if fatal:
        loc = locate.from_dump(log[fatal.start() :], root)
        return CheckFault("CRASH", fatal.group() + (f" (at {loc})" if loc else ""))
    refused = _REFUSAL.search(log)
    return CheckFault("NO_REPORT", f"pytest did not start: {refused.group(1)}") if refused else None


def _counted(closings: list[str]) -> Summary:
    counts = Counter[str]()
    for closing in closings:
        for count, word in _COUNT.findall(closing):
            counts[word] += int(count)
    passed, skipped = counts["passed"] + counts["xpassed"], counts["skipped"] + counts["xfailed"]
    failed, errors = counts["failed"], counts["error"]
    return Summary(passed + skipped + failed + errors, passed, failed, errors, skipped)


def _summary(counted: Summary, found: tuple[Failure, ...], shown: list[Section]) -> Summary:
    """As pytest counts, but each name once: a test may have passed or failed and have an error in its teardown."""
    twice = len(found) - len({failure.name for failure in found})
    late = max(0, sum(section.when == "teardown" for section in shown) - twice)
    errors, passed = max(0, counted.errors - twice), max(0, counted.passed - late)
    total = passed + counted.skipped + counted.failed + errors
    return Summary(total, passed, counted.failed, errors, counted.skipped)
