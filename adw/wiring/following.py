"""`adw plan|build|test|review RUN`: one phase of a run again, as a run of its own that begins where that one stood."""

from dataclasses import replace

from adw.adapters.locks import holder
from adw.domain.results import RunOutcome, RunRequest
from adw.domain.run import Follows, Phase, RunRecord, RunSpec
from adw.errors import RunConflict, UnknownRun, UsageError, WorkspaceError
from adw.ports import Observer
from adw.wiring.drive import begin
from adw.wiring.house import House, Place, open_house, run_lock
from adw.wiring.preflight import prepare
from adw.wiring.takeover import taken_over


def follow_run(run_id: str, request: RunRequest, observer: Observer, place: Place | None = None) -> RunOutcome:
    """The phase `request.until` of a run again. Raises UsageError and its kin before anything is spent."""
    house = open_house(place)
    record = _record(house, run_id, request.until)
    _require_at_rest(house, record)
    house = _at_base(house, record.spec)
    over = taken_over(house, record, request.until)
    spec = prepare(house, request, record.spec.issue)
    follows = Follows(record.spec.id, request.until, over.tree, over.report)
    return begin(
        house, replace(spec, plan=over.plan, follows=follows, warnings=(*spec.warnings, *over.warnings)), observer
    )


def _record(house: House, run_id: str, phase: Phase) -> RunRecord:
    try:
        return house.store.load(run_id)
    except UnknownRun as error:
        hint = f"{error.hint} With an issue it is: adw run ISSUE --until {phase}"
        raise UnknownRun(error.message, hint=hint) from error


def _require_at_rest(house: House, record: RunRecord) -> None:
    if holder(house.root, run_lock(record.spec.id)) is not None:
        raise RunConflict(
            f"run {record.spec.id} is under way",
            hint=f"wait for it to end, or stop it with: adw cancel {record.spec.id}",
        )


def _at_base(house: House, spec: RunSpec) -> House:
    """As if the commit that the run started from were checked out: checks and instructions are looked for there."""
    try:
        return replace(house, repository=house.repository.at(spec.base_commit))
    except WorkspaceError as error:
        raise UsageError(
            f"run {spec.id} started from commit {spec.base_commit[:10]}, which is not in this repository",
            hint="fetch it if it is elsewhere, or start anew: adw run ISSUE",
        ) from error
