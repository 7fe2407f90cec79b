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
    r"(?:django\.core\.management\.base\.)?SystemCheckError: )",
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
    unpicklable = tuple(_unpicklable(log, root)) if "cannot be pickled" in log else ()
    if unpicklable:
        names = {failure.name for failure in said.failures}
        more = tuple(failure for failure in unpicklable if failure.name not in names)
        return replace(said, failures=said.failures + more, fault=said.fault or CheckFault("CRASH", _GAVE_UP))
    if said.finished or said.failures or said.fault:
        return said
    found = tuple(_check_errors(log)) or tuple(_not_started(log, root))
    return Reading(Summary(len(found), errors=len(found)), found, finished=bool(found))


def _unpicklable(log: str, root: str) -> Iterator[Failure]:
    for title, said in _UNPICKLABLE.findall(log):
        shown = " ".join(said.split())
        kind = shown.partition("(")[0]
        code = exceptions.code("call", (kind,), shown)
        yield Failure(unittest_log.name_of(title), "", code, unittest_results.wording(shown, root))
    for _, title in _UNPICKLABLE_SUBTEST.findall(log):
        yield Failure(unittest_log.name_of(title), "", FailureCode.UNKNOWN, "a subtest failed that cannot be pickled")


def _check_errors(log: str) -> Iterator[Failure]:
    """Models and settings that Django's system check refuses: no test runs then."""
    for block in _CHECK_ERRORS.findall(log):
        for where, code, said in _CHECK_ERROR.findall(block):
            message = unittest_results.wording(f"({code}) {said}" if code else said)
            yield Failure(where, "", FailureCode.COLLECTION_ERROR, message)


def _not_started(log: str, root: str) -> Iterator[Failure]:
    """Code of the workspace that broke while Django loaded it: named by its file, as pytest names a conftest."""
    at = log.find("Traceback (most recent call last):\n")
    error = exceptions.raised(log[at:]) if at >= 0 else None
    if error is None:
        return
    frames = [frame for frame in error.frames if locate.inside(frame[0], root) not in ("", "manage.py")]
    loc = locate.last_frame(frames, root)
    if loc:
        said = unittest_results.wording(error.said, root)
        yield Failure(loc.partition(":")[0], loc, exceptions.code("collect", error.kinds, error.said), said)
