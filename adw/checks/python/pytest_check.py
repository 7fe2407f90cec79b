"""Pytest: its JUnit XML is the verdict of record, the witness plugin says exactly what failed and where.

The exit code is held against both. Whatever does not add up is a fault, never green.
"""

import re
from dataclasses import dataclass

from adw.checks import junit, locate, text
from adw.checks.python import pytest_arguments, pytest_failures, pytest_log, witness
from adw.checks.python.witness import Testimony
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

_OK, _RED, _INTERRUPTED, _INTERNAL, _USAGE, _EMPTY = range(6)
"""pytest's exit codes."""
_INTERNAL_CASE = ("pytest", "internal")
"""What pytest reports its own failures as."""
_SHELL_SIGNAL = 128
"""A shell and bubblewrap report a child that died of signal N as 128 + N."""

_INTERNAL_ERROR = re.compile(r"^INTERNALERROR> (\S.*)$", re.MULTILINE)
_COVERAGE = re.compile(r"^.*(?:Required test coverage of .* not reached|Coverage failure: ).*$", re.MULTILINE)
_NO_PYTEST = re.compile(r"No module named '?pytest'?\b")
_REFUSAL = re.compile(r"^(?:ERROR: (?!usage)|.*: error: )(.+)$", re.MULTILINE)


class PytestCheck:
    """Reads pytest, however it was started."""

    name = "pytest"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        return pytest_arguments.prepare(command, place)

    def read(self, evidence: Evidence) -> Reading:
        return _Trial(evidence, witness.read(evidence.files), *_xml(evidence)).judge()

    def recognises(self, log: str) -> bool:
        return pytest_log.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return pytest_log.parse(log, root)


def _xml(evidence: Evidence) -> tuple[tuple[junit.Case, ...] | None, str]:
    content = evidence.files.get(pytest_arguments.JUNIT)
    if content is None:
        return None, "pytest ended without writing its report"
    try:
        return junit.cases(content), ""
    except junit.BadReport as error:
        return None, f"pytest's report is damaged: {error}"


@dataclass(frozen=True, slots=True)
class _Trial:
    evidence: Evidence
    testimony: Testimony
    cases: tuple[junit.Case, ...] | None
    """None where there is no report to trust; `complaint` says why."""
    complaint: str

    @property
    def exit_code(self) -> int:
        """Pytest's own where a wrapper around it has another for the same thing: `make` says 2 for every failure."""
        if any(case.id == _INTERNAL_CASE for case in self.cases or ()):
            return _INTERNAL
        said, own = self.evidence.exit_code, self.testimony.exit_code
        return own if own and said > 0 else said

    def judge(self) -> Reading:
        exit_code = self.exit_code
        if self.evidence.timed_out:
            return self._cut_short("TIMEOUT", f"the time limit of {self.evidence.timeout_s:g} s ended pytest")
        if exit_code < 0 or exit_code > _SHELL_SIGNAL:
            signal = -exit_code if exit_code < 0 else exit_code - _SHELL_SIGNAL
            return self._cut_short("CRASH", f"pytest died of signal {signal}")
        if exit_code in (_INTERNAL, _USAGE, _EMPTY) or (exit_code == _OK and self.cases == ()):
            return self._not_run()
        return self._without_report() if self.cases is None else self._reconciled()

    def _reconciled(self) -> Reading:
        if self.testimony.foreign:
            files = ", ".join(self.testimony.foreign)
            return self._fault("MISMATCH", f"the tests ran code of your checkout, not of the workspace: {files}")
        failures = self._failures()
        if self.exit_code == _RED and not failures:
            failures = self._coverage()
        complaint = self._contradiction(bool(failures))
        return self._fault("MISMATCH", complaint) if complaint else Reading(self._summary(), failures)

    def _contradiction(self, red: bool) -> str:  # noqa: FBT001 - read with the sentence that calls it
        """What does not agree between exit code, report and witness; empty where all does."""
        exit_code, testimony = self.exit_code, self.testimony
        reported = len({case.id for case in self.cases or () if case.red})
        witnessed = len({line.id for line in testimony.results if line.outcome == "failed"})
        if testimony.present and reported > witnessed:
            return f"pytest reports {reported} failing tests, but {witnessed} were seen"
        if exit_code == _OK:
            return self._false_green(red=red)
        if exit_code not in (_RED, _INTERRUPTED):
            return f"pytest ended with the unknown exit code {exit_code}"
        if not red:
            return f"pytest's exit code is {exit_code}, but no failure was found"
        if exit_code == _INTERRUPTED and not self._failed_to_collect():
            return "pytest was interrupted before all tests had run"
        return ""

    def _false_green(self, *, red: bool) -> str:
        if red:
            return "pytest's exit code is 0, but tests failed"
        testimony, collected = self.testimony, self.testimony.collected or 0
        if testimony.running:
            return f"pytest's exit code is 0, but {testimony.running[0].name} did not end"
        # Both are asked: a plugin with a loop of its own may not tell of each test as pytest does.
        if max(len(testimony.ended), len(self.cases or ())) < collected:
            return f"pytest's exit code is 0, but only {len(testimony.ended)} of {collected} tests ran"
        return ""

    def _failed_to_collect(self) -> bool:
        return any(line.when == "collect" for line in self.testimony.results) or any(
            blemish.message == "collection failure" for case in self.cases or () for blemish in case.blemishes
        )

    def _without_report(self) -> Reading:
        evidence = self.evidence
        if _NO_PYTEST.search(evidence.log) and not self.testimony.present:
            return self._fault("NO_TOOL", f"{evidence.command[0] if evidence.command else 'Python'} has no pytest")
        if "+ Timeout +" in evidence.log and self.testimony.running:  # pytest-timeout's method "thread"
            return self._cut_short("TIMEOUT", "pytest-timeout ended pytest")
        if self.testimony.running:
            return self._cut_short("CRASH", f"a test ended pytest itself, with exit code {evidence.exit_code}")
        return self._fault("NO_REPORT", self.complaint)

    def _not_run(self) -> Reading:
        if self.exit_code == _INTERNAL:
            said = _INTERNAL_ERROR.findall(self.evidence.log)
            return self._fault("CRASH", f"pytest failed internally: {said[-1] if said else 'no reason given'}")
        if self.exit_code != _USAGE:
            return self._fault("NO_TESTS", "pytest ran no tests")
        failures = pytest_failures.from_conftest(self.evidence.log, self.evidence.place)
        if failures:
            return Reading(Summary(errors=len(failures)), failures)
        said = _REFUSAL.findall(self.evidence.log)
        return self._fault("NO_REPORT", f"pytest did not start: {said[0] if said else 'exit code 4'}")

    def _cut_short(self, kind: str, why: str) -> Reading:
        """Not judged, but what is known is told: failures so far, and the tests that were running."""
        place, testimony = self.evidence.place, self.testimony
        known = self._failures()
        stacks = witness.stacks(self.evidence.files) + "\n" + self.evidence.log
        loc = locate.from_dump(stacks, place.root) if len(testimony.running) <= 1 else ""
        names = {failure.name for failure in known}
        known += tuple(
            Failure(line.name, loc or line.home, FailureCode(kind), why)
            for line in testimony.running
            if line.name not in names
        )
        where = ""
        if testimony.running:
            where = " while it ran " + ", ".join(line.name for line in testimony.running[:4])
        elif testimony.collecting:
            where = f" while it collected {testimony.collecting}"
        return self._fault(kind, why + where + (f" (at {loc})" if loc else ""), known)

    def _fault(self, kind: str, why: str, failures: tuple[Failure, ...] | None = None) -> Reading:
        place = self.evidence.place
        tail = text.tail(self.evidence.log, place.root, place.scratch)
        known = self._failures() if failures is None else failures
        return Reading(self._summary(), known, CheckFault(kind, text.message(why, place.root, place.scratch), tail))

    def _failures(self) -> tuple[Failure, ...]:
        if self.testimony.present:
            return pytest_failures.from_testimony(self.testimony, self.evidence.place)
        return pytest_failures.from_cases(self.cases or (), self.evidence.place)

    def _coverage(self) -> tuple[Failure, ...]:
        """pytest-cov makes a run red that has no failing test."""
        found = _COVERAGE.search(self.evidence.log)
        return (Failure("coverage", "", FailureCode.ASSERT_FAIL, text.message(found.group())),) if found else ()

    def _summary(self) -> Summary:
        if self.cases is None:
            return _seen(self.testimony)
        of_kind: dict[str, set[tuple[str, str]]] = {"failure": set(), "error": set(), "skipped": set()}
        for case in self.cases:
            for blemish in case.blemishes:
                of_kind[blemish.kind].add(case.id)
        failed = of_kind["failure"]
        errors = of_kind["error"] - failed
        skipped = of_kind["skipped"] - failed - errors
        total = len({case.id for case in self.cases})
        return Summary(total, total - len(failed) - len(errors) - len(skipped), len(failed), len(errors), len(skipped))


def _seen(testimony: Testimony) -> Summary:
    """Counts of a run that wrote no report."""
    failed = {line.id for line in testimony.results if line.outcome == "failed" and line.when == "call"}
    errors = {line.id for line in testimony.results if line.outcome == "failed"} - failed
    skipped = {line.id for line in testimony.results if line.outcome == "skipped"} - failed - errors
    passed = set(testimony.ended) - failed - errors - skipped
    counts = [len(names) for names in (passed, failed, errors, skipped)]
    return Summary(sum(counts), *counts)
