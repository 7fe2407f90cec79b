"""What a tool says, held against how its command ended: one set of rules for every tool (SPEC §4).

Whatever does not add up is a fault, never green.
"""

from dataclasses import replace

from adw.checks import text
from adw.checks.tool import Evidence, Kind, Reading
from adw.domain.report import CheckFault


def judge(evidence: Evidence, said: Reading, kind: Kind) -> Reading:
    """The reading as it stands against the exit code; failures that are known stay named beside a fault.

    A report that a time limit has torn is no fault of its own.
    """
    place = evidence.place
    found = said.failures or (said.mild if evidence.exit_code else ())
    own = said.fault if said.fault and (not evidence.timed_out or said.fault.code == "TIMEOUT") else None
    fault = own or _fault(evidence, replace(said, failures=found), kind)
    if fault is not None:
        message = text.message(fault.message, place.root, place.scratch)
        tail = fault.tail or text.tail(evidence.log, place.root, place.scratch)
        fault = CheckFault(fault.code, message, tail)
    return replace(said, failures=found, fault=fault)


def judge_log(log: str, root: str, said: Reading, kind: Kind) -> Reading:
    """The same for a log alone: nothing but the tool's own words can say that it came to its end."""
    found = said.failures or (() if said.finished and not said.fault else said.mild)
    fault = said.fault or _unfinished(replace(said, failures=found), kind) or _uncounted(replace(said, failures=found))
    if fault is not None:
        fault = replace(fault, tail=fault.tail or text.tail(log, root))
    return replace(said, failures=found, fault=fault)


def _fault(evidence: Evidence, said: Reading, kind: Kind) -> CheckFault | None:
    exit_code, program = evidence.exit_code, evidence.command[0] if evidence.command else "the command"
    if evidence.timed_out:
        return CheckFault("TIMEOUT", f"the time limit of {evidence.timeout_s:g} s ended {program}")
    if exit_code < 0:
        return CheckFault("CRASH", f"{program} died of signal {-exit_code}")
    if exit_code and not said.failures:
        return CheckFault("NO_REPORT", f"the exit code is {exit_code}, but no failure was found")
    if not exit_code and said.failures:
        return CheckFault("MISMATCH", "the exit code is 0, but failures are named")
    if kind is Kind.TEST and not exit_code and not said.summary.total:
        return CheckFault("NO_TESTS", "no test ran")
    return _uncounted(said) if kind is Kind.TEST else None


def _unfinished(said: Reading, kind: Kind) -> CheckFault | None:
    if said.finished:
        no_tests = kind is Kind.TEST and not said.summary.total and not said.failures
        return CheckFault("NO_TESTS", "no test ran") if no_tests else None
    if kind is Kind.FINDINGS and said.failures:
        return None  # compilers say nothing at their end
    return CheckFault("NO_REPORT", "the log does not say that the tool came to its end")


def _uncounted(said: Reading) -> CheckFault | None:
    """Counts that the tool gives against the failures that are named: a test that is not named would be lost."""
    counted = said.summary.failed + said.summary.errors
    named = len({name for failure in said.failures for name in failure.names})
    if counted > named:
        return CheckFault("MISMATCH", f"{counted} failures are counted, but {named} are named")
    return None
