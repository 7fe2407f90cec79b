"""From what pytest said about failing tests to failures: names, lines of the workspace, codes, messages."""

import re
from collections.abc import Iterable

from adw.checks import locate, text
from adw.checks.junit import Blemish, Case
from adw.checks.python.exceptions import code, kinds
from adw.checks.python.pytest_sections import Section
from adw.checks.python.witness import Detail, Line, Testimony
from adw.checks.tool import Place
from adw.domain.report import Failure, FailureCode

_NOISE = re.compile(r"^\s*(?:Use -v+ to get .*|\.\.\.Full output truncated.*|Hint: .*)$", re.MULTILINE)
_E_LINE = re.compile(r"^E {1,3}(.*)$", re.MULTILINE)
_TRACE_LINE = re.compile(r"^(\S[^\n:]*):(\d+): ", re.MULTILINE)
_DOCTEST_LINE = re.compile(r"^(.+):(\d+): (?:DocTestFailure|UnexpectedException)", re.MULTILINE)
_WORKER_DIED = "???"
"""What pytest-xdist gives for the phase of a test in which a worker died."""
_CONFTEST = re.compile(r"^ImportError while loading conftest '(.+)'\.$", re.MULTILINE)


def wording(raw: str, place: Place) -> str:
    """A message without pytest's advice on how to see more, and without the class that `assert` always has."""
    raw = re.sub(r"^(?:AssertionError|Failed): ", "", raw)
    return text.message(_NOISE.sub("", raw), place.root, place.scratch)


def from_line(line: Line, place: Place) -> Failure:
    """One red report of the witness."""
    detail = line.detail
    if detail is None:
        return _from_text(line, place)
    said = _said(line, detail)
    real = (frame for frame in detail.frames if frame[0].startswith("/"))  # compiled text may bear any name
    loc = _doctest_line(line.text, place.root) or locate.last_frame(real, place.root) or line.home
    return Failure(line.name, loc, code(line.when, (detail.type, *detail.bases), said), wording(said, place))


def _from_text(line: Line, place: Place) -> Failure:
    """Where the worker of pytest-xdist that ran it had no witness, there is what pytest shows."""
    if line.when == _WORKER_DIED:
        died = wording(line.text, place) or "failed without a message"
        return Failure(line.name, line.home, FailureCode.CRASH, died)
    error = Section("FAILED", line.when, line.name, line.text).raised
    names = error.kinds if error.frames else ()
    found = code(line.when, names or ("AssertionError",), error.said)
    said = wording(error.said, place) or "failed without a message"
    return Failure(line.name, locate.last_frame(error.frames, place.root) or line.home, found, said)


def _said(line: Line, detail: Detail) -> str:
    if detail.type == "FixtureLookupError":
        return next((found for found in _E_LINE.findall(line.text) if found.strip()), detail.message)
    if line.text and detail.type in ("DocTestFailure", "UnexpectedException", "MultipleDoctestFailures"):
        return _DOCTEST_LINE.sub("", line.text)
    return "\n".join((detail.message, *detail.parts))


def _doctest_line(said: str, root: str) -> str:
    return locate.last_frame(((path, int(line)) for path, line in _DOCTEST_LINE.findall(said)), root)


def from_testimony(testimony: Testimony, place: Place) -> tuple[Failure, ...]:
    """Every test that is red, once: an error in teardown behind a failure joins its message."""
    red: dict[str, Failure] = {}
    homes = {line.id: line.location for line in testimony.begun}
    with_subtests = {line.id for line in testimony.results if line.subtest is not None and line.outcome == "failed"}
    for line in testimony.results:
        if line.outcome != "failed" or (
            line.subtest is None and line.detail is None and line.id in with_subtests and "subtest" in line.text
        ):
            continue  # the second: a test that pytest fails because its subtests did, each of which is named
        known = line.model_copy(update={"location": line.location or homes.get(line.id)})
        failure = from_line(known, place)
        before = red.get(failure.name)
        if before is not None and before.message == failure.message:
            continue  # every worker of pytest-xdist collects, and fails to, for itself
        if before is not None:
            joined = text.message(f"{before.message}\n{line.when}: {failure.message}")
            failure = Failure(before.name, before.loc, before.code, joined)
        red[failure.name] = failure
    return tuple(red.values())


def node_id(case: Case) -> str:
    """Name of a test as pytest gives it, from its JUnit case.

    Exact in family xunit1, but for tests that a class inherits from one in another file.
    """
    if not case.classname:
        return case.file or case.name.replace(".", "/") + ".py"
    dotted = case.file.replace("\\", "/").replace("/", ".")
    for module in (dotted.removesuffix(".py"), dotted):
        if module and case.classname == module:
            return f"{case.file}::{case.name}"
        if module and case.classname.startswith(module + "."):
            return "::".join((case.file, *case.classname[len(module) + 1 :].split("."), case.name))
    parts = case.classname.split(".")
    classes = next((index for index, part in enumerate(parts) if part[:1].isupper()), len(parts))
    return "::".join(("/".join(parts[:classes]) + ".py", *parts[classes:], case.name))


def from_cases(cases: Iterable[Case], place: Place) -> tuple[Failure, ...]:
    """Every red case, once, where there was no witness."""
    red: dict[str, Failure] = {}
    for case in cases:
        for blemish in case.blemishes:
            if blemish.kind != "skipped" and blemish.message != "internal error":
                failure = _from_blemish(node_id(case), case, blemish, place)
                red.setdefault(failure.name, failure)
    return tuple(red.values())


def _from_blemish(name: str, case: Case, blemish: Blemish, place: Place) -> Failure:
    said = blemish.message
    when = "call"
    wrapped = re.match(r'failed on (setup|teardown) with "(.*)"\Z', said, re.DOTALL)
    if wrapped:
        when, said = wrapped.groups()
    elif said == "collection failure":
        when, said = "collect", "\n".join(_E_LINE.findall(blemish.text)) or blemish.text
    elif blemish.kind == "error":
        when = "setup"
    names = kinds(said if when == "collect" else said.split("\n", 1)[0])
    frames = ((path, int(line)) for path, line in _TRACE_LINE.findall(blemish.text))
    home = f"{case.file or name.split('::', 1)[0]}:{(case.line or 0) + 1}"
    loc = locate.last_frame(frames, place.root) or home
    return Failure(
        name, loc, code(when, names or ("AssertionError",), said), wording(said, place) or "failed without a message"
    )


def from_conftest(log: str, place: Place) -> tuple[Failure, ...]:
    """The failure in a conftest file that kept pytest from starting at all; empty where it was another thing."""
    found = _CONFTEST.search(log)
    if found is None:
        return ()
    rest = log[found.end() :]
    name = locate.inside(found.group(1), place.root)
    said = "\n".join(_E_LINE.findall(rest))
    loc = locate.last_frame(((path, int(line)) for path, line in _TRACE_LINE.findall(rest)), place.root)
    if not name or not said:
        return ()
    return (Failure(name, loc or f"{name}:1", code("collect", kinds(said), said), wording(said, place)),)
