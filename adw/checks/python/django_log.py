"""What Django's test runner prints beside what unittest does."""

import re
from collections.abc import Iterator
from dataclasses import replace

from adw.checks import locate
from adw.checks.python import exceptions, unittest_log, unittest_results
from adw.checks.tool import Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_DJANGO = re.compile(
    r"^(?:Found \d+ test\(s\)\.|System check identified (?:no|\d+) issues? |"
    r"(?:Creating|Destroying|Preserving|Cloning|Using existing) (?:existing )?(?:test database|clone) |"
    r"(?:django\.core\.management\.base\.)?SystemCheckError: |"
    r"  File \".+/django/core/management/__init__\.py\", line \d+, in execute_from_command_line$)",
    re.MULTILINE,
)
_UNPICKLABLE = re.compile(
    r"^(\S+ \(\S+\)) failed:\n\n((?:    .*\n)+)\n"
    r"Unfortunately, (?:tracebacks|the exception it raised) cannot be pickled",
    re.MULTILINE,
)
_UNPICKLABLE_SUBTEST = re.compile(
    r"^Subtest failed:\n\n    test: (.+)\n subtest: (.+)\n\nUnfortunately, the subtest that failed", re.MULTILINE
)
_REMOTE = "multiprocessing.pool.RemoteTraceback:"
_GAVE_UP = (
    "Django's parallel runner gave up on an exception that it cannot pickle: install tblib, or leave out --parallel"
)
_CHECK_ERRORS = re.compile(
    r"SystemCheckError: System check identified some issues:\n\n(?:(?:CRITICALS|ERRORS):\n)(.+?)\n\n"
    r"(?:WARNINGS:|INFOS:|DEBUGS:|System check identified)",
    re.DOTALL,
)
_CHECK_ERROR = re.compile(r"^(\S.*?): (?:\(([\w.]+)\) )?(.+(?:\n\t.*)*)$", re.MULTILINE)


def is_django(log: str) -> bool:
    return _DJANGO.search(log) is not None


def parse(log: str, root: str) -> Reading:
    """As unittest's; tests that Django's parallel runner could not tell of; what kept it from starting."""
    said = unittest_log.parse(log, root)
    if _REMOTE in log:
        named, unnamed = tuple(_unpicklable(log, root)), tuple(_unnamed(log, root))
        if len(named) == 1:
            named = tuple(replace(each, name=named[0].name) for each in unnamed) or named
        unpicklable = named or unnamed
        names = {failure.name for failure in said.failures}
        more = tuple(failure for failure in unpicklable if failure.name not in names)
        return replace(said, failures=said.failures + more, fault=said.fault or CheckFault("CRASH", _GAVE_UP))
    if said.finished or said.failures or said.fault:
        return said
    found = tuple(_check_errors(log))
    return _reading(found) if found else _not_started(log, root)


def _reading(found: tuple[Failure, ...]) -> Reading:
    return Reading(Summary(len(found), errors=len(found)), found, finished=True)


def _unpicklable(log: str, root: str) -> Iterator[Failure]:
    for title, said in _UNPICKLABLE.findall(log):
        shown = " ".join(said.split())
        kind = shown.partition("(")[0]
        code = exceptions.code("call", (kind,), shown)
        yield Failure(unittest_log.name_of(title), "", code, unittest_results.wording(shown, root))
    for _, title in _UNPICKLABLE_SUBTEST.findall(log):
        yield Failure(unittest_log.name_of(title), "", FailureCode.UNKNOWN, "a subtest failed that cannot be pickled")


def _unnamed(log: str, root: str) -> Iterator[Failure]:
    """Where what the worker printed of the test was lost with it: its traceback is left."""
    error = exceptions.first_of_chain(log[log.index(_REMOTE) :])
    at = next((at for at, frame in enumerate(error.frames) if locate.inside(frame[0], root)), None) if error else None
    if error is not None and at is not None:
        code = exceptions.code("call", error.kinds, error.said)
        loc = locate.last_frame(error.frames, root)
        yield Failure(error.functions[at], loc, code, unittest_results.wording(error.said, root))


def _check_errors(log: str) -> Iterator[Failure]:
    """Models and settings that Django's system check refuses: no test runs then."""
    for block in _CHECK_ERRORS.findall(log):
        for where, code, said in _CHECK_ERROR.findall(block):
            message = unittest_results.wording(f"({code}) {said}" if code else said)
            yield Failure(where, "", FailureCode.COLLECTION_ERROR, message)


def _not_started(log: str, root: str) -> Reading:
    """Code of the workspace that broke while Django loaded it: named by its file, as pytest names a conftest."""
    at = log.find("Traceback (most recent call last):\n")
    error = exceptions.raised(log[at:]) if at >= 0 else None
    if error is None:
        return Reading()
    said = unittest_results.wording(error.said, root)
    loc = locate.last_frame((frame for frame in error.frames if not frame[0].endswith("manage.py")), root)
    if not loc:
        return Reading(fault=CheckFault("NO_REPORT", f"Django did not come to run tests: {said}"))
    code = exceptions.code("collect", error.kinds, error.said)
    return _reading((Failure(loc.partition(":")[0], loc, code, said),))
