"""Phase four: the gate that no model can talk round, then the model's reading of the diff."""

from dataclasses import replace

from adw.context import sections
from adw.context.scope import in_scope
from adw.domain.review import Finding, Review, Severity, Verdict
from adw.domain.run import Outcome, Phase
from adw.domain.section import Section
from adw.workflow.agent import converse
from adw.workflow.check_steps import run_check, told
from adw.workflow.commits import commit
from adw.workflow.dialogue import Brief
from adw.workflow.gate import weakened_checks
from adw.workflow.gather import preamble, redacted
from adw.workflow.kit import Kit
from adw.workflow.plan import turns_ran_out
from adw.workflow.progress import Progress
from adw.workflow.test import resolve
from adw.workflow.tool_inputs import ReviewInput
from adw.workflow.tool_specs import REVIEW_TOOLS


def review(kit: Kit, progress: Progress) -> Progress:
    """Gate and reading; blockers are patched and tested again, at most `max_attempts` times."""
    calls = 0
    for attempt in range(kit.spec.limits.max_attempts + 1):
        diff = kit.steps.look("diff", str, kit.workspace.diff)
        made, used = _judge(kit, progress, attempt, diff)
        calls += used
        if made is None:
            return progress.ended(
                Phase.REVIEW, Outcome.FAILED, attempts=attempt, calls=calls, detail=turns_ran_out(kit)
            )
        progress = replace(progress, review=made)
        if not made.blockers:
            return progress.ended(Phase.REVIEW, Outcome.PASSED, attempts=attempt, calls=calls, detail=_count(made))
        if attempt == kit.spec.limits.max_attempts:
            break
        progress, used, failing = _patch(kit, progress, attempt + 1, made)
        calls += used
        if failing:
            detail = f"{len(failing)} tests fail after the patch: {failing[0]}"
            return progress.ended(Phase.REVIEW, Outcome.FAILED, attempts=attempt + 1, calls=calls, detail=detail)
        if kit.steps.look("diff", str, kit.workspace.diff) == diff:
            detail = f"{_count(made)}; the patch changed nothing"
            return progress.ended(Phase.REVIEW, Outcome.NO_PROGRESS, attempts=attempt + 1, calls=calls, detail=detail)
    detail = f"blockers are left after max_attempts ({kit.spec.limits.max_attempts})"
    return progress.ended(Phase.REVIEW, Outcome.FAILED, attempts=attempt, calls=calls, detail=detail)


def _judge(kit: Kit, progress: Progress, attempt: int, diff: str) -> tuple[Review | None, int]:
    """The gate's findings where it has any: then no model is asked. Else the model's review."""
    issue = kit.spec.issue
    gate = weakened_checks(diff, f"{issue.title}\n{issue.body}")
    if gate:
        return Review(Verdict.REJECT, gate), 0
    prompt = kit.prompts.system(Phase.REVIEW)

    def gather() -> tuple[Section, ...]:
        tested = (sections.report(told(kit, progress.report), "Tests"),) if progress.report else ()
        return redacted(
            kit.view,
            (
                *preamble(kit.view, prompt.text),
                sections.issue(issue),
                sections.plan(progress.need_plan()),
                *tested,
                sections.diff(diff),
            ),
        )

    ended = converse(kit, Brief(Phase.REVIEW, attempt, gather, REVIEW_TOOLS, ReviewInput, prompt.version))
    if ended.done is None:
        return None, ended.calls
    return _consistent(ReviewInput.model_validate(ended.done).review()), ended.calls


def _consistent(made: Review) -> Review:
    """A rejection without a blocker still rejects: its first finding is one, or the verdict itself is."""
    if made.blockers or made.verdict is Verdict.APPROVE:
        return made
    first = made.findings[0] if made.findings else Finding(Severity.BLOCKER, "", "rejected without a finding")
    return replace(made, findings=(replace(first, severity=Severity.BLOCKER), *made.findings[1:]))


def _patch(kit: Kit, progress: Progress, attempt: int, made: Review) -> tuple[Progress, int, tuple[str, ...]]:
    """One conversation on the blockers, then the tests, and one more on what the patch broke.

    Back come the progress, the model calls and the tests that fail all the same: they are never reviewed away.
    """
    baseline = progress.report or progress.baseline
    if baseline is None:
        raise AssertionError("review comes after a baseline")  # pragma: no cover
    calls = resolve(kit, progress, Phase.REVIEW, attempt, baseline, (), made.blockers)
    report = run_check(kit, "test", f"review-{attempt}", progress.baseline)
    issue = kit.spec.issue
    failing = in_scope(report, f"{issue.title}\n{issue.body}", progress.plan)
    if failing:
        calls += resolve(kit, progress, Phase.REVIEW, attempt, report, failing, made.blockers)
        report = run_check(kit, "test", f"review-{attempt}-again", progress.baseline)
        failing = in_scope(report, f"{issue.title}\n{issue.body}", progress.plan)
    progress = replace(progress, report=report)
    return commit(kit, progress, Phase.REVIEW), calls, failing


def _count(made: Review) -> str:
    counts = {severity: sum(one.severity is severity for one in made.findings) for severity in Severity}
    return ", ".join(f"{count} {severity}" for severity, count in counts.items() if count) or "no findings"
