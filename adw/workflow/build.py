"""Phase two: edits, until the build check has no new error."""

from dataclasses import replace

from adw.context import sections
from adw.domain.run import Outcome, Phase
from adw.domain.section import Section
from adw.workflow.agent import converse
from adw.workflow.check_steps import run_check, told
from adw.workflow.commits import commit
from adw.workflow.dialogue import Brief
from adw.workflow.gather import preamble, redacted, show_files
from adw.workflow.kit import Kit
from adw.workflow.plan import turns_ran_out
from adw.workflow.progress import Progress
from adw.workflow.tool_inputs import DoneInput
from adw.workflow.tool_specs import EDIT_TOOLS


def build(kit: Kit, progress: Progress) -> Progress:
    """Ask for the edits of the plan; commit them."""
    made = progress.need_plan()
    prompt = kit.prompts.system(Phase.BUILD)

    def gather() -> tuple[Section, ...]:
        return redacted(
            kit.view,
            (
                *preamble(kit.view, prompt.text),
                sections.issue(kit.spec.issue),
                sections.plan(made),
                *show_files(kit.view, (*made.change, *kit.workspace.touched()), progress.baseline),
            ),
        )

    check = BuildCheck(kit, progress)
    ended = converse(
        kit,
        Brief(Phase.BUILD, 0, gather, EDIT_TOOLS, DoneInput, prompt.version, check.complaint, frozenset(made.change)),
    )
    progress = commit(kit, progress, Phase.BUILD)
    if ended.done is None:
        return progress.ended(Phase.BUILD, Outcome.FAILED, calls=ended.calls, detail=turns_ran_out(kit))
    if not ended.edited:
        return progress.ended(Phase.BUILD, Outcome.NO_PROGRESS, calls=ended.calls, detail="nothing was edited")
    return progress.ended(Phase.BUILD, Outcome.PASSED, calls=ended.calls)


class BuildCheck:
    """Looks at the work when the model says done: something must be edited, and nothing newly broken."""

    def __init__(self, kit: Kit, progress: Progress) -> None:
        self._kit = kit
        self._progress = progress
        self._reminded = False
        self._runs = 0

    def complaint(self, edited: bool) -> str:  # noqa: FBT001 - the one thing that verify is told
        if not edited:
            if self._reminded:
                return ""
            self._reminded = True
            return "not done: nothing was edited yet"
        if self._kit.check("build") is None:
            return ""
        self._runs += 1
        report = run_check(self._kit, "build", f"build-{self._runs}", self._progress.build_baseline)
        if not report.new:
            return ""
        new = set(report.new)
        failures = tuple(one for one in report.failures if new & set(one.names))
        return "not done, the build has new errors:\n" + told(self._kit, replace(report, failures=failures))
