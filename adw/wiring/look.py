"""Looking at runs."""

from collections.abc import Iterable
from pathlib import Path

from adw.adapters.event_log import read
from adw.adapters.git.history import commits_between
from adw.adapters.locks import holder
from adw.domain.entry import Entry
from adw.domain.results import (
    CommitLine,
    LineRange,
    PhaseDetail,
    RunDetail,
    RunDiff,
    RunList,
    RunLog,
    RunQuery,
    RunRow,
)
from adw.domain.run import Phase, RunRecord
from adw.errors import UsageError
from adw.wiring.house import House, Place, ledger_of, open_house, run_lock
from adw.wiring.outcome import total
from adw.wiring.story import timed, told


def list_runs(query: RunQuery | None = None, place: Place | None = None) -> RunList:
    """The repository's runs that are asked for, newest first."""
    house = open_house(place)
    rows = tuple(_row(house, record) for record in (query or RunQuery()).chosen(house.store.all(), house.clock.now()))
    return RunList(rows, warnings=tuple(f"{error.message} {error.hint}" for error in house.store.unreadable))


def show_run(run_id: str, place: Place | None = None) -> RunDetail:
    """One run in full."""
    house = open_house(place)
    record = house.store.load(run_id)
    entries = _entries(house, record)
    usage, cost, calls = total(entries)
    events = read(house.store.folder(record.spec.id) / "events.jsonl")
    return RunDetail(
        record=record,
        alive=_alive(house, record),
        phases=_phases(record, entries),
        usage=usage,
        cost_usd=cost,
        calls=calls,
        commits=_commits(house, record),
        tried=told(events),
        logs=tuple(path.stem for path in _logs(house, record)),
        warnings=record.spec.warnings,
    )


def run_log(run_id: str, check: str | None, lines: LineRange | None, place: Place | None = None) -> RunLog:
    """The run's own log, or a check's raw output; some lines of it."""
    house = open_house(place)
    record = house.store.load(run_id)
    folder = house.store.folder(record.spec.id)
    if check is None:
        path = folder / "events.jsonl"
        text = "".join(f"{timed(logged)}\n" for logged in read(path))
    else:
        path = _check_log(house, record, check)
        text = path.read_bytes().decode(errors="replace")
    first, shown = (lines or LineRange()).cut(text)
    return RunLog(
        run_id=record.spec.id,
        check=check or "",
        path=str(path.relative_to(house.repository.root)),
        text=shown,
        first_line=first,
        total_lines=len(text.splitlines()),
    )


def run_diff(run_id: str, place: Place | None = None) -> RunDiff:
    """What the run changed: from its worktree while there is one, from its branch afterwards."""
    house = open_house(place)
    spec = house.store.load(run_id).spec
    workspace = house.workspace(spec)
    if workspace.root.is_dir():
        diff, files = workspace.diff(), workspace.touched()
    else:
        diff, files = house.repository.diff(spec.base_commit, spec.branch), ()
    return RunDiff(spec.id, spec.branch, spec.base_commit, files, diff)


def _alive(house: House, record: RunRecord) -> bool:
    return holder(house.root, run_lock(record.spec.id)) is not None


def _row(house: House, record: RunRecord) -> RunRow:
    usage, cost, calls = total(_entries(house, record))
    spec = record.spec
    return RunRow(
        id=spec.id,
        title=spec.issue.title,
        branch=spec.branch,
        created_at=spec.created_at,
        outcome=record.outcome,
        alive=_alive(house, record),
        calls=calls,
        usage=usage,
        cost_usd=cost,
        follows=spec.follows.run_id if spec.follows else "",
        phase=spec.follows.phase if spec.follows else None,
    )


def _entries(house: House, record: RunRecord) -> tuple[Entry, ...]:
    with ledger_of(house, record.spec.id, replay=bool(record.spec.replay)) as ledger:
        return tuple(ledger.entries(run_id=record.spec.id))


def _phases(record: RunRecord, entries: Iterable[Entry]) -> tuple[PhaseDetail, ...]:
    """Each phase that was begun, with what it cost."""
    results = {result.phase: result for result in record.result.phases} if record.result else {}
    billed = {phase: [one for one in entries if one.tag.phase == phase] for phase in Phase}
    details = []
    for phase in Phase:
        result = results.get(phase)
        if result is None and not billed[phase]:
            continue
        usage, cost, calls = total(billed[phase])
        details.append(
            PhaseDetail(
                phase=phase,
                outcome=result.outcome if result else None,
                attempts=result.attempts if result else 0,
                calls=calls,
                usage=usage,
                cost_usd=cost,
                detail=result.detail if result else "",
            )
        )
    return tuple(details)


def _commits(house: House, record: RunRecord) -> tuple[CommitLine, ...]:
    commit = record.result.commit if record.result else ""
    if not commit:
        return ()
    pairs = commits_between(house.repository, record.spec.base_commit, commit)
    return tuple(CommitLine(one, subject) for one, subject in pairs)


def _logs(house: House, record: RunRecord) -> list[Path]:
    folder = house.log_path(record.spec.id)("any").parent
    return sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)


def _check_log(house: House, record: RunRecord, check: str) -> Path:
    logs = {path.stem: path for path in _logs(house, record)}
    if check not in logs:
        there = ", ".join(logs) or "none"
        raise UsageError(f"run {record.spec.id} has no log {check!r}", hint=f"there are: {there}")
    return logs[check]
