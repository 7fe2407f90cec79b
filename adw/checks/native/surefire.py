"""Maven Surefire's XML reports: one file for each test class, below the folder of its module."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adw.checks import junit, text
from adw.checks.native.java_stack import Trace
from adw.domain.report import Failure, FailureCode

GLOBS = tuple(f"**/target/{kind}-reports/**/TEST-*.xml" for kind in ("surefire", "failsafe"))
_REPORT = re.compile(r"^(?P<module>(?:[^/]+/)*?)target/(?:surefire|failsafe)-reports/(?:[^/]+/)*TEST-[^/]+\.xml$")
_TYPE = re.compile(r"^(?P<type>[\w.$]+)(?::|$)")
_TIMED_OUT = re.compile(r"timed out after |exceeded timeout of |did not complete within ")
_MISSING = frozenset(
    {"ClassNotFoundException", "NoClassDefFoundError", "NoSuchMethodError", "UnsupportedClassVersionError"}
)
_SETTING_UP = re.compile(
    r"ExceptionInInitializerError|invokeBefore(?:All|Each)|invokeAfter(?:All|Each)|RunBefores\.|RunAfters\."
)


@dataclass(frozen=True, slots=True)
class Test:
    """One test case of one module."""

    module: str
    """The module's folder, with `/` behind it; empty for the workspace itself."""
    case: junit.Case

    @property
    def name(self) -> str:
        """As `-Dtest=` takes it. A class that could not be set up has a test without a name."""
        case = self.case
        return f"{case.classname}#{case.name}" if case.name and case.name != case.classname else case.classname


def tests(files: Mapping[str, bytes]) -> tuple[Test, ...]:
    """Raises junit.BadReport where one of the reports is damaged."""
    found: list[Test] = []
    for path, content in sorted(files.items()):
        if place := _REPORT.match(path):
            found += (Test(place["module"], case) for case in junit.cases(content))
    return tuple(found)


def failures(found: tuple[Test, ...], *folders: str) -> Iterator[Failure]:
    """Where modules have tests of one name, the module's folder stands before it; a name that is red again is numbered.

    No failing test is to be lost because another has its name: runs of one test with other data may share it.
    """
    modules: dict[str, set[str]] = {}
    for test in found:
        modules.setdefault(test.name, set()).add(test.module)
    times: Counter[str] = Counter()
    for test in found:
        red = next((blemish for blemish in test.case.blemishes if blemish.kind != "skipped"), None)
        if red is None:
            continue
        name = f"{test.module}:{test.name}" if len(modules[test.name]) > 1 else test.name
        times[name] += 1
        numbered = f"{name} ({times[name]})" if times[name] > 1 else name
        trace = Trace(red.text, test.case.classname, test.module)
        failed = red.kind == "failure"
        yield failure(numbered, test.case.name, trace, failed=failed, said=red.message, folders=folders)


def failure(name: str, test: str, trace: Trace, *, failed: bool, said: str, folders: tuple[str, ...]) -> Failure:
    """From a stack trace as Surefire writes it, behind the exception's class and message."""
    found = _TYPE.match(trace.text.lstrip())
    kind = found["type"].rpartition(".")[2] if found else ""
    code = _code(kind, trace, test, said, failed=failed)
    message = said if code is FailureCode.ASSERT_FAIL or not kind else f"{kind}: {said}" if said else kind
    return Failure(name, trace.loc(), code, text.message(message, *folders) or kind or "failed")


def _code(kind: str, trace: Trace, test: str, said: str, *, failed: bool) -> FailureCode:
    if _TIMED_OUT.search(said) or kind == "TestTimedOutException":
        return FailureCode.TIMEOUT
    method = re.split(r"[(\[{ ]", test, maxsplit=1)[0]
    if _SETTING_UP.search(trace.text[:20_000]) or not method or trace.before_test(method):
        return FailureCode.FIXTURE_ERROR
    if kind in _MISSING:
        return FailureCode.IMPORT_ERROR
    return FailureCode.ASSERT_FAIL if failed else FailureCode.EXCEPTION
