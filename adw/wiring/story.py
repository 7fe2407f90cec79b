"""A run's log as lines for people: what was tried, in order."""

from collections.abc import Iterable

from adw.adapters.event_log import LoggedEvent
from adw.domain.event_lines import line_of
from adw.domain.events import CallEnded, CheckEnded, Notice, PhaseEnded, ToolsEnded


def told(events: Iterable[LoggedEvent]) -> tuple[str, ...]:
    """Turns and checks, oldest first; what only announces is left out."""
    kinds = (CallEnded, ToolsEnded, CheckEnded, PhaseEnded, Notice)
    return tuple(line_of(logged.event) for logged in events if isinstance(logged.event, kinds))


def timed(logged: LoggedEvent) -> str:
    """One event with its time (UTC)."""
    return f"{logged.at:%Y-%m-%d %H:%M:%S} {line_of(logged.event)}"
