"""unittest and Django's test runner: the plugin's lines are the verdict, the output where there are none.

What unittest itself counts is held against what is named, and both against the exit code.
"""

import re
from dataclasses import replace

from adw.checks import locate
from adw.checks.judge import judge
from adw.checks.python import django_log, pytest_log, unittest_arguments, unittest_log, unittest_results, witness
from adw.checks.python.unittest_results import Account
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode

_NO_MODULE = re.compile(r"(?:^|: )No module named '?(?:unittest|django)'?$", re.MULTILINE)
_NO_TESTS = 5
"""The exit code of unittest for that, from Python 3.12 on."""


class UnittestCheck:
    """`python -m unittest`, and scripts that call `unittest.main()`."""

    name = "unittest"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        return unittest_arguments.prepare(command, place, module="unittest")

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, _reading(evidence, self.parse(evidence.log, evidence.place.root)), self.kind)

    def recognises(self, log: str) -> bool:
        return unittest_log.ended(log) and not django_log.is_django(log) and not pytest_log.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return unittest_log.parse(log, root)


class DjangoCheck:
    """`manage.py test`."""

    name = "django"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        return unittest_arguments.prepare(command, place, module="django")

    def read(self, evidence: Evidence) -> Reading:
        return judge(evidence, _reading(evidence, self.parse(evidence.log, evidence.place.root)), self.kind)

    def recognises(self, log: str) -> bool:
        return django_log.is_django(log) and not pytest_log.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return django_log.parse(log, root)


def _reading(evidence: Evidence, logged: Reading) -> Reading:
    """What the plugin wrote; what the log says where it wrote nothing or its program never came to run tests."""
    account = unittest_results.read(evidence.files)
    if not account.finishes and not account.results and not account.running:
        return replace(logged, fault=logged.fault or _not_run(evidence, account, logged))
    found = unittest_results.failures(account, evidence.place)
    named = {failure.name for failure in found}
    gave_up = logged.fault if logged.fault and logged.fault.code == "CRASH" else None
    if gave_up or not account.finishes:
        found += tuple(failure for failure in logged.failures if failure.name not in named)
    fault = _unfinished(evidence, account) or gave_up
    said = Reading(unittest_results.summary(account, found), found, fault, finished=True)
    return _cut_short(evidence, account, said) if account.running else said


def _not_run(evidence: Evidence, account: Account, logged: Reading) -> CheckFault | None:
    if evidence.timed_out or evidence.exit_code < 0:
        return None  # the judge knows
    if _NO_MODULE.search(evidence.log):
        return CheckFault("NO_TOOL", f"{evidence.command[0] if evidence.command else 'Python'} has no such module")
    if evidence.exit_code == _NO_TESTS and not logged.failures:
        return CheckFault("NO_TESTS", "no test ran")
    if not logged.finished and not logged.failures and evidence.exit_code == 0:
        return CheckFault("NO_REPORT", "the tests ended without a word about it")
    if account.present and unittest_log.ended(evidence.log):
        return CheckFault("NO_REPORT", "the tests' report is damaged")
    return None


def _unfinished(evidence: Evidence, account: Account) -> CheckFault | None:
    foreign = ", ".join(dict.fromkeys(path for line in account.finishes for path in line.foreign))
    if foreign:
        return CheckFault("MISMATCH", f"the tests ran code of your checkout, not of the workspace: {foreign}")
    if evidence.timed_out or evidence.exit_code < 0:
        return None
    if not account.complete:
        where = f" while it ran {account.running[0].id}" if account.running else " before all tests had run"
        return CheckFault("CRASH", f"the program ended with exit code {evidence.exit_code}{where}")
    seen = len(account.results)
    if account.counted != seen:
        return CheckFault("MISMATCH", f"unittest counts {account.counted} failures, but {seen} were seen")
    if evidence.exit_code == _NO_TESTS and not any(line.ran for line in account.finishes):
        return CheckFault("NO_TESTS", "no test ran")
    return None


def _cut_short(evidence: Evidence, account: Account, said: Reading) -> Reading:
    """Tests that were running when the end came are named too."""
    place = evidence.place
    loc = locate.from_dump(witness.stacks(evidence.files) + "\n" + evidence.log, place.root)
    code = FailureCode.TIMEOUT if evidence.timed_out else FailureCode.CRASH
    why = "it was running when the time limit came" if evidence.timed_out else "it was running when the program ended"
    running = tuple(Failure(line.id, loc or unittest_results.home(line, place), code, why) for line in account.running)
    return replace(said, failures=said.failures + running)
