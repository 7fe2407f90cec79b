"""Phase one: a workspace, a baseline before any edit, and a plan."""

from dataclasses import replace

from adw.context import sections
from adw.domain.plan import Plan
from adw.domain.report import Report
from adw.domain.run import Follows, Outcome, Phase
from adw.domain.section import Section
from adw.workflow.agent import converse
from adw.workflow.check_steps import run_check, told
from adw.workflow.compose import commit_message
from adw.workflow.dialogue import Brief
from adw.workflow.gather import likely, preamble, redacted
from adw.workflow.kit import Kit, View
from adw.workflow.progress import Progress
from adw.workflow.tool_inputs import PlanInput
from adw.workflow.tool_specs import PLAN_TOOLS


def plan(kit: Kit, progress: Progress) -> Progress:
    """Make the workspace, run the baseline, ask for a plan where the run has none yet."""
    kit.steps.take("workspace", str, lambda: _workspace(kit))
    baseline = run_check(kit, "test", "test-baseline")
    build_baseline = run_check(kit, "build", "build-baseline") if kit.check("build") else None
    progress = replace(progress, baseline=baseline, build_baseline=build_baseline, report=baseline)

    if kit.spec.plan is not None:
        return _taken_over(kit, replace(progress, plan=kit.spec.plan))

    prompt = kit.prompts.system(Phase.PLAN)

    def gather() -> tuple[Section, ...]:
        reports = [one for one in (baseline, build_baseline) if one is not None]
        told_of = tuple(sections.report(told(kit, one), f"Baseline: {one.check}") for one in reports)
        return plan_sections(kit.view, prompt.text, baseline, told_of)

    ended = converse(kit, Brief(Phase.PLAN, 0, gather, PLAN_TOOLS, PlanInput, prompt.version))
    if ended.done is None:
        return progress.ended(Phase.PLAN, Outcome.FAILED, calls=ended.calls, detail=turns_ran_out(kit))
    made = kit.steps.look("plan", Plan, lambda: _on_real_paths(kit, PlanInput.model_validate(ended.done).plan()))
    return replace(progress, plan=made).ended(Phase.PLAN, Outcome.PASSED, calls=ended.calls, detail=made.summary)


def plan_sections(
    view: View, prompt: str, baseline: Report | None, reports: tuple[Section, ...]
) -> tuple[Section, ...]:
    """What the planner is shown; also what `--dry-run` counts."""
    return redacted(view, (*preamble(view, prompt), sections.issue(view.spec.issue), *likely(view, baseline), *reports))


def turns_ran_out(kit: Kit) -> str:
    return f"max_turns ({kit.spec.limits.max_turns}) reached without done"


def _taken_over(kit: Kit, progress: Progress) -> Progress:
    """With what was there before the run, its baseline apart: that is looked at before the content is put in place."""
    plan, follows = progress.need_plan(), kit.spec.follows
    if follows is not None and follows.tree:
        made = kit.steps.take("content", str, lambda: _content(kit, plan, follows))
        progress = replace(progress, commit=made, report=follows.report or progress.report)
    said = f"taken over from {follows.run_id}: {plan.summary}" if follows else plan.summary
    return progress.ended(Phase.PLAN, Outcome.PASSED, detail=said)


def _content(kit: Kit, plan: Plan, follows: Follows) -> str:
    """A step's body: the other run's content on the branch of this one, in one commit; its id."""
    kit.workspace.restore(follows.tree)
    return kit.workspace.commit(commit_message(kit.spec.issue, plan, Phase.BUILD, None, follows.run_id))


def _workspace(kit: Kit) -> str:
    kit.workspace.create(kit.spec.base_commit, kit.spec.branch)
    return kit.spec.branch


def _on_real_paths(kit: Kit, made: Plan) -> Plan:
    """Files to change must exist; those that do not are to be created."""
    files = set(kit.workspace.files())
    missing = tuple(path for path in made.change if path not in files)
    return replace(
        made,
        change=tuple(path for path in made.change if path in files),
        create=tuple(dict.fromkeys((*made.create, *missing))),
    )
