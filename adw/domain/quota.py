"""An account's allowance for a day and for a month, how much of it is gone, and what users are warned of."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from adw.domain.usage import Usage
from adw.domain.weights import RAW, Weights


@dataclass(frozen=True, slots=True)
class Quota:
    """What may be spent in a period, in tokens as `weights` counts them. 0: no limit."""

    monthly_tokens: int = 0
    daily_tokens: int = 0
    weights: Weights = RAW
    zone: tzinfo = UTC
    """Of the account: its days and months are the calendar's there."""

    @property
    def limited(self) -> bool:
        return bool(self.monthly_tokens or self.daily_tokens)

    def limit(self, kind: str) -> int:
        """The allowance for a `day` or a `month`."""
        return {"day": self.daily_tokens, "month": self.monthly_tokens}[kind]


NO_QUOTA = Quota()


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a month of the account's calendar."""

    kind: str
    """`day` or `month`."""
    name: str
    """`2026-11-21` or `2026-11`."""
    start: datetime
    """UTC."""
    end: datetime
    """UTC: the first moment of the next one."""


@dataclass(frozen=True, slots=True)
class OpenCalls:
    """The worst case of calls that have not been settled. Which class their input is billed as is not known yet."""

    input: int = 0
    output: int = 0

    @property
    def tokens(self) -> int:
        return self.input + self.output


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts against a period: what was billed in it, and all that is open now."""

    period: Period
    billed: Usage
    held: OpenCalls


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on users are warned. 0: never."""

    used: float = 0.8
    """Share of the day's or the month's quota."""
    run_tokens: int = 3_000_000
    """All tokens of a run."""
    hit_rate: float = 0.9
    """Of the calls of a run that could have hit the prompt cache."""
    utilization: float = 0.95
    """Of the ceiling that a request may fill."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that the user should know of. The ledger keeps each `key` once."""

    key: str
    """Kind and what it is about: `quota_used month 2026-11`, `run_tokens <run id>`."""
    kind: str
    """`quota_used`, `run_tokens`, `hit_rate` or `utilization`."""
    subject: str
    """The period's name, or the run's id."""
    run_id: str
    """The run in which it was noticed."""
    message: str
    action: str
    """What ADW does about it, or what to do."""
    created_at: datetime
    facts: dict[str, str | int | float] = field(default_factory=dict)
    """The figures behind the message."""
