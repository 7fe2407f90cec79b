"""One queued run, in a process of its own."""

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta

from adw.adapters.child_run import end_with_parent
from adw.adapters.clock import SystemClock
from adw.adapters.git.mirror import Mirror
from adw.adapters.locks import await_free
from adw.config import Settings
from adw.domain.codec import load
from adw.domain.queue import QueuedRun, WorkDone
from adw.domain.results import RunOutcome
from adw.domain.run import ENDED, Outcome, RunRecord, RunSpec
from adw.errors import AdwError, QuotaExceeded, RemoteError, RunConflict, StorageError, UnknownRun, UsageError
from adw.ports import Observer
from adw.wiring.drive import begin, go_on
from adw.wiring.github import login
from adw.wiring.house import House, Place, ledger_of, run_lock
from adw.wiring.mirrors import house_of
from adw.wiring.outcome import outcome_of
from adw.wiring.preflight import prepare
from adw.wiring.quota import allowed_again, throttled

_LEAVING_S = 30.0
"""How long the process may take to end that did the run for a worker which was killed."""
_PASSING = (RemoteError, StorageError, RunConflict)
"""What may be over when it is tried again later."""
_PASSING_CODES = {"model_error", *(kind.code for kind in _PASSING)}


def do_queued(observer: Observer, place: Place | None = None) -> WorkDone:
    """The queued run that standard input names, as far as it comes; it stops when standard input is closed."""
    place = place or Place()
    run, start = _ordered(place.stdin.readline())
    end_with_parent(place.stdin)
    house = None
    with ExitStack() as prepared:
        try:
            house = prepared.enter_context(house_of(run, place))
            outcome = _driven(house, run, observer, prepared)
            return _judged(house, outcome, start)
        except QuotaExceeded as error:
            again_at = allowed_again(house, start) if house else None
            return WorkDone(error.outcome, _said(error), again_at, throttled=again_at is not None)
        except AdwError as error:
            settings = house.settings if house else Settings()
            again_at = tried_again(settings, start) if isinstance(error, _PASSING) else None
            return WorkDone(error.outcome, _said(error), again_at)


def _ordered(line: bytes) -> tuple[QueuedRun, int]:
    """The run, and for the how manieth time it is started."""
    try:
        order = json.loads(line)
        return load(QueuedRun, order["run"]), int(order["start"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError("standard input names no queued run", hint="only adw worker calls this") from error


def tried_again(settings: Settings, start: int, *, at_once: bool = False) -> datetime | None:
    """When a run that failed for a passing reason is started again (UTC); None where this was its last start."""
    if start >= settings.queue.max_attempts:
        return None
    return SystemClock().now() + timedelta(seconds=0.0 if at_once else settings.queue.retry_after_s)


def _driven(house: House, run: QueuedRun, observer: Observer, prepared: ExitStack) -> RunOutcome:
    """Begin the run, or go on with it, wherever it was begun. `prepared` is closed once nothing more needs it."""
    await_free(house.root, run_lock(run.run_id), _LEAVING_S)
    record = _known(house, run)
    if record is None:
        spec = replace(prepare(house, run.request, run.issue, run.run_id), travels=run.cloned)
        prepared.close()
        return begin(house, spec, observer)
    prepared.close()
    if record.outcome in ENDED and (record.spec.publication is None or record.published is not None):
        with ledger_of(house, record.spec.id, replay=False) as ledger:
            return outcome_of(record, ledger, 0.0)
    return go_on(house, record, observer)


def _known(house: House, run: QueuedRun) -> RunRecord | None:
    """The run as this machine knows it, or as it was begun on another one."""
    from adw.adapters.durable import started_with  # noqa: PLC0415 - DBOS takes half a second to import

    try:
        return house.store.load(run.run_id)
    except UnknownRun:
        given = started_with(house.shared, run.run_id) if run.cloned else None
    if given is None:
        return None
    record = RunRecord(load(RunSpec, given))
    Mirror(house.repository.root, run.where).bring(record.spec.base_commit, **login(house.environment))
    house.store.create(record)
    return record


def _judged(house: House, outcome: RunOutcome, start: int) -> WorkDone:
    """What came of it, and whether that was all."""
    record, result = outcome.record, outcome.record.result
    done = WorkDone(
        outcome=record.outcome or Outcome.CRASHED,
        detail=record.detail or (result.detail if result else ""),
        branch=outcome.branch if result and result.commit else "",
        commit=result.commit if result else "",
        tokens=outcome.usage.total,
        cost_usd=outcome.cost_usd,
        pull_request=record.published.pull_request if record.published else "",
        throttled=throttled(house),
    )
    if record.outcome is Outcome.OVER_QUOTA:
        return replace(done, again_at=allowed_again(house, start))
    if outcome.unpublished is not None:
        done = replace(done, detail=outcome.unpublished.message)
    code = outcome.unpublished.code if outcome.unpublished else record.error_code
    if code in _PASSING_CODES:
        return replace(done, again_at=tried_again(house.settings, start))
    return done


def _said(error: AdwError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message
