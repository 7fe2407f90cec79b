"""How far a run is, folded from its events; and each event in one line."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from adw.cli.pieces import money
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
from adw.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class RunningCheck:
    check: str
    command: str
    said: str = ""
    """Its last line of output."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a display shows of a run that is under way."""

    run_id: str = ""
    title: str = ""
    budget_tokens: int = 0
    phase: str = ""
    attempt: int = 0
    turn: int = 0
    model: str = ""
    asking: int = 0
    """Input tokens of the call that is under way; 0: none is."""
    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal = Decimal(0)
    """Of the calls with a known price."""
    check: str = ""
    """The check that is under way, or the last report's line."""
    running: tuple[RunningCheck, ...] = ()
    """Checks that are under way."""
    tools: tuple[str, ...] = ()
    """Of the last turn."""

    def after(self, event: Event) -> "Progress":
        """How far it is once `event` has happened."""
        match event:
            case RunStarted():
                now = replace(self, run_id=event.run_id, title=event.title, budget_tokens=event.budget_tokens)
            case PhaseStarted():
                now = replace(self, phase=event.phase, attempt=0, turn=0, tools=())
            case CallStarted():
                now = replace(
                    self, attempt=event.attempt, turn=event.turn, model=event.model, asking=event.input_tokens
                )
            case CallEnded():
                cost = self.cost_usd + (event.cost_usd or 0)
                now = replace(self, asking=0, calls=self.calls + 1, usage=self.usage + event.usage, cost_usd=cost)
            case ToolsEnded():
                now = replace(self, tools=event.tools)
            case CheckStarted():
                started = RunningCheck(event.check, event.command)
                now = replace(self, check=f"{event.check}: {event.command}", running=(*self.running, started))
            case CheckOutput():
                now = replace(self, running=tuple(_told(one, event) for one in self.running))
            case CheckEnded():
                left = tuple(one for one in self.running if one.check != event.check)
                now = replace(self, check=event.line, running=left)
            case PhaseEnded() | Notice():
                now = self
        return now

    @property
    def of_run(self) -> bool:
        """Whether there is a run at all: `adw test` has none."""
        return bool(self.title or self.phase or self.calls)

    @property
    def spent(self) -> str:
        """Tokens against the budget, and cost."""
        of = f" of {self.budget_tokens:,} tokens" if self.budget_tokens else " tokens"
        return f"{self.usage.total:,}{of}, {money(self.cost_usd)}"


def _told(one: RunningCheck, event: CheckOutput) -> RunningCheck:
    return replace(one, said=event.line) if one.check == event.check else one
