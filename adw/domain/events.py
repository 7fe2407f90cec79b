"""What happens in a run, as it happens: for the live display and the run's log."""

from dataclasses import dataclass
from decimal import Decimal

from adw.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Told first, when a run starts and when it is resumed."""

    run_id: str
    title: str
    """Of the issue."""
    branch: str
    budget_tokens: int = 0
    """0: no limit."""
    kind: str = "run_started"


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    phase: str
    kind: str = "phase_started"


@dataclass(frozen=True, slots=True)
class CallStarted:
    phase: str
    attempt: int
    turn: int
    model: str
    input_tokens: int
    """As counted before the call."""
    kind: str = "call_started"


@dataclass(frozen=True, slots=True)
class CallEnded:
    phase: str
    turn: int
    usage: Usage
    replayed: bool
    """True where the answer came from the journal: nothing was asked again."""
    cost_usd: Decimal | None = None
    """None where the model has no known price."""
    kind: str = "call_ended"


@dataclass(frozen=True, slots=True)
class ToolsEnded:
    phase: str
    turn: int
    tools: tuple[str, ...]
    """One short line for each call."""
    kind: str = "tools_ended"


@dataclass(frozen=True, slots=True)
class CheckStarted:
    check: str
    command: str
    kind: str = "check_started"


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """What a check that is under way has just said: for a display, never for a log."""

    check: str
    line: str
    kind: str = "check_output"


@dataclass(frozen=True, slots=True)
class CheckEnded:
    check: str
    line: str
    """The report in one line."""
    ok: bool
    kind: str = "check_ended"


@dataclass(frozen=True, slots=True)
class PhaseEnded:
    phase: str
    outcome: str
    detail: str
    kind: str = "phase_ended"


@dataclass(frozen=True, slots=True)
class Notice:
    text: str
    kind: str = "notice"


Event = (
    RunStarted
    | PhaseStarted
    | CallStarted
    | CallEnded
    | ToolsEnded
    | CheckStarted
    | CheckOutput
    | CheckEnded
    | PhaseEnded
    | Notice
)
