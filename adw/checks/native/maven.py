"""Maven: Surefire's and Failsafe's XML reports, held against the totals that it prints; what javac says through it."""

import re

from adw.checks import junit
from adw.checks.judge import judge
from adw.checks.native import commands, findings, java_errors, maven_log, surefire
from adw.checks.native.maven_log import Log
from adw.checks.native.surefire import Test
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_PROGRAMS = ("mvn", "mvnw", "mvnd", "mvn.cmd", "mvnw.cmd")
_OPTIONS = ("-B", "-o", "-fae", "-DtrimStackTrace=false")
"""No questions; nothing fetched, for a check has no network and Maven would ask for what it has; all modules that can
be tested; frames of the project's own code too."""
_ONLINE = frozenset({"-U", "--update-snapshots"})
_HOW_FAR = frozenset({"-fae", "-ff", "-fn", "--fail-at-end", "--fail-fast", "--fail-never"})
_BEFORE_TESTS = frozenset(
    [
        "clean",
        "validate",
        "initialize",
        "generate-sources",
        "process-sources",
        "generate-resources",
        "process-resources",
        "compile",
        "process-classes",
        "generate-test-sources",
        "process-test-sources",
        "generate-test-resources",
        "process-test-resources",
        "test-compile",
        "compiler:compile",
        "compiler:testCompile",
        "checkstyle:check",
        "spotless:check",
    ]
)
_OWN = re.compile(
    r"^\[INFO\] (?:Scanning for projects\.\.\.|BUILD (?:SUCCESS|FAILURE)|Reactor Summary)"
    r"|^\[ERROR\] (?:Failed to execute goal |COMPILATION ERROR"
    r"|.+ -- Time elapsed: .+ <<< (?:FAILURE|ERROR)!$)|^Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+",
    re.MULTILINE,
)
_DIED = re.compile(
    r"The forked VM terminated without (?:properly )?saying (?:properly )?goodbye[^\n]*"
    r"|ExecutionException The forked VM[^\n]*"
)
_TIMED_OUT = re.compile(r"There was a timeout (?:or other error )?in the fork")
_GOAL = re.compile(
    r"^\[ERROR\] (?P<said>(?:Failed to execute goal|Some problems|Non-|Malformed|The build could not)[^\n]+)",
    re.MULTILINE,
)
_ANSWERS = ("There are test failures", "Compilation failure", "There was a timeout")


class Maven:
    """Reads Maven's test runs, and its builds where the goals do not go as far as tests."""

    name = "maven"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:  # noqa: ARG002
        at = commands.at(command, *_PROGRAMS)
        if at >= 0:
            decided = {"-fae"} if _HOW_FAR & set(command) else set()
            decided |= {"-o"} if _ONLINE & set(command) else set()
            options = tuple(option for option in _OPTIONS if option not in {*command, *decided})
            command = commands.insert(command, options, behind=at)
        return Invocation(command, collect=surefire.GLOBS)

    def read(self, evidence: Evidence) -> Reading:
        folders = (evidence.place.root, evidence.place.scratch)
        kind = _kind(evidence.command)
        try:
            tests = surefire.tests(evidence.files)
        except junit.BadReport as error:
            said = _reading((), evidence.log, kind, *folders)
            fault = CheckFault("NO_REPORT", f"a Surefire report is damaged: {error}")
            return judge(evidence, Reading(said.summary, said.failures, fault), kind)
        said = _reading(tests, evidence.log, kind, *folders, cut=evidence.timed_out)
        return judge(evidence, said, kind)

    def recognises(self, log: str) -> bool:
        return _OWN.search(log) is not None

    def parse(self, log: str, root: str) -> Reading:
        return _reading((), log, Kind.TEST, root)


def _kind(command: tuple[str, ...]) -> Kind:
    """Findings where every goal lies before the tests: `mvn compile` tests nothing, and that is right."""
    at = commands.at(command, *_PROGRAMS)
    goals = [word for word in command[at + 1 :] if not word.startswith("-")] if at >= 0 else []
    return Kind.FINDINGS if goals and all(goal in _BEFORE_TESTS for goal in goals) else Kind.TEST


def _reading(tests: tuple[Test, ...], log: str, kind: Kind, *folders: str, cut: bool = False) -> Reading:
    told = maven_log.read(log, folders[0])
    found = list(java_errors.from_maven(log, folders[0]))
    if kind is Kind.FINDINGS:
        return findings.reading(found or _goal(log), *folders, finished=told.finished)
    failures = _failures(tests, told, folders)
    if "COMPILATION ERROR" in log:
        failures += findings.in_tests(found, java_errors.DIALECT, *folders)
    died = _DIED.search(log)
    failures += _down(told, failures, died.group() if died else "", cut=cut)
    fault = None if cut else _fault(log, died, failures)
    summary = _summary(tests, told, tuple(failures))
    return Reading(summary, tuple(failures), fault, finished=told.finished)


def _failures(tests: tuple[Test, ...], told: Log, folders: tuple[str, ...]) -> list[Failure]:
    """From the reports; where Maven counts more, those too that only its output names."""
    found = list(surefire.failures(tests, *folders))
    if len(found) < told.totals.failed + told.totals.errors or not tests:
        known = {test.name for test in tests}
        found += (failure for failure in told.failures(*folders) if failure.name not in known)
    return found


def _goal(log: str) -> list[findings.Finding]:
    return [findings.Finding("", match["said"], where="maven") for match in _GOAL.finditer(log)][:1]


def _down(told: Log, failures: list[Failure], died: str, *, cut: bool) -> list[Failure]:
    """The classes in which a fork died or time ran out."""
    named = {failure.name for failure in failures}
    code = FailureCode.TIMEOUT if cut else FailureCode.CRASH
    why = "it did not end" if cut else died
    classes = told.running if cut else told.crashed or (told.running if died else ())
    return [Failure(name, "", code, why) for name in classes if name not in named]


def _fault(log: str, died: re.Match[str] | None, failures: list[Failure]) -> CheckFault | None:
    if died:
        return CheckFault("CRASH", died.group())
    if timed_out := _TIMED_OUT.search(log):
        return CheckFault("TIMEOUT", timed_out.group())
    goal = _GOAL.search(log)
    if goal and not failures and not any(answer in goal["said"] for answer in _ANSWERS):
        return CheckFault("NO_REPORT", goal["said"])
    return None


def _summary(tests: tuple[Test, ...], told: Log, failures: tuple[Failure, ...]) -> Summary:
    """From the reports; Maven's own totals where they count more that failed: the judge then sees what is missing."""
    if not tests:
        totals, extra = told.totals, len(failures) - told.totals.failed - told.totals.errors
        return Summary(
            totals.total + max(extra, 0), totals.passed, totals.failed, totals.errors + max(extra, 0), totals.skipped
        )
    failed = sum(test.case.has("failure") for test in tests)
    skipped = sum(test.case.has("skipped") for test in tests)
    passed = sum(not test.case.blemishes for test in tests)
    errors = max(len(failures) - failed, told.totals.failed + told.totals.errors - failed)
    return Summary(passed + failed + errors + skipped, passed, failed, errors, skipped)
