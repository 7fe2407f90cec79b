"""What a phase that is done again takes over from the run that did it before.

That run is only read. What is taken over is frozen into the new run's specification, so that it can be resumed
whatever becomes of the old one's branch and files.
"""

from dataclasses import dataclass

from adw.adapters.git.refs import RunRefs
from adw.context.scope import in_scope
from adw.domain.plan import Plan
from adw.domain.report import Report
from adw.domain.run import Phase, RunRecord, RunResult, RunSpec
from adw.errors import UsageError, WorkspaceError
from adw.wiring.house import House


@dataclass(frozen=True, slots=True)
class Takeover:
    """What the phase does not find out itself."""

    plan: Plan | None = None
    tree: str = ""
    """The content to go on with; empty where the phase begins at the base commit."""
    report: Report | None = None
    """What the tests said of that content, for a phase that does not run them."""
    warnings: tuple[str, ...] = ()


def taken_over(house: House, record: RunRecord, phase: Phase) -> Takeover:
    """What `phase` of that run begins with. Raises UsageError where the run did not get as far."""
    if phase is Phase.PLAN:
        return Takeover()
    result, run_id = record.result, record.spec.id
    if result is None or result.plan is None:
        raise UsageError(
            f"run {run_id} has no plan yet",
            hint=f"adw resume {run_id} goes on with it if it was interrupted, adw plan {run_id} plans anew",
        )
    if phase is Phase.BUILD:
        return Takeover(result.plan)
    left = _left(house, record.spec, result)
    report = _report(record.spec, result, left) if phase is Phase.REVIEW else None
    return Takeover(result.plan, left.tree, report, left.warnings)


@dataclass(frozen=True, slots=True)
class _Left:
    """The content that a run has left."""

    tree: str
    tested: bool
    """Whether it is what the run itself committed last: of that its report tells, and of nothing else."""
    warnings: tuple[str, ...] = ()


def _left(house: House, spec: RunSpec, result: RunResult) -> _Left:
    """That of the branch's last commit, else of the worktree. Raises UsageError where neither has any."""
    refs = RunRefs(house.repository.git())
    tip = _tip(refs, spec, result)
    base, committed, own = (_tree(refs, commit) for commit in (spec.base_commit, tip, result.commit))
    there = _in_worktree(house, spec)
    if committed not in {"", base}:
        return _Left(committed, committed == own, (_left_out(spec),) if there not in {"", committed} else ())
    if not tip and not there:
        raise UsageError(
            f"the branch and the worktree of run {spec.id} are gone, and its work with them",
            hint=f"build it again from its plan: adw build {spec.id}",
        )
    if there in {"", base}:
        raise UsageError(
            f"run {spec.id} has changed nothing",
            hint=f"adw resume {spec.id} goes on with it if it was interrupted, adw build {spec.id} builds its plan",
        )
    return _Left(there, tested=False)


def _tip(refs: RunRefs, spec: RunSpec, result: RunResult) -> str:
    """The last commit of the run's branch, also where only the commit is left; empty where nothing is."""
    tip = refs.resolve(f"refs/heads/{spec.branch}^{{commit}}") or (
        refs.resolve(f"{result.commit}^{{commit}}") if result.commit else ""
    )
    if tip and not refs.has(spec.base_commit, tip):
        raise UsageError(
            f"branch {spec.branch} no longer goes back to {spec.base_commit[:10]}, where run {spec.id} started",
            hint="start anew from what is there now: adw run ISSUE",
        )
    return tip


def _tree(refs: RunRefs, commit: str) -> str:
    return refs.resolve(f"{commit}^{{tree}}") if commit else ""


def _in_worktree(house: House, spec: RunSpec) -> str:
    """The tree of the content there; empty where there is no worktree, or one that was never finished."""
    try:
        return house.workspace(spec).content()
    except WorkspaceError:
        return ""


def _left_out(spec: RunSpec) -> str:
    return (
        f"edits in the worktree of run {spec.id} that no commit has are left out; "
        f"if it was interrupted, adw resume {spec.id} goes on with them"
    )


def _report(spec: RunSpec, result: RunResult, left: _Left) -> Report:
    """Of the tests of what is to be reviewed. Raises UsageError where they have not passed."""
    ended = {one.phase for one in result.phases}
    if result.report is None or not ended & {Phase.TEST, Phase.REVIEW} or not left.tested:
        raise UsageError(
            f"the tests were not run on what run {spec.id} has left, and what is not tested is not reviewed",
            hint=f"test it first: adw test {spec.id}",
        )
    failing = in_scope(result.report, f"{spec.issue.title}\n{spec.issue.body}", result.plan)
    if failing:
        fail = "1 test fails" if len(failing) == 1 else f"{len(failing)} tests fail"
        raise UsageError(
            f"{fail} in run {spec.id}, and what fails is not reviewed: {failing[0]}",
            hint=f"have that mended first: adw test {spec.id}",
        )
    return result.report
