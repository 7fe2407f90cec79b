"""One line of the ledger: one model call, whatever became of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from adw.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class CallTag:
    """Where in a run a call stands. `key` is unique and the same again when the run is resumed."""

    key: str
    run_id: str
    phase: str
    attempt: int
    turn: int
    prompt_version: str
    flags: tuple[str, ...] = ()
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    tag: CallTag
    model: str
    usage: Usage
    cost_usd: Decimal | None
    """None where the model has no known price: unpriced, never free."""
    duration_s: float
    outcome: str
    """`ok`, or the code of the error that the call ended with."""
    created_at: datetime
    """UTC."""
    counted_input: int = 0
    """Input tokens as ADW counted them before the call."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """The worst case of a call, held from before it is sent until it is settled."""

    tag: CallTag
    input: int
    """Tokens; which class they will be billed as is not known before."""
    output: int
    usd: Decimal
    created_at: datetime

    @property
    def tokens(self) -> int:
        return self.input + self.output
