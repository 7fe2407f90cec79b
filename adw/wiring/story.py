"""A run's events as lines for people: what was tried, in order."""

from collections.abc import Iterable

from adw.adapters.event_log import LoggedEvent
from adw.domain.events import (
    CallEnded,
    CallStarted,
    CheckEnded,
    CheckStarted,
    Event,
    Notice,
    PhaseEnded,
    PhaseStarted,
    RunStarted,
    ToolsEnded,
)


def told(events: Iterable[LoggedEvent]) -> tuple[str, ...]:
    """Turns and checks, oldest first; what only announces is left out."""
    kinds = (CallEnded, ToolsEnded, CheckEnded, PhaseEnded, Notice)
    return tuple(describe(logged.event) for logged in events if isinstance(logged.event, kinds))


def line_of(logged: LoggedEvent) -> str:
    """One event with its time (UTC)."""
    return f"{logged.at:%Y-%m-%d %H:%M:%S} {describe(logged.event)}"


def describe(event: Event) -> str:
    """One event in one line."""
    match event:
        case RunStarted():
            text = f"run {event.run_id}: {event.title}"
        case PhaseStarted():
            text = f"{event.phase} begins"
        case CallStarted():
            text = f"{event.phase} turn {event.turn}: {event.input_tokens:,} tokens to {event.model}"
        case CallEnded():
            source = "from the journal" if event.replayed else "answered"
            text = f"{event.phase} turn {event.turn}: {source}, {event.usage.total:,} tokens"
        case ToolsEnded():
            text = f"{event.phase} turn {event.turn}: {'; '.join(event.tools)}"
        case CheckStarted():
            text = f"{event.check}: {event.command}"
        case CheckEnded():
            text = event.line
        case PhaseEnded():
            text = f"{event.phase} {event.outcome}" + (f": {event.detail}" if event.detail else "")
        case Notice():
            text = event.text
    return text
