"""PHPUnit, and what wraps it (ParaTest, Pest): its JUnit XML is the verdict, its TeamCity lines tell of a broken run.

What is only mildly wrong (risky tests, warnings) is in the text alone; it counts where the exit code says that it does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from adw.checks import junit, launch
from adw.checks.judge import judge
from adw.checks.scripting import frames, phpunit_fatal, phpunit_text
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

REPORT, EVENTS = "junit.xml", "teamcity.txt"
_NAMES = ("phpunit", "phpunit.phar", "paratest", "pest", "simple-phpunit")
_TELLS_EVENTS = ("phpunit", "phpunit.phar", "simple-phpunit")
_FLAGS = ("--stop-on-failure", "--stop-on-error", "--stop-on-defect", "--testdox", "--debug", "--teamcity", "--quiet")
_VALUED = ("--log-junit", "--log-teamcity", "--colors")
_RISKY = re.compile(
    rb'<error type="PHPUnit\\Framework\\(?:RiskyTestError|OutputError|UnintentionallyCoveredCodeError|'
    rb'CoveredCodeNotExecutedException|MissingCoversAnnotationException)">([^\n<]+)'
)
"""PHPUnit 9 writes risky tests as errors, although they make no run red."""
_EVENT = re.compile(r"^##teamcity\[(test\w+) name='((?:[^|']|\|.)*)'(.*)\]$", re.MULTILINE)
_FIELD = re.compile(r" (message|details|locationHint)='((?:[^|']|\|.)*)'")
_ESCAPED = re.compile(r"\|(0x[0-9A-Fa-f]{4}|.)")
_ESCAPES = {"n": "\n", "r": "\r"}


class PhpunitCheck:
    """Reads PHPUnit."""

    name = "phpunit"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        at = launch.program(command, *_NAMES)
        if at is None:
            return Invocation(command=command)
        program = command[at].rpartition("/")[2]
        events = ("--log-teamcity", f"{place.scratch}/{EVENTS}") if program in _TELLS_EVENTS else ()
        ours = ("--colors=never", "--log-junit", f"{place.scratch}/{REPORT}", *events)
        return Invocation(command=(*command[: at + 1], *ours, *launch.without(command[at + 1 :], _FLAGS, _VALUED)))

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, _reading(evidence), self.kind)

    def recognises(self, log: str) -> bool:
        return phpunit_text.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return phpunit_text.parse(log, root)


def _reading(evidence: Evidence) -> Reading:
    root, content = evidence.place.root, evidence.files.get(REPORT)
    logged = phpunit_text.parse(evidence.log, root)
    if launch.program(evidence.command, *_NAMES) is None or (logged.finished and not logged.summary.total):
        return logged
    try:
        cases = junit.cases(content) if content else ()
    except junit.BadReport as error:
        return _cut_short(
            evidence, replace(logged, fault=CheckFault("NO_REPORT", f"PHPUnit's report is damaged: {error}"))
        )
    if not cases:
        return _cut_short(evidence, replace(logged, fault=logged.fault or _unreported(evidence, logged)))
    said = _judged(cases, _RISKY.findall(content or b""), root)
    counted, known = logged.summary.failed + logged.summary.errors, {failure.name for failure in said.failures}
    if counted > len(known):  # PHPUnit 10 and newer leave out what is not of one test alone
        more = tuple(failure for failure in logged.failures if failure.name not in known)
        summary = replace(said.summary, total=said.summary.total + len(more), errors=said.summary.errors + len(more))
        said = replace(said, failures=(*said.failures, *more), summary=summary)
    if evidence.exit_code and not said.failures:
        mild = len(logged.mild)
        said = replace(said, summary=replace(said.summary, passed=max(0, said.summary.passed - mild), errors=mild))
    return replace(said, mild=logged.mild, finished=logged.finished)


def _unreported(evidence: Evidence, logged: Reading) -> CheckFault | None:
    if evidence.timed_out or evidence.exit_code < 0 or (logged.failures and evidence.exit_code):
        return None
    if logged.finished and not logged.summary.total:
        return None  # no test ran
    if evidence.files.get(EVENTS):
        return CheckFault("CRASH", f"PHP was ended with exit code {evidence.exit_code} before all tests had run")
    return CheckFault("NO_REPORT", "PHPUnit ended without writing its report")


def _judged(cases: tuple[junit.Case, ...], risky: list[bytes], root: str) -> Reading:
    only_risky = {phpunit_text.name_of(name.decode("utf-8", "replace")) for name in risky}
    red = [case for case in cases if case.red and not (_name(case) in only_risky and not case.has("failure"))]
    found = phpunit_text.unique(_failures(red, root))
    failed = len({_name(case) for case in red if case.has("failure")})
    skipped = sum(case.has("skipped") for case in cases)
    errors = len(found) - failed
    return Reading(
        Summary(len(cases), max(0, len(cases) - failed - errors - skipped), failed, errors, skipped),
        found,
        finished=True,
    )


def _name(case: junit.Case) -> str:
    return f"{case.classname.replace('.', chr(92))}::{case.name}" if case.classname else case.name


def _failures(red: list[junit.Case], root: str) -> Iterator[Failure]:
    for case in red:
        home = frames.innermost([(case.file, case.line or 1)], root) if case.file else ""
        for blemish in case.blemishes:
            if blemish.kind != "skipped":
                part = "failure" if blemish.kind == "failure" else "error"
                body = blemish.text.partition("\n")[2] if blemish.text.startswith(_name(case)) else blemish.text
                yield phpunit_text.failure(part, _name(case), body or blemish.message, root, home)


@dataclass(slots=True)
class _Running:
    name: str
    path: str


def _cut_short(evidence: Evidence, said: Reading) -> Reading:
    """What PHPUnit wrote down while it ran: tests that were red before the end came, and the one that was running."""
    root, known = evidence.place.root, {failure.name for failure in said.failures}
    told = evidence.files.get(EVENTS, b"").decode("utf-8", "replace")
    red, running = _events(told, root)
    code = FailureCode.TIMEOUT if evidence.timed_out else FailureCode.CRASH
    why = "it was running when the time limit came" if evidence.timed_out else "it was running when PHP ended"
    if running is not None:
        loc = phpunit_fatal.fatal_place(evidence.log, root) or frames.innermost([(running.path, 1)], root)
        red.append(Failure(running.name, loc, code, why))
    return replace(said, failures=(*said.failures, *(failure for failure in red if failure.name not in known)))


def _events(told: str, root: str) -> tuple[list[Failure], _Running | None]:
    red: list[Failure] = []
    running: _Running | None = None
    for kind, _, rest in _EVENT.findall(told):
        fields = {word: _unescaped(value) for word, value in _FIELD.findall(rest)}
        if kind == "testStarted":
            path, _, name = fields.get("locationHint", "").removeprefix("php_qn://").partition("::")
            running = _Running(phpunit_text.name_of(name.removeprefix("\\")), path)
        elif kind == "testFailed" and running:
            details = "\n".join(line.strip() for line in fields.get("details", "").split("\n"))
            said = fields.get("message", "").replace(" : ", ": ", 1)
            # A line of events does not tell a failure from an error.
            part = "error" if re.match(r"[A-Z][\w\\]*: ", said) else "failure"
            red.append(phpunit_text.failure(part, running.name, f"{said}\n\n{details}", root))
        elif kind == "testFinished":
            running = None
    return red, running


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match.group(1), match.group(1)), value)
