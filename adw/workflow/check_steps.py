"""Checks as steps: run, compared with the baseline, kept; their side effects on the worktree undone."""

from adw.checks.compact import compact, full
from adw.checks.report import line, with_baseline
from adw.domain.events import CheckEnded, CheckStarted
from adw.domain.flags import Flag
from adw.domain.report import Report
from adw.errors import CheckError
from adw.workflow.kit import Kit


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
    report = _run(kit, name, label)
    if report.fault:
        kit.observer.tell(CheckEnded(name, line(report), ok=False))
        raise CheckError(
            f"the {name} check could not be judged: {report.fault.message}",
            hint=f"see the log: adw runs log {kit.spec.id} --check {label}",
        )
    return report


def check_text(kit: Kit, name: str) -> str:
    """The report of check `name` as text for the model; inside a step's body, so it takes no step of its own."""
    if kit.check(name) is None:
        known = ", ".join(check.name for check in kit.spec.checks)
        return f"[no check {name!r}; there are: {known}]"
    report = _run(kit, name, f"{name}-asked")
    return told(kit, report) if report.fault is None else f"[{report.fault.code}: {report.fault.message}]"


def told(kit: Kit, report: Report) -> str:
    """The report as the model is told it."""
    if not kit.on(Flag.EXTERNAL_CHECKS):
        return kit.checks.output(report, kit.spec.limits.max_result_chars)
    return compact(report) if kit.on(Flag.COMPACT_REPORTS) else full(report)


def _run(kit: Kit, name: str, label: str) -> Report:
    before = kit.workspace.tree()
    report = kit.checks.run(kit.need_check(name), kit.workspace.root, kit.log_path(label))
    kit.workspace.restore(before)
    return report
