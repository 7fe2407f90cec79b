"""`adw usage forecast`: where this month leads."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from adw.adapters.clock import SystemClock
from adw.adapters.ledger.ledger import SqlLedger
from adw.config import Environment
from adw.domain.quota import Quota
from adw.domain.quota_results import MonthForecast
from adw.quota.advice import advice
from adw.quota.forecast import CONFIDENCE, LOOKBACK, project
from adw.wiring.account import open_ledger, settings_at
from adw.wiring.place import Place

NO_LIMIT = "no quota is configured: set quota.monthly_tokens or quota.daily_tokens"


def forecast(place: Place | None = None) -> MonthForecast:
    """What this month will come to."""
    place = place or Place()
    quota, now = settings_at(place).allowance(), SystemClock().now()
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
        warnings=() if limit else (NO_LIMIT,),
    )


def _by_day(ledger: SqlLedger, quota: Quota, now: datetime) -> dict[date, float]:
    """Weighted tokens of the last days by the account's calendar."""
    first = now.astimezone(quota.zone).date() - timedelta(days=LOOKBACK)
    used: dict[date, float] = defaultdict(float)
    for slot, usage in ledger.slots(datetime.combine(first, time.min, quota.zone).astimezone(UTC)):
        used[slot.astimezone(quota.zone).date()] += quota.weights.of(usage)
    return used
