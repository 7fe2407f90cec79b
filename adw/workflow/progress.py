"""What the phases have found out so far: the only thing that one hands to the next."""

from dataclasses import dataclass, replace

from adw.domain.plan import Plan
from adw.domain.report import Report
from adw.domain.review import Review
from adw.domain.run import Outcome, Phase, PhaseResult
from adw.domain.snapshot import Snapshot, TouchedFile


@dataclass(frozen=True, slots=True)
class Progress:
    plan: Plan | None = None
    baseline: Report | None = None
    """Of the tests, before any edit."""
    build_baseline: Report | None = None
    report: Report | None = None
    """The last test report."""
    review: Review | None = None
    commit: str = ""
    results: tuple[PhaseResult, ...] = ()

    def ended(
        self, phase: Phase, outcome: Outcome, *, attempts: int = 0, calls: int = 0, detail: str = ""
    ) -> "Progress":
        """With the result of one more phase."""
        return replace(self, results=(*self.results, PhaseResult(phase, outcome, attempts, calls, detail)))

    def need_plan(self) -> Plan:
        if self.plan is None:
            raise AssertionError("phases after plan are run with a plan")  # pragma: no cover
        return self.plan


def snapshot(
    progress: Progress, phase: Phase, attempt: int, touched: tuple[TouchedFile, ...], lines: tuple[str, ...]
) -> Snapshot:
    """The hand-over to a conversation of `phase`. `lines`: the last reports, one line each."""
    plan = progress.need_plan()
    return Snapshot(
        task=plan.summary,
        phase=phase.value,
        attempt=attempt,
        touched=touched,
        reports=lines,
        next_step=plan.testing,
    )
