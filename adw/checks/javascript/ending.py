"""How a test run of node's ended, where the general rules would say less well why there is no verdict."""

import re
from dataclasses import replace

from adw.checks import judge
from adw.checks.javascript import stack
from adw.checks.tool import Evidence, Kind, Reading
from adw.domain.report import CheckFault, Failure, FailureCode

_SHELL_SIGNAL = 128
"""A shell and npm report a child that died of signal N as 128 + N."""
_NUMBER_OF_SIGNALS = 32
_MISSING = re.compile(
    r"^(?:(?:/bin/)?sh: (?:(?:line )?\d+: )?)?(?P<what>[^\n:]+: (?:command )?not found)$"
    r"|^npm (?:ERR!|error) (?P<npm>(?:[Mm]issing script|could not determine executable|canceled due to missing)[^\n]*)$"
    r"|^(?P<module>Error: Cannot find module '[^\n]*node_modules[^\n]*)$",
    re.MULTILINE,
)
_REFUSED = re.compile(
    r"^[ \t]*(?P<said>(?:\u25cf )?(?:Unrecognized (?:CLI Parameter|option)|Unknown option|CACError:|Validation Error)"
    r"[^\n]*)",
    re.MULTILINE,
)
_NO_TESTS = re.compile(r"^(?:Error: )?No test(?:s|s? files) found\b", re.MULTILINE)
_OUT_OF_MEMORY = re.compile(r"^FATAL ERROR: .*heap out of memory.*$", re.MULTILINE)


def judged(evidence: Evidence, said: Reading, report: str, *, whole: bool, transformed: bool = False) -> Reading:
    """The verdict.

    `whole`: the file `report` is there and tells of a run that came to its end. `transformed`: see `aborted_at`.
    """
    if not evidence.timed_out and not said.fault:
        said = _without_tests(evidence, said) if whole else _cut_short(evidence, said, report, transformed)
    return judge.judge(evidence, said, Kind.TEST)


def _without_tests(evidence: Evidence, said: Reading) -> Reading:
    none = not said.summary.total and not said.failures and _NO_TESTS.search(evidence.log)
    return replace(said, fault=CheckFault("NO_TESTS", "no test ran")) if none else said


def _cut_short(evidence: Evidence, said: Reading, report: str, transformed: bool) -> Reading:  # noqa: FBT001
    """Without a report the output must say that the tool came to its end."""
    signal = _signal(evidence.exit_code)
    if said.finished and not signal:
        return said
    loc = stack.aborted_at(evidence.log, evidence.place.root, transformed=transformed)
    if loc and loc not in (failure.loc for failure in said.failures):
        crash = Failure(loc.partition(":")[0], loc, FailureCode.CRASH, stack.ABORTED)
        said = replace(said, failures=(*said.failures, crash))
    if signal:
        fault = CheckFault("CRASH", f"node died of signal {signal}" + (f" (at {loc})" if loc else ""))
    elif said.failures:
        fault = _interrupted(evidence, said.failures)
    else:
        fault = _not_run(evidence, report)
    return replace(said, fault=fault)


def _signal(code: int) -> int:
    """The signal that an exit code tells of; 0 where it tells of none."""
    number = -code if code < 0 else code - _SHELL_SIGNAL
    return number if 0 < number <= _NUMBER_OF_SIGNALS else 0


def _interrupted(evidence: Evidence, failures: tuple[Failure, ...]) -> CheckFault:
    memory = _OUT_OF_MEMORY.search(evidence.log)
    crash = next((failure for failure in failures if failure.code == FailureCode.CRASH), None)
    if memory:
        return CheckFault("CRASH", memory.group())
    if crash:
        return CheckFault(
            "CRASH", f"a test ended the run: {crash.message}" + (f" (at {crash.loc})" if crash.loc else "")
        )
    return CheckFault("CRASH", f"the run stopped before its end, with exit code {evidence.exit_code}")


def _not_run(evidence: Evidence, report: str) -> CheckFault:
    log = evidence.log
    if missing := _MISSING.search(log):
        return CheckFault("NO_TOOL", next(filter(None, missing.groups())))
    if _NO_TESTS.search(log):
        return CheckFault("NO_TESTS", "no test ran")
    if memory := _OUT_OF_MEMORY.search(log):
        return CheckFault("CRASH", memory.group())
    refused = _REFUSED.search(log)
    why = refused["said"] if refused else f"exit code {evidence.exit_code}"
    return CheckFault("NO_REPORT", f"it ended without writing {report}: {why}")
