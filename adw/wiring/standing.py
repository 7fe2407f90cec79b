"""`adw usage quota` and `alerts`: how the account stands, what users were warned of."""

from datetime import timedelta

from adw.adapters.clock import SystemClock
from adw.config import Environment
from adw.domain.quota import Quota, Standing
from adw.domain.quota_results import AlertList, PeriodUse, QuotaUse
from adw.quota.allowance import left_of
from adw.quota.levels import chosen_level
from adw.quota.trends import WEEK, runs_left
from adw.wiring.account import open_ledger, settings_at
from adw.wiring.forecasting import NO_LIMIT
from adw.wiring.place import Place
from adw.wiring.spending import facts


def quota_use(place: Place | None = None) -> QuotaUse:
    """How this day and this month stand."""
    place = place or Place()
    settings, now = settings_at(place), SystemClock().now()
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
        warnings=() if tightest else (NO_LIMIT,),
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


def alerts(place: Place | None = None) -> AlertList:
    """What users were warned of."""
    place = place or Place()
    with open_ledger(Environment.read(place.variables)) as ledger:
        return AlertList(tuple(reversed(ledger.alerts())))
