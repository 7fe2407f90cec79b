"""Output of unittest as text, and of all that prints as it does: Django's runner, nose, Twisted's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from adw.checks import locate, text
from adw.checks.python import exceptions, unittest_results
from adw.checks.tool import Reading
from adw.domain.report import CheckFault, Failure, FailureCode

_RULE = "\n" + "=" * 70 + "\n"
_TITLE = re.compile(r"(?:(ERROR|FAIL): (.+)\n(?:(?!-{70}\n).+\n)?-{70}\n|(UNEXPECTED SUCCESS): )")
"""A title, the first line of the test's docstring, a rule."""
_UNEXPECTED = re.compile(r"^UNEXPECTED SUCCESS: (.+)$", re.MULTILINE)
_RAN = re.compile(r"^Ran (\d+) tests? in [\d.]+s\n\n(OK|FAILED|NO TESTS RAN)(?: \((.+)\))?$", re.MULTILINE)
_COUNT = re.compile(r"(failures|errors|skipped|expected failures|unexpected successes)=(\d+)")
_TEST = re.compile(r"(\S+) \(([^\s()]+)\)(?: (.*))?", re.DOTALL)
_STATUS = re.compile(
    r"^ *(\S+ \([\w.<>]+\)(?: [\[(].*)?)(?:\n(?! *\S+ \().+)? \.\.\. (FAIL|ERROR|unexpected success)$", re.MULTILINE
)
_FATAL = re.compile(r"^(?:(\S+ \([\w.<>]+\)) \.\.\. )?(Fatal Python error: .+)$", re.MULTILINE)
_LOADING = ("unittest.loader._FailedTest", "unittest.suite._ErrorHolder")
_FIXTURES = {
    "setUp": "setup",
    "asyncSetUp": "setup",
    "setUpClass": "setup",
    "setUpModule": "setup",
    "setUpTestData": "setup",
    "tearDown": "teardown",
    "asyncTearDown": "teardown",
    "tearDownClass": "teardown",
    "tearDownModule": "teardown",
}
"""Methods and functions of the user's."""
_OWN = {
    "_callSetUp": "setup",
    "_pre_setup": "setup",
    "_callTearDown": "teardown",
    "_callCleanup": "teardown",
    "_post_teardown": "teardown",
}
"""Methods of unittest's and Django's that call them."""
_CAPTURED = re.compile(r"^Std(?:out|err):$", re.MULTILINE)
_END = "\n" + "-" * 70 + "\nRan "


@dataclass(frozen=True, slots=True)
class Section:
    """One block about a failure. `title` is how unittest describes the test."""

    flavour: str
    title: str
    body: str = ""


def ended(log: str) -> bool:
    """Whether a run of tests came to its end in it."""
    return "\nRan " in log[-200_000:] and _RAN.search(log, max(0, len(log) - 200_000)) is not None


def parse(log: str, root: str) -> Reading:
    """Failures from their sections and, where these are missing, from the lines of `-v`; counts from the last lines."""
    closings = list(_closings(log))
    sections = list(_sections(log))
    told = {section.title for section in sections}
    if len(sections) < sum(closing.red for closing in closings) or not closings:
        sections += [section for section in _statuses(log) if section.title not in told]
    # Errors are printed first: what went wrong in a teardown comes behind the failure of the test.
    ordered = sorted(sections, key=lambda section: section.flavour == "ERROR")
    failures = unittest_results.merged(_failure(section, root) for section in ordered)
    fault = _fault(log, len(sections), closings)
    broken = {_whole(failure.name) for failure in failures}
    counted = unittest_results.counts(
        failures,
        ran=sum(closing.ran for closing in closings),
        red=len(broken),
        skipped=sum(closing.skipped for closing in closings),
    )
    return Reading(counted, failures, fault, finished=bool(closings))


@dataclass(frozen=True, slots=True)
class _Closing:
    ran: int
    red: int
    skipped: int


def _closings(log: str) -> Iterator[_Closing]:
    at = log.find("\nRan ")
    while at >= 0:
        if found := _RAN.match(log, at + 1):
            counted = {word: int(count) for word, count in _COUNT.findall(found.group(3) or "")}
            red = ("failures", "errors", "unexpected successes")
            yield _Closing(
                int(found.group(1)),
                sum(counted.get(word, 0) for word in red),
                counted.get("skipped", 0) + counted.get("expected failures", 0),
            )
        at = log.find("\nRan ", at + 1)


def _sections(log: str) -> Iterator[Section]:
    at, log = 0, "\n" + log
    titles: list[re.Match[str]] = []
    while (at := log.find(_RULE, at)) >= 0:
        at += len(_RULE) - 1  # the next rule may follow at once
        if title := _TITLE.match(log, at + 1):
            titles.append(title)
    for title, following in zip_longest(titles, titles[1:]):
        stop = following.start() - len(_RULE) + 1 if following else len(log)
        end = log.find(_END, title.end(), stop)
        body = log[title.end() : end if end >= 0 else stop]
        if title.group(3):
            listed = log[title.start() : title.end()] + body
            yield from (Section(title.group(3), name) for name in _UNEXPECTED.findall(listed))
        else:
            yield Section(title.group(1), title.group(2), body)


def _statuses(log: str) -> Iterator[Section]:
    if " ... " in log:
        for title, status in _STATUS.findall(log):
            yield Section("UNEXPECTED SUCCESS" if status == "unexpected success" else status, title)


def name_of(title: str) -> str:
    """The dotted name that `python -m unittest` takes, from `test_a (tests.test_cart.TestCart.test_a)`.

    Before Python 3.11 the method is not repeated within the parentheses.
    """
    match = _TEST.fullmatch(title)
    if match is None:
        return title
    method, path, subtest = match.groups()
    subtest = unittest_results.steady(subtest or "")
    if path.startswith(_LOADING) or method in _FIXTURES:
        return path if method in _FIXTURES else method
    name = path if path.endswith(f".{method}") else f"{path}.{method}"
    return f"{name} {subtest}" if subtest else name


def _whole(name: str) -> str:
    return name.partition(" ")[0]


def _failure(section: Section, root: str) -> Failure:
    name, match = name_of(section.title), _TEST.fullmatch(section.title)
    if section.flavour == "UNEXPECTED SUCCESS":
        return Failure(name, "", FailureCode.ASSERT_FAIL, unittest_results.UNEXPECTED)
    body = _CAPTURED.split(section.body)[0]
    error = exceptions.raised(body) or exceptions.Raised(body.strip())
    if match and match.group(2).startswith(_LOADING):
        return unittest_results.not_loaded(name, error, root)
    method = match.group(1) if match else ""
    when = _FIXTURES.get(method) or _phase(error)
    names = (*error.kinds, *(("AssertionError",) if section.flavour == "FAIL" else ()))
    said = unittest_results.wording(error.said, root)
    if method in _FIXTURES:
        said = text.message(f"{method}: {said}")
    frames = (frame for frame in error.frames if frame[0].startswith("/"))
    return Failure(name, locate.last_frame(frames, root), exceptions.code(when, names, error.said), said)


def _phase(error: exceptions.Raised) -> str:
    """What unittest was at: its own frames say it where they are shown, else the first function does."""
    own = [function for function in error.functions if function in _OWN]
    return _OWN[own[0]] if own else _FIXTURES.get("".join(error.functions[:1]), "call")


def _fault(log: str, told: int, closings: list[_Closing]) -> CheckFault | None:
    counted = sum(closing.red for closing in closings)
    if counted > told:
        return CheckFault("MISMATCH", f"{counted} failures are counted, but {told} are told")
    end = log.rfind("\nRan ") if closings else 0
    fatal = _FATAL.search(log, max(end, 0)) if "Fatal Python error" in log else None
    if fatal is None:
        return None
    running = f" while it ran {name_of(fatal.group(1))}" if fatal.group(1) else ""
    return CheckFault("CRASH", fatal.group(2) + running)
