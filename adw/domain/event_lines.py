"""Events as lines for people: for logs, for the live display, for what a run has tried."""

from adw.domain.events import (
    CallEnded,
    CallStarted,
    CheckEnded,
    CheckOutput,
    CheckStarted,
    Event,
    Notice,
    PhaseEnded,
    PhaseStarted,
    RunStarted,
    ToolsEnded,
)


def place(attempt: int, turn: int) -> str:
    """Where in a phase a call stands. Attempts are rounds of fixing: before the first there is none to tell."""
    return f"attempt {attempt}, turn {turn}" if attempt else f"turn {turn}"


def line_of(event: Event, spent: str = "") -> str:
    """One event in one line; `spent`: what the run has cost with it, where that is known."""
    match event:
        case RunStarted():
            line = f"run {event.run_id}: {event.title} (branch {event.branch})" if event.run_id else event.title
        case PhaseStarted():
            line = f"{event.phase}: started"
        case CallStarted():
            line = f"{event.phase}: {place(event.attempt, event.turn)}: {event.input_tokens:,} tokens to {event.model}"
        case CallEnded():
            how = "taken from the journal" if event.replayed else "answered"
            tokens = f"{event.usage.input:,} in, {event.usage.output:,} out"
            line = f"{event.phase}: turn {event.turn}: {how} ({tokens})" + (f"; so far {spent}" if spent else "")
        case ToolsEnded():
            line = f"{event.phase}: turn {event.turn}: {'; '.join(event.tools)}"
        case CheckStarted():
            line = f"check {event.check}: {event.command}"
        case CheckEnded() | CheckOutput():
            line = event.line
        case PhaseEnded():
            line = f"{event.phase}: {event.outcome}{f': {event.detail}' if event.detail else ''}"
        case Notice():
            line = event.text
    return line
