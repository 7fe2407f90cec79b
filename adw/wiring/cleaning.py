"""Cleaning up after runs: their worktrees, their branches, their files."""

from pathlib import Path

from adw.adapters.git.run_branch import RunBranch
from adw.adapters.git.workspace import GitWorkspace
from adw.adapters.locks import RunLock, holder
from adw.domain.results import Agreeing, CleanResult, GoingRun, KeptRun
from adw.domain.run import ENDED, RunRecord
from adw.errors import RunConflict, StorageError, WorkspaceError
from adw.wiring.house import House, Place, open_house, run_lock

_UNLESS = "(--force removes it all the same)"
_BUSY = "a process works on it"
_DAMAGED = "its record is damaged, so its branch is not known and stays"


def clean_runs(run_ids: tuple[str, ...], *, force: bool, agree: Agreeing, place: Place | None = None) -> CleanResult:
    """Remove the runs that are named, or all that have ended, once `agree` has seen which. The ledger stays.

    Kept are runs under way; and unless `force` those that can be resumed, and those whose work nobody else has.
    """
    house = open_house(place)
    wanted = tuple(dict.fromkeys(house.store.full_id(run_id) for run_id in run_ids)) or house.store.ids()
    judged = [_judged(house, run_id, force=force) for run_id in wanted]
    going = tuple(one for one in judged if isinstance(one, GoingRun))
    if going and not agree(going):
        judged = [KeptRun(one.id, "you said no") if isinstance(one, GoingRun) else one for one in judged]
    # Each is looked at again, under its lock: whoever is asked may take long to answer.
    ended = [_removed(house, one, force=force) if isinstance(one, GoingRun) else one for one in judged]
    gone = [one for one in ended if isinstance(one, GoingRun)]
    return CleanResult(
        removed=tuple(one.id for one in gone),
        kept=tuple(one for one in ended if isinstance(one, KeptRun)),
        freed_bytes=sum(one.size_bytes for one in gone),
        branches=tuple(one.branch for one in gone if one.branch),
    )


def _removed(house: House, run: GoingRun, *, force: bool) -> GoingRun | KeptRun:
    """Worktree, branch and folder last, so that who is killed on the way can be called again."""
    try:
        with RunLock(house.root, run_lock(run.id)):
            now = _unless_kept(house, run.id, force=force)
            if isinstance(now, GoingRun):
                GitWorkspace(house.repository, run.id).remove(branch=now.branch, force=True)  # that was for us to judge
                house.store.delete(run.id)
            return now
    except RunConflict:
        return KeptRun(run.id, _BUSY)
    except WorkspaceError as error:
        return KeptRun(run.id, error.message)


def _judged(house: House, run_id: str, *, force: bool) -> GoingRun | KeptRun:
    if holder(house.root, run_lock(run_id)) is not None:
        return KeptRun(run_id, _BUSY)
    try:
        return _unless_kept(house, run_id, force=force)
    except WorkspaceError as error:
        return KeptRun(run_id, error.message)


def _unless_kept(house: House, run_id: str, *, force: bool) -> GoingRun | KeptRun:
    """What would go, if no process works on the run."""
    workspace = GitWorkspace(house.repository, run_id)
    record = _record(house, run_id)
    branch, lost = _branch_and_loss(house, workspace, record) if record else ("", _DAMAGED)
    resumable = record is not None and record.outcome not in ENDED
    if not force and (resumable or lost):
        return KeptRun(run_id, f"{'it can be resumed' if resumable else lost} {_UNLESS}")
    return GoingRun(
        id=run_id,
        title=record.spec.issue.title if record else "",
        outcome=record.outcome if record else None,
        branch=branch,
        size_bytes=_bytes(house.store.folder(run_id)) + _bytes(workspace.root),
        lost=lost,
    )


def _branch_and_loss(house: House, workspace: GitWorkspace, record: RunRecord) -> tuple[str, str]:
    """The branch, where there is one, and what would be lost. Raises WorkspaceError where it is in use elsewhere."""
    made = RunBranch(house.repository, record.spec.branch, record.spec.base_commit)
    made.require_free(workspace.root)
    try:
        lost = workspace.at_stake(made.name, made.base)
    except WorkspaceError as error:
        lost = f"nobody can say what its worktree holds: {error.message}"
    return (made.name if made.tip else ""), lost


def _record(house: House, run_id: str) -> RunRecord | None:
    """None where it is damaged."""
    try:
        return house.store.load(run_id)
    except StorageError:
        return None


def _bytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
