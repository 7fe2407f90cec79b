"""A run: the four phases as data, and the one loop that does them."""

from collections.abc import Callable, Iterator

from adw.domain.events import PhaseEnded, PhaseStarted, RunStarted
from adw.domain.run import Outcome, Phase, PhaseResult, RunResult, RunSpec
from adw.workflow.build import build
from adw.workflow.kit import Kit
from adw.workflow.plan import plan
from adw.workflow.progress import Progress
from adw.workflow.review import review
from adw.workflow.test import test

Work = Callable[[Kit, Progress], Progress]

PHASES: tuple[tuple[Phase, Work], ...] = (
    (Phase.PLAN, plan),
    (Phase.BUILD, build),
    (Phase.TEST, test),
    (Phase.REVIEW, review),
)


def run(kit: Kit, keep: Callable[[RunResult], None]) -> RunResult:
    """Phase after phase until one does not pass, or `until` is done. What an AdwError ends is left resumable.

    `keep` is told how the run stands after every phase, so that an error loses none of it.
    """
    kit.observer.tell(RunStarted(kit.spec.id, kit.spec.issue.title, kit.spec.branch, kit.spec.limits.budget_tokens))
    progress = Progress()
    for phase, work in _to_do(kit.spec):
        kit.observer.tell(PhaseStarted(phase.value))
        progress = work(kit, progress)
        last = progress.results[-1]
        kit.observer.tell(PhaseEnded(phase.value, last.outcome.value, last.detail))
        keep(_result(progress))
        if last.outcome is not Outcome.PASSED or phase is kit.spec.until or _nothing_to_mend(kit, last):
            break
    return _result(progress)


def _to_do(spec: RunSpec) -> Iterator[tuple[Phase, Work]]:
    """Plan in every run: workspace and baseline are made there, also where the work begins with a later phase."""
    order = tuple(Phase)
    for phase, work in PHASES:
        if phase is Phase.PLAN or order.index(phase) >= order.index(spec.first):
            yield phase, work


def _nothing_to_mend(kit: Kit, last: PhaseResult) -> bool:
    """Whether the tests that the run was to mend pass in its workspace: then there is no change to review."""
    return kit.spec.plan is not None and last.phase is Phase.TEST and last.attempts == 0


def _result(progress: Progress) -> RunResult:
    last = progress.results[-1]
    return RunResult(
        outcome=last.outcome,
        phases=progress.results,
        commit=progress.commit,
        plan=progress.plan,
        report=progress.report,
        review=progress.review,
        detail=last.detail,
    )
