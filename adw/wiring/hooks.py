"""The user's own commands: told when a phase has ended, when a run has ended, and of alerts. See docs/hooks.md."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from adw.adapters.checks.environment import scrubbed
from adw.adapters.event_log import EventLog
from adw.adapters.user_command import UserCommand
from adw.domain.codec import JsonValue, dump
from adw.domain.events import Notice
from adw.domain.issue import Issue
from adw.domain.quota import Alert
from adw.domain.results import RunOutcome
from adw.domain.run import PhaseResult, RunRecord, RunResult
from adw.domain.usage import Usage
from adw.errors import AdwError
from adw.ports import Alarm, Journal, Ledger, StopSignal
from adw.wiring.house import House, ledger_of
from adw.wiring.outcome import outcome_of
from adw.workflow.kit import Kit

Keep = Callable[[RunResult], None]
Name = Literal["on_phase_end", "on_run_end", "on_alert"]


def _hook(house: House, name: Name, stop: StopSignal | None = None) -> UserCommand | None:
    """The command of that name; None where none is configured."""
    settings = house.settings.hooks
    command = settings.commands().get(name)
    if command is None:
        return None
    return UserCommand(
        name,
        command,
        folder=house.repository.root,
        environment=scrubbed(house.place.variables),
        redact=house.redactor.text,
        time_limit_s=settings.timeout_s,
        stop=stop,
    )


@dataclass(frozen=True, slots=True)
class _AlertHook:
    """The Alarm port over a command."""

    command: UserCommand

    def sound(self, alert: Alert) -> str:
        return self.command.call(dump(alert))


def alarm(house: House, stop: StopSignal) -> Alarm | None:
    """Whom to tell of alerts."""
    command = _hook(house, "on_alert", stop)
    return _AlertHook(command) if command else None


def after_phases(house: House, kit: Kit, ledger: Ledger, journal: Journal, stop: StopSignal, keep: Keep) -> Keep:
    """`keep`, and then the user's command for each phase that ends here.

    A phase that a resumed run only replays ended before: its last step came from the journal.
    """
    command = _hook(house, "on_phase_end", stop)
    if command is None:
        return keep

    def kept(result: RunResult) -> None:
        keep(result)
        if journal.last_step_replayed:
            return
        try:
            complaint = command.call(_of_phase(kit, ledger, result.phases[-1]))
        except AdwError as error:  # of the ledger
            complaint = f"hooks.on_phase_end was not called: {error.message}"
        if complaint:
            kit.observer.tell(Notice(complaint))

    return kept


def run_ended(house: House, outcome: RunOutcome) -> RunOutcome:
    """Tell the user's command; the outcome again, with a warning where that went wrong."""
    command = _hook(house, "on_run_end")
    complaint = command.call(_of_run(outcome)) if command else ""
    return replace(outcome, warnings=(*outcome.warnings, complaint)) if complaint else outcome


def run_crashed(house: House, record: RunRecord, ledger: Ledger, seconds: float) -> None:
    """The same for a run that a mistake of the program ends: nobody is there to be warned of anything else."""
    with suppress(AdwError):
        run_ended(house, outcome_of(record, ledger, seconds))


def run_cancelled(house: House, record: RunRecord) -> None:
    """The same for a run that no process works on. What goes wrong is found in the run's own log."""
    command = _hook(house, "on_run_end")
    if command is None:
        return
    with suppress(AdwError):
        with ledger_of(house, record.spec.id, replay=bool(record.spec.replay)) as ledger:
            outcome = outcome_of(record, ledger, 0.0)
        complaint = command.call(_of_run(outcome))
        if complaint:
            EventLog(house.store.folder(record.spec.id) / "events.jsonl", house.clock).tell(Notice(complaint))


def _of_phase(kit: Kit, ledger: Ledger, ended: PhaseResult) -> dict[str, JsonValue]:
    bills = ledger.bills({"phase"}, run_id=kit.spec.id)
    usage = sum((one.usage for one in bills if one.phase == ended.phase.value), Usage())
    return {
        "run_id": kit.spec.id,
        "issue": _issue(kit.spec.issue),
        "branch": kit.spec.branch,
        **_phase(ended),
        "tokens": _tokens(usage),
    }


def _of_run(outcome: RunOutcome) -> dict[str, JsonValue]:
    record = outcome.record
    spec, result = record.spec, record.result
    phases: Iterable[PhaseResult] = result.phases if result else ()
    return {
        "run_id": spec.id,
        "issue": _issue(spec.issue),
        "branch": spec.branch,
        "base_commit": spec.base_commit,
        "commit": result.commit if result else "",
        "outcome": record.outcome.value if record.outcome else None,
        "error_code": record.error_code,
        "detail": record.detail or (result.detail if result else ""),
        "phases": [_phase(one) for one in phases],
        "calls": outcome.calls,
        "tokens": _tokens(outcome.usage),
        "cost_usd": None if outcome.cost_usd is None else str(outcome.cost_usd),
        "seconds": round(outcome.seconds, 1),
        "pull_request": record.published.pull_request if record.published else "",
        "unpublished": outcome.unpublished.message if outcome.unpublished else "",
        "replay": bool(spec.replay),
        "warnings": list(outcome.warnings),
    }


def _issue(issue: Issue) -> dict[str, JsonValue]:
    return {"title": issue.title, "key": issue.key, "source": issue.source}


def _phase(ended: PhaseResult) -> dict[str, JsonValue]:
    return {
        "phase": ended.phase.value,
        "outcome": ended.outcome.value,
        "attempts": ended.attempts,
        "calls": ended.calls,
        "detail": ended.detail,
    }


def _tokens(usage: Usage) -> dict[str, JsonValue]:
    return {"total": usage.total, **dump(usage), "cache_hit_rate": round(usage.cache_hit_rate, 4)}
