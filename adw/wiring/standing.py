"""`adw usage quota`, `forecast` and `alerts`: how the account stands, where that leads, what users were warned of."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from adw.adapters.clock import SystemClock
from adw.adapters.ledger.ledger import SqlLedger
from adw.config import Environment, Settings, load
from adw.domain.quota import Quota, Standing
from adw.domain.quota_results import AlertList, MonthForecast, PeriodUse, QuotaUse
from adw.errors import WorkspaceError
from adw.quota.advice import advice
from adw.quota.allowance import left_of
from adw.quota.forecast import CONFIDENCE, LOOKBACK, project
from adw.quota.trends import WEEK, runs_left
from adw.wiring.house import Place, open_house, open_ledger
from adw.wiring.quota import chosen_level
from adw.wiring.spending import facts

_NO_QUOTA = "no quota is configured: set quota.monthly_tokens or quota.daily_tokens"


def quota_use(place: Place | None = None) -> QuotaUse:
    """How this day and this month stand."""
    place = place or Place()
    settings, now = _settings(place), SystemClock().now()
    quota = settings.allowance()
    with open_ledger(Environment.read(place.variables), quota) as ledger:
        standings = ledger.standings(now)
        lately = tuple(facts(ledger.bills(("run", "phase"), since=now - timedelta(days=WEEK)), {}))
    limited = left_of(quota, standings)
    tightest = min(limited, key=lambda one: one.share_left, default=None)
    rate = runs_left(lately, min((one.left for one in limited), default=None), now, quota.weights)
    return QuotaUse(
        time_zone=settings.quota.time_zone,
        weights=quota.weights,
        periods=tuple(_period(one, quota) for one in standings),
        level=chosen_level(tightest, settings.thresholds())[0] if tightest else "",
        runs_left=rate.runs if rate else None,
        tokens_per_run=round(rate.tokens_per_run) if rate else None,
        warnings=() if tightest else (_NO_QUOTA,),
    )


def _period(standing: Standing, quota: Quota) -> PeriodUse:
    period, weights = standing.period, quota.weights
    limited = next(iter(left_of(quota, [standing])), None)
    return PeriodUse(
        kind=period.kind,
        name=period.name,
        ends=period.end,
        limit=quota.limit(period.kind),
        used=round(weights.exact(standing.billed)),
        reserved=round(weights.worst(standing.held.input, standing.held.output)),
        left=int(limited.left) if limited else None,
        share_left=limited.share_left if limited else None,
    )


def forecast(place: Place | None = None) -> MonthForecast:
    """What this month will come to."""
    place = place or Place()
    quota, now = _settings(place).allowance(), SystemClock().now()
    with open_ledger(Environment.read(place.variables), quota) as ledger:
        made = project(_by_day(ledger, quota, now), now, quota)
    limit = quota.monthly_tokens
    action, said = advice(made, limit)
    return MonthForecast(
        month=f"{now.astimezone(quota.zone):%Y-%m}",
        used=round(made.used),
        days_left=round(made.days_left, 2),
        daily_mean=round(made.daily_mean),
        projected=round(made.projected),
        low=round(made.low),
        high=round(made.high),
        confidence=CONFIDENCE,
        limit=limit,
        will_exceed=made.projected > limit if limit else None,
        headroom=round(limit - made.projected) if limit else None,
        exceeds_on=made.exceeds_on.isoformat() if made.exceeds_on else "",
        action=action,
        advice=said,
        warnings=() if limit else (_NO_QUOTA,),
    )


def _by_day(ledger: SqlLedger, quota: Quota, now: datetime) -> dict[date, float]:
    """Weighted tokens of the last days by the account's calendar."""
    first = now.astimezone(quota.zone).date() - timedelta(days=LOOKBACK)
    used: dict[date, float] = defaultdict(float)
    for slot, usage in ledger.slots(datetime.combine(first, time.min, quota.zone).astimezone(UTC)):
        used[slot.astimezone(quota.zone).date()] += quota.weights.of(usage)
    return used


def alerts(place: Place | None = None) -> AlertList:
    """What users were warned of."""
    place = place or Place()
    with open_ledger(Environment.read(place.variables)) as ledger:
        return AlertList(tuple(reversed(ledger.alerts())))


def _settings(place: Place) -> Settings:
    """Of the repository; outside of one, the user's own. Raises ConfigError."""
    try:
        return open_house(place).settings
    except WorkspaceError:
        return load(None, place.variables)
