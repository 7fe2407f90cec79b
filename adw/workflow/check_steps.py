"""Checks as steps: run, compared with the baseline, kept; their side effects on the worktree undone."""

from collections.abc import Callable
from dataclasses import replace

from adw.checks import selection
from adw.checks.compact import compact, full
from adw.checks.report import line, with_baseline, with_second_look
from adw.domain.events import CheckEnded, CheckStarted
from adw.domain.flags import Flag
from adw.domain.report import Report
from adw.domain.run import CheckSpec
from adw.errors import CheckError
from adw.workflow.kit import Kit

Names = tuple[str, ...]


def run_check(kit: Kit, name: str, label: str, baseline: Report | None = None) -> Report:
    """The report of check `name`. Raises CheckError where it could not be judged: never to be read as green."""
    check = kit.need_check(name)
    kit.observer.tell(CheckStarted(name, " ".join(check.command)))
    report = kit.steps.take(f"check:{label}", Report, lambda: _judged(kit, name, label))
    report = with_baseline(report, baseline) if baseline else report
    kit.observer.tell(CheckEnded(name, line(report), report.ok))
    return report


def _judged(kit: Kit, name: str, label: str) -> Report:
    """A step's body: a check that could not be judged leaves none behind, so a resumed run tries it again."""
    report = _run(kit, kit.need_check(name), label)
    if report.fault:
        kit.observer.tell(CheckEnded(name, line(report), ok=False))
        raise CheckError(
            f"the {name} check could not be judged: {report.fault.message}",
            hint=f"see the log: adw runs log {kit.spec.id} --check {label}",
        )
    return report


def run_tests(
    kit: Kit, label: str, baseline: Report | None, failed: tuple[str, ...], counting: Callable[[Report], Names]
) -> Report:
    """The tests' report, in one step. Raises CheckError where they could not be judged.

    `failed` is what an attempt was to mend: it is run first and alone, and everything follows once none of it fails.
    What counts of the failures is looked at twice: what passes alone and unchanged is named as flaky. Where nothing
    else counts, everything is run once more: a test that passes alone may yet fail among the others.
    """
    check = kit.need_check("test")
    kit.observer.tell(CheckStarted("test", " ".join(check.command)))

    def compared(report: Report) -> Report:
        return with_baseline(report, baseline) if baseline else report

    def body() -> Report:
        first = _only(kit, failed, f"{label}-first")
        if first is not None and set(first.failing) & set(failed):
            return first
        report = _judged(kit, "test", label)
        counted = counting(compared(report))
        again = _only(kit, counted, f"{label}-again")
        report = with_second_look(report, again, counted) if again else report
        if not counted or not {*counted} <= {*report.flaky}:
            return report
        whole = _judged(kit, "test", f"{label}-whole")
        return replace(whole, flaky=tuple(name for name in report.flaky if name not in whole.failing))

    report = compared(kit.steps.take(f"check:{label}", Report, body))
    kit.observer.tell(CheckEnded("test", line(report), report.ok))
    return report


def _only(kit: Kit, names: Names, label: str) -> Report | None:
    """The report of these tests alone; None where the tool cannot select them, or the selection was not judged."""
    check = kit.need_check("test")
    command = selection.only(check.tool, check.command, names)
    if command is None:
        return None
    report = _run(kit, replace(check, command=command), label)
    return None if report.fault else report


def check_text(kit: Kit, name: str) -> str:
    """The report of check `name` as text for the model; inside a step's body, so it takes no step of its own."""
    check = kit.check(name)
    if check is None:
        known = ", ".join(check.name for check in kit.spec.checks)
        return f"[no check {name!r}; there are: {known}]"
    report = _run(kit, check, f"{name}-asked")
    return told(kit, report) if report.fault is None else f"[{report.fault.code}: {report.fault.message}]"


def told(kit: Kit, report: Report) -> str:
    """The report as the model is told it."""
    if not kit.on(Flag.EXTERNAL_CHECKS):
        return kit.checks.output(report, kit.spec.limits.max_result_chars)
    return compact(report) if kit.on(Flag.COMPACT_REPORTS) else full(report)


def _run(kit: Kit, check: CheckSpec, label: str) -> Report:
    before = kit.workspace.tree()
    report = kit.checks.run(check, kit.workspace.root, kit.log_path(label))
    kit.workspace.restore(before)
    return report
