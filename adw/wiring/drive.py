"""Starts, resumes and cancels runs, and keeps how they ended."""

import os
import signal
from contextlib import ExitStack
from dataclasses import replace

from adw.adapters.clock import StopFlag
from adw.adapters.locks import RunLock, await_free, holder
from adw.domain.codec import dump, load
from adw.domain.estimate import estimate_line
from adw.domain.events import Notice
from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.results import RunOutcome, RunRequest
from adw.domain.run import ENDED, Outcome, RunRecord, RunResult, RunSpec
from adw.errors import AdwError, RunConflict, UsageError
from adw.ports import Observer
from adw.wiring.estimating import with_estimate
from adw.wiring.hooks import after_phases, run_cancelled, run_crashed, run_ended
from adw.wiring.house import House, Place, ledger_of, lock_names, open_house, run_lock
from adw.wiring.models import model_for
from adw.wiring.outcome import outcome_of
from adw.wiring.preflight import prepare
from adw.wiring.publishing import announce, publication_of, published, pushed

_PATIENCE_S = 30.0
"""How long a cancelled run may take to end its check or its call."""


def start_run(request: RunRequest, observer: Observer, place: Place | None = None) -> RunOutcome:
    """Take an issue through the phases. Raises UsageError and its kin before anything is spent."""
    house = open_house(place)
    return begin(house, prepare(house, request), observer)


def start_fix(house: House, issue: Issue, plan: Plan, request: RunRequest, observer: Observer) -> RunOutcome:
    """A run that begins with the tests: its plan is there already. Raises UsageError and its kin."""
    spec = prepare(house, request, issue)
    return begin(house, replace(spec, plan=plan), observer)


def begin(house: House, spec: RunSpec, observer: Observer) -> RunOutcome:
    """Start the run that was prepared."""
    spec = with_estimate(house, spec)
    if spec.estimate:
        observer.tell(Notice(f"expected: {estimate_line(spec.estimate)}"))
    return _drive(house, RunRecord(spec), observer, resumed=False)


def resume_run(
    run_id: str,
    observer: Observer,
    place: Place | None = None,
    *,
    budget_tokens: int | None = None,
    budget_usd: float | None = None,
    publish: bool = False,
) -> RunOutcome:
    """Go on with a run where its last stored step left it. A budget takes the place of the one that the run had.

    Of a run that has ended, what is left to do is to publish it, if that was asked for and not done, or is asked now.
    """
    house = open_house(place)
    return go_on(
        house,
        house.store.load(run_id),
        observer,
        budget_tokens=budget_tokens,
        budget_usd=budget_usd,
        publish=publish,
    )


def go_on(
    house: House,
    record: RunRecord,
    observer: Observer,
    *,
    budget_tokens: int | None = None,
    budget_usd: float | None = None,
    publish: bool = False,
) -> RunOutcome:
    """See `resume_run`."""
    if publish and record.spec.publication is None:
        spec = replace(record.spec, publication=publication_of(house, record.spec.issue))
        record = replace(record, spec=spec)
    owed = record.spec.publication is not None and (publish or record.published is None)
    if record.outcome in ENDED and owed:
        return _publish_ended(house, record)
    if record.outcome in ENDED:
        raise UsageError(
            f"run {record.spec.id} has ended: {record.outcome}",
            hint=f"see what it did: adw runs show {record.spec.id}",
        )
    spec = replace(record.spec, limits=record.spec.limits.with_budget(budget_tokens, budget_usd))
    return _drive(house, replace(record, spec=spec), observer, resumed=True)


def cancel_run(run_id: str, place: Place | None = None) -> RunRecord:
    """Stop a run: the process that works on it ends as by ctrl-C. It can be resumed."""
    house = open_house(place)
    record = house.store.load(run_id)
    name, _ = lock_names(record.spec)
    pid = holder(house.root, name)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        if not await_free(house.root, name, _PATIENCE_S):
            raise RunConflict(
                f"process {pid} works on run {record.spec.id} and has not stopped within {_PATIENCE_S:.0f} s",
                hint=f"end it with: kill -9 {pid} - the run can be resumed all the same",
            )
        return house.store.load(record.spec.id)
    if record.outcome is not None:
        raise UsageError(f"run {record.spec.id} has ended: {record.outcome}", hint="there is nothing to cancel")
    cancelled = replace(record, outcome=Outcome.CANCELLED, ended_at=house.clock.now(), error_code="interrupted")
    house.store.save(cancelled)
    run_cancelled(house, cancelled)
    return cancelled


def _drive(house: House, record: RunRecord, observer: Observer, *, resumed: bool) -> RunOutcome:
    # Half of what there is to import: only what takes a run further waits for it.
    from adw.adapters.durable import DbosJournal  # noqa: PLC0415
    from adw.wiring.assembly import assemble  # noqa: PLC0415
    from adw.workflow.run import run  # noqa: PLC0415

    spec = record.spec
    started = house.clock.monotonic()
    stop = StopFlag()
    with ExitStack() as open_:
        model = model_for(house, spec, stop, resumed=resumed)
        _hold(house, spec, open_)
        with ExitStack() as not_begun:
            if not resumed:
                house.store.create(record)
                not_begun.callback(house.store.delete, spec.id)
            ledger = open_.enter_context(ledger_of(house, spec.id, replay=bool(spec.replay)))
            given = dump(spec) if spec.travels else None
            journal = DbosJournal(house.journal(spec), spec.id, stop, given=given)
            kit = assemble(house, spec, journal, ledger, model, observer, stop)
            announce(house, record)
            not_begun.pop_all()
        keeper = _Keeper(house, record)
        if resumed:
            keeper.begin_again()
        keep = after_phases(house, kit, ledger, journal, stop, keeper.keep)
        try:
            stored = journal.run(lambda: dump(pushed(house, kit, run(kit, keep))))
        except AdwError as error:
            keeper.fail(error)
        except BaseException:
            keeper.crash()
            run_crashed(house, keeper.record, ledger, house.clock.monotonic() - started)
            raise
        else:
            keeper.end(load(RunResult, stored))
        ended = published(house, outcome_of(keeper.record, ledger, house.clock.monotonic() - started))
    return run_ended(house, ended)  # it may call adw itself: nothing of the run is held any more


def _publish_ended(house: House, record: RunRecord) -> RunOutcome:
    with ExitStack() as open_:
        _hold(house, record.spec, open_)
        house.store.save(record)
        ledger = open_.enter_context(ledger_of(house, record.spec.id, replay=bool(record.spec.replay)))
        took = (record.ended_at or record.spec.created_at) - record.spec.created_at
        return published(house, outcome_of(record, ledger, took.total_seconds()))


def _hold(house: House, spec: RunSpec, open_: ExitStack) -> None:
    """Take the run's locks until `open_` ends. Raises RunConflict that names the other run."""
    try:
        for name in lock_names(spec):
            open_.enter_context(RunLock(house.root, name))
    except RunConflict as error:
        alike = (record.spec.id for record in house.store.all() if record.spec.issue.key == spec.issue.key)
        other = next((run_id for run_id in alike if holder(house.root, run_lock(run_id)) is not None), "")
        if not other:
            raise
        hint = f"wait for run {other} to end, or stop it with: adw cancel {other}"
        raise RunConflict(error.message, hint=hint) from error


class _Keeper:
    """Keeps the run's record as it goes."""

    def __init__(self, house: House, record: RunRecord) -> None:
        self._house = house
        self.record = record

    def begin_again(self) -> None:
        """A resumed run is under way: whatever ended it before is over."""
        self._save(replace(self.record, outcome=None, ended_at=None, error_code="", detail="", hint=""))

    def keep(self, result: RunResult) -> None:
        self._save(replace(self.record, result=result))

    def end(self, result: RunResult) -> None:
        self._save(replace(self.record, result=result, outcome=result.outcome, ended_at=self._house.clock.now()))

    def fail(self, error: AdwError) -> None:
        now = self._house.clock.now()
        self._save(
            replace(
                self.record,
                outcome=error.outcome,
                ended_at=now,
                error_code=error.code,
                detail=error.message,
                hint=error.hint,
            )
        )

    def crash(self) -> None:
        self._save(replace(self.record, outcome=Outcome.CRASHED, ended_at=self._house.clock.now()))

    def _save(self, record: RunRecord) -> None:
        self.record = record
        self._house.store.save(record)
