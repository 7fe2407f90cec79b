"""Phase three: tests by the external tool; all failures that count go to the model in one call."""

from dataclasses import dataclass, replace

from adw.checks.compact import compact
from adw.checks.report import line
from adw.context import sections
from adw.context.scope import in_scope
from adw.domain.report import Report
from adw.domain.review import Finding
from adw.domain.run import Outcome, Phase
from adw.domain.section import Section
from adw.workflow.agent import converse
from adw.workflow.check_steps import run_tests, told
from adw.workflow.commits import commit
from adw.workflow.dialogue import Brief
from adw.workflow.failures import batches, only, relevant
from adw.workflow.gather import preamble, redacted, show_files, touched_files
from adw.workflow.kit import Kit
from adw.workflow.progress import Progress, snapshot
from adw.workflow.tool_inputs import DoneInput
from adw.workflow.tool_specs import EDIT_TOOLS

_SHOWN = 5
"""Flaky tests that the phase's result names."""


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at the tests: what counts, and the content that was tested."""

    report: Report
    failing: tuple[str, ...]
    diff: str
    flaky: tuple[str, ...] = ()
    """What failed and then passed unchanged, in this look or one before: it was not mended."""


def test(kit: Kit, progress: Progress) -> Progress:
    """Run, resolve, run again; until green, no progress or `max_attempts`. Green at once costs no call."""
    calls, now = 0, _look(kit, progress, "test-0")
    attempts = kit.spec.limits.max_attempts
    for attempt in range(1, attempts + 1):
        progress = replace(progress, report=now.report)
        if not now.failing:
            return _green(kit, progress, now, attempt - 1, calls)
        for batch in batches(kit, progress.need_plan(), now.report, now.failing):
            calls += resolve(kit, progress, Phase.TEST, attempt, now.report, batch)
        # After the last attempt there is no other look: it has to tell of everything.
        before, now = now, _look(kit, progress, f"test-{attempt}", now, last=attempt == attempts)
        stuck = _stuck(before, now)
        if stuck:
            progress = commit(kit, replace(progress, report=now.report), Phase.TEST)
            return progress.ended(Phase.TEST, Outcome.NO_PROGRESS, attempts=attempt, calls=calls, detail=stuck)
    progress = replace(progress, report=now.report)
    if not now.failing:
        return _green(kit, progress, now, attempts, calls)
    progress = commit(kit, progress, Phase.TEST)
    detail = f"{len(now.failing)} tests still fail after max_attempts ({attempts})"
    return progress.ended(Phase.TEST, Outcome.FAILED, attempts=attempts, calls=calls, detail=detail)


def resolve(
    kit: Kit,
    progress: Progress,
    phase: Phase,
    attempt: int,
    report: Report,
    failing: tuple[str, ...],
    found: tuple[Finding, ...] = (),
) -> int:
    """One conversation that mends all of `failing` (and `found`, after a review); the model calls it took."""
    wanted = only(report, failing)
    prompt = kit.prompts.system(Phase.TEST)
    blockers = (sections.findings(found),) if found else ()

    def gather() -> tuple[Section, ...]:
        about = (sections.report(told(kit, wanted), "Failing tests"),) if failing else ()
        return redacted(
            kit.view,
            (
                *preamble(kit.view, prompt.text),
                sections.issue(kit.spec.issue),
                sections.plan(progress.need_plan()),
                sections.snapshot(
                    snapshot(
                        progress, phase, attempt, touched_files(kit), (compact(replace(report, failures=(), new=())),)
                    )
                ),
                *show_files(kit.view, relevant(kit, wanted, found), wanted),
                *about,
                *blockers,
            ),
        )

    plan = progress.need_plan()
    pending = frozenset((*plan.change, *plan.create, *(one.path for one in found)))
    brief = Brief(phase, attempt, gather, EDIT_TOOLS, DoneInput, prompt.version, pending=pending)
    return converse(kit, brief).calls


def _look(kit: Kit, progress: Progress, label: str, before: _Round | None = None, *, last: bool = False) -> _Round:
    """The tests as they are now. While something of what failed `before` fails still, only that is run."""
    issue = kit.spec.issue

    def counting(report: Report) -> tuple[str, ...]:
        return in_scope(report, f"{issue.title}\n{issue.body}", progress.plan)

    failed, flaky = (before.failing, before.flaky) if before else ((), ())
    report = run_tests(kit, label, progress.baseline, () if last else failed, counting)
    flaky = tuple(sorted({*flaky, *report.flaky}))
    return _Round(report, counting(report), kit.steps.look("diff", str, kit.workspace.diff), flaky)


def _stuck(before: _Round, now: _Round) -> str:
    """Why another attempt would be for nothing; empty where there is progress."""
    if not now.failing:
        return ""
    if set(before.failing) == set(now.failing) and before.diff == now.diff:
        return "the failing tests and the diff are what they were"
    if len(now.failing) >= len(before.failing):
        return f"{len(before.failing)} tests failed before the attempt, {len(now.failing)} after it"
    return ""


def _green(kit: Kit, progress: Progress, now: _Round, attempts: int, calls: int) -> Progress:
    if attempts:
        progress = commit(kit, progress, Phase.TEST)
    return progress.ended(Phase.TEST, Outcome.PASSED, attempts=attempts, calls=calls, detail=_told(now))


def _told(now: _Round) -> str:
    """The report in one line, and what nobody has mended although it passes."""
    return line(now.report) + (f"; flaky, not mended: {', '.join(now.flaky[:_SHOWN])}" if now.flaky else "")
