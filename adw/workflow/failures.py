"""Which failures go into one conversation, and what it is shown of them."""

from dataclasses import replace

from adw.context import sections
from adw.context.batches import split_by_file
from adw.domain.flags import Flag
from adw.domain.plan import Plan
from adw.domain.report import Report
from adw.domain.review import Finding
from adw.domain.run import Phase
from adw.workflow.check_steps import told
from adw.workflow.gather import failing_files, preamble, show_files
from adw.workflow.kit import Kit

Batch = tuple[str, ...]
"""Names of failing tests."""

_SHARE = 0.7
"""Of the room for what a batch is about; the rest is for its turns and the snapshot."""


def batches(kit: Kit, plan: Plan, report: Report, failing: Batch) -> tuple[Batch, ...]:
    """All failures in one conversation; by file in several where reports and files are too large together."""
    if not kit.on(Flag.BATCH_FAILURES):
        return tuple((name,) for name in failing)
    if len(failing) == 1:
        return (failing,)
    return kit.steps.look("batches", tuple[Batch, ...], lambda: _fitting(kit, plan, report, failing))


def only(report: Report, failing: Batch) -> Report:
    """The report with just the failures that count, each still named."""
    wanted = set(failing)
    kept = []
    for failure in report.failures:
        names = [name for name in failure.names if name in wanted]
        if names:
            kept.append(replace(failure, name=names[0], also=tuple(names[1:])))
    return replace(report, failures=tuple(kept), new=tuple(name for name in report.new if name in wanted))


def relevant(kit: Kit, report: Report, found: tuple[Finding, ...] = ()) -> tuple[str, ...]:
    """Files that bear on the failures and findings: changed by the run, holding one, or named by one."""
    return (*kit.workspace.touched(), *failing_files(report), *(one.path for one in found))


def _fitting(kit: Kit, plan: Plan, report: Report, failing: Batch) -> tuple[Batch, ...]:
    """A step's body: it reads the workspace."""
    choice = kit.choice(Phase.TEST)

    def count(text: str) -> int:
        return kit.counter.count_text(text, choice.model)

    prompt = kit.prompts.system(Phase.TEST)
    always = (*preamble(kit.view, prompt.text), sections.issue(kit.spec.issue), sections.plan(plan))
    room = kit.calls.room(choice) - sum(count(one.text) for one in always)
    files = {one.name: count(one.text) for one in show_files(kit.view, relevant(kit, report), report)}
    touched = kit.workspace.touched()

    def cost(names: Batch) -> int:
        part = only(report, names)
        paths = {*touched, *failing_files(part)}
        return count(told(kit, part)) + sum(files.get(f"file {path}", 0) for path in paths)

    return split_by_file(failing, cost, int(room * _SHARE))
