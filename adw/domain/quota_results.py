"""What `adw usage quota`, `forecast` and `alerts` get back."""

from dataclasses import dataclass
from datetime import datetime

from adw.domain.quota import Alert
from adw.domain.weights import Weights


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """A day or a month, in tokens as the quota's weights count them."""

    kind: str
    """`day` or `month`."""
    name: str
    ends: datetime
    """UTC."""
    limit: int
    """0: none."""
    used: int
    reserved: int
    """The worst case of calls under way."""
    left: int | None
    """None where there is no limit."""
    share_left: float | None


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How the account stands."""

    time_zone: str
    weights: Weights
    periods: tuple[PeriodUse, ...]
    level: str
    """Of a new run; empty without a quota."""
    runs_left: int | None
    """Runs like the last ones that fit what is left; None where no limit or no run is known."""
    tokens_per_run: int | None
    """Mean of those runs."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthForecast:
    """What the month will come to, in tokens as the quota's weights count them."""

    month: str
    used: int
    days_left: float
    daily_mean: int
    """Expected of the days that are left."""
    projected: int
    low: int
    high: int
    confidence: float
    """Of the interval from `low` to `high`."""
    limit: int
    """0: none."""
    will_exceed: bool | None
    """None where there is no limit."""
    headroom: int | None
    """Limit less projected; negative where it will be exceeded."""
    exceeds_on: str
    """The day on which the limit will be reached; empty where it will not."""
    action: str
    """`none`, `continue`, `watch`, `tighten` or `stop`."""
    advice: str
    """The action in a sentence."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertList:
    alerts: tuple[Alert, ...]
    """Newest first."""
    warnings: tuple[str, ...] = ()
