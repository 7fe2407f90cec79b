"""Mocha: a reporter of ADW's own tells what each test does while it does it; mocha's own output stays in the log."""

import shlex
from dataclasses import replace

from adw.checks import locate, text
from adw.checks.javascript import ending, mocha_log, mocha_told, named, stack
from adw.checks.javascript.command import Options, with_options
from adw.checks.javascript.mocha_told import Line, Testimony
from adw.checks.tool import Evidence, Invocation, Kind, Place, Reading
from adw.domain.report import CheckFault, Failure, FailureCode, Summary

REPORTER = "adw_mocha.cjs"
_PROGRAMS = {"mocha": "", "_mocha": "", "ts-mocha": ""}
_MOST = 255
_SHELL_SIGNAL = 128


class MochaCheck:
    """Reads mocha, however it was started."""

    name = "mocha"
    kind = Kind.TEST

    def prepare(self, command: tuple[str, ...], place: Place) -> Invocation:
        """By MOCHA_OPTIONS (mocha 11.6 and newer) where the command starts mocha only somewhere inside."""
        words = ("--reporter", f"{place.scratch}/{REPORTER}")
        made = with_options(command, Options(_PROGRAMS, words), place)
        environment = {} if made else {"MOCHA_OPTIONS": shlex.join(words)}
        return Invocation(made or command, environment=environment, plugins=(REPORTER,))

    def read(self, evidence: Evidence) -> Reading:
        told = mocha_told.read(evidence.files)
        root = evidence.place.root
        said = _reading(told, root) if told.started else self.parse(evidence.log, root)
        if said.finished:
            evidence = _with_own_exit_code(evidence, said)
        if told.running:
            said = _with_running(said, told, evidence)
        return ending.judged(evidence, said, "report", whole=told.ended)

    def recognises(self, log: str) -> bool:
        return mocha_log.recognises(log)

    def parse(self, log: str, root: str) -> Reading:
        return mocha_log.parse(log, root)


def _with_own_exit_code(evidence: Evidence, said: Reading) -> Evidence:
    """Mocha's exit code is the number of failures: from 129 on it looks like that of a signal."""
    count = min(said.summary.failed + said.summary.errors, _MOST)
    looks = (_SHELL_SIGNAL - count, count) if count > _SHELL_SIGNAL else ()
    return replace(evidence, exit_code=1) if evidence.exit_code in looks else evidence


def _reading(told: Testimony, root: str) -> Reading:
    failures = named.numbered(_failure(line, root) for line in told.lines if line.kind == "fail")
    failed = {line.id for line in told.lines if line.kind == "fail" and not line.hook}
    hooks = sum(line.kind == "fail" and line.hook for line in told.lines)
    passed = sum(line.kind == "pass" and line.id not in failed for line in told.lines)
    skipped = sum(line.kind == "pending" for line in told.lines)
    reds = len(failures) - hooks
    return Reading(
        Summary(passed + reds + hooks + skipped, passed, reds, hooks, skipped), failures, finished=told.ended
    )


def _name(line: Line, root: str) -> str:
    """Hooks outside of any suite have no file of their own."""
    path = line.file or mocha_log.test_file(stack.told(line.error.text), root)
    return named.name(locate.inside(path, root) or path, *line.titles)


def _failure(line: Line, root: str) -> Failure:
    error = stack.told(line.error.text)
    home = locate.inside(line.file, root) or line.file
    if line.error.expected and line.error.actual and not line.error.generated:
        error = replace(error, said=f"{error.said}\nexpected {line.error.expected}, got {line.error.actual}")
    made = named.failure(_name(line, root), error, root, home=home)
    return named.as_hook(made) if line.hook else made


def _with_running(said: Reading, told: Testimony, evidence: Evidence) -> Reading:
    """The tests that were running when the end came, and why it came."""
    root = evidence.place.root
    loc = stack.aborted_at(evidence.log, root) if len(told.running) == 1 else ""
    kind, why = FailureCode.CRASH, f"it ended mocha itself, with exit code {evidence.exit_code}"
    if evidence.timed_out:
        kind, why = FailureCode.TIMEOUT, f"it ran when the time limit of {evidence.timeout_s:g} s came"
    running = [Failure(_name(line, root), loc or locate.inside(line.file, root), kind, why) for line in told.running]
    names = ", ".join(failure.name for failure in running[:4])
    fault = None if evidence.timed_out else CheckFault("CRASH", text.message(f"mocha ended while it ran {names}"))
    return replace(said, failures=(*said.failures, *running), fault=fault)
