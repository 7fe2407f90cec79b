"""What a result means for the shell: an exit code, and the problem to tell where it is not 0 (docs/exit-codes.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adw.cli.problem import INTERRUPTED, RESUME, USAGE, Problem
from adw.domain.checked import Checked, CheckedAll, RawChecked
from adw.domain.diagnosis import Diagnosis
from adw.domain.report import Report
from adw.domain.results import DemoResult, RunOutcome
from adw.domain.run import Outcome, RunRecord
from adw.errors import AdwError

_EXIT = {
    Outcome.PASSED: 0,
    Outcome.FAILED: 1,
    Outcome.NO_PROGRESS: 1,
    Outcome.CRASHED: 1,
    Outcome.OVER_BUDGET: 3,
    Outcome.OVER_QUOTA: 3,
    Outcome.MODEL_ERROR: 5,
    Outcome.CHECK_ERROR: 6,
    Outcome.CANCELLED: INTERRUPTED,
}
_NEXT = {
    Outcome.FAILED: "adw runs show {id} tells what was tried, adw runs diff {id} what was changed",
    Outcome.NO_PROGRESS: "adw runs show {id} tells what was tried, adw runs diff {id} what was changed",
    Outcome.OVER_BUDGET: "adw runs show {id} tells where it went; adw resume {id} goes on with a higher budget",
    Outcome.OVER_QUOTA: "adw usage report tells where it went",
    Outcome.CHECK_ERROR: "adw runs show {id} names the logs, adw runs log {id} --check NAME shows one",
}
_RESUMABLE = {Outcome.MODEL_ERROR, Outcome.CHECK_ERROR, Outcome.CRASHED}
"""What may be over once the user has mended something outside of the run."""


def of_result(result: object) -> tuple[int, Problem | None]:
    """The exit code of what a command returned. Runs, checks, a diagnosis can be bad without an error raised."""
    if isinstance(result, DemoResult):
        code, problem = of_result(result.outcome)
        return code, problem and replace(problem, hint="")  # nothing is left to look at or to resume
    if isinstance(result, RunOutcome):
        return _of_run(result)
    if isinstance(result, Checked | RawChecked):
        return _of_reports((result.report,))
    if isinstance(result, CheckedAll):
        return _of_reports(result.reports)
    if isinstance(result, Diagnosis) and result.missing:
        parts = ", ".join(dict.fromkeys(one.subject for one in result.missing))
        return USAGE, Problem("missing", f"adw run would be refused here: {parts}", result.missing[0].hint)
    return 0, None


def _of_run(result: RunOutcome) -> tuple[int, Problem | None]:
    if result.record.outcome is not Outcome.PASSED:
        return _of_record(result.record)
    why = result.unpublished
    return (_exit_codes()[why.code], Problem(why.code, why.message, why.hint)) if why else (0, None)


def _of_reports(reports: Sequence[Report]) -> tuple[int, Problem | None]:
    """What could not be judged weighs more than what failed: nobody knows what else there is."""
    unjudged = [report for report in reports if report.fault is not None]
    red = unjudged or [report for report in reports if not report.ok]
    if not red:
        return 0, None
    from adw.checks.report import worded  # noqa: PLC0415  # pydantic: `adw --help` does without

    message = "; ".join(worded(report) for report in red)
    logs = ", ".join(report.log for report in red if report.log)
    outcome = Outcome.CHECK_ERROR if unjudged else Outcome.FAILED
    return _EXIT[outcome], Problem(outcome.value, message, f"the raw output: {logs}" if logs else "")


def _of_record(record: RunRecord) -> tuple[int, Problem]:
    outcome = record.outcome or Outcome.CRASHED
    result = record.result
    exits = _exit_codes()
    message = record.detail or (result.detail if result else "") or f"the run ended {outcome}"
    # Whatever stopped a run that was interrupted: the way on is the same, and it is always said in the same words.
    own = "" if outcome is Outcome.CANCELLED else record.hint
    hint = _with_way_on(own or _NEXT.get(outcome, RESUME).format(id=record.spec.id), record, outcome)
    return exits.get(record.error_code, _EXIT[outcome]), Problem(record.error_code or outcome.value, message, hint)


def _with_way_on(hint: str, record: RunRecord, outcome: Outcome) -> str:
    """The hint with the run's id where it speaks of `adw resume`, and with the way to resume where that is one."""
    hint = hint.replace("`adw resume`", f"`adw resume {record.spec.id}`")
    if outcome in _RESUMABLE and "adw resume" not in hint and not record.spec.replay:
        hint = f"{hint}; {RESUME.format(id=record.spec.id)}"
    return hint


def _exit_codes() -> dict[str, int]:
    """Of every error, by its code."""
    return {kind.code: kind.exit_code for kind in _kinds(AdwError)}


def _kinds(kind: type[AdwError]) -> Iterator[type[AdwError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds(below)
