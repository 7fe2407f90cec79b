"""What the account's quota means for a new run, and how it stands."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.flags import Flag
from adw.domain.quota import Quota
from adw.errors import QuotaExceeded
from adw.quota.allowance import Left, left_of
from adw.quota.levels import Level, chosen_level, flags_of, level_for
from adw.wiring.house import House, open_ledger


@dataclass(frozen=True, slots=True)
class Start:
    """With which optimisations a run starts."""

    flags: tuple[Flag, ...]
    level: str = ""
    """Empty: what the configuration says, whatever is left."""
    warnings: tuple[str, ...] = ()


def start_of_run(house: House, level: str, *, replay: bool) -> Start:
    """By the level that was asked for, else by what is left of the quota. Raises QuotaExceeded in an emergency."""
    configured, quota = house.settings.flags_on(), house.settings.allowance()
    if level:
        return Start(flags_of(Level(level), configured), level)
    if replay or not quota.limited:
        return Start(configured)
    with open_ledger(house.environment, quota) as ledger:
        tightest = tightest_of(ledger, quota, house)
    chosen, why = chosen_level(tightest, house.settings.thresholds())
    if chosen is Level.EMERGENCY:
        raise _emergency(tightest, quota)
    if house.settings.flags_chosen():
        return Start(configured)
    return Start(flags_of(chosen, configured), chosen, why)


def tightest_of(ledger: SqlLedger, quota: Quota, house: House) -> Left:
    """The period of which the smallest share is left."""
    return min(left_of(quota, ledger.standings(house.clock.now())), key=lambda one: one.share_left)


def allowed_again(house: House, start: int = 1) -> datetime:
    """When a run that the quota has stopped at its `start`th start is to go on (UTC).

    When the period is over; but soon, a few times, where what it lacks is only held by calls that are under way.
    """
    quota, queue = house.settings.allowance(), house.settings.queue
    with open_ledger(house.environment, quota) as ledger:
        tightest = tightest_of(ledger, quota, house)
    spent = level_for(1 - tightest.share_used) is Level.EMERGENCY
    if tightest.reserved and not spent and start < queue.max_attempts:
        return house.clock.now() + timedelta(seconds=queue.retry_after_s)
    return tightest.standing.period.end.astimezone(UTC)


def throttled(house: House) -> bool:
    """Whether so much of the quota is used that the user wants to be warned: queued runs go one at a time then."""
    quota, thresholds = house.settings.allowance(), house.settings.thresholds()
    if not quota.limited or not thresholds.used:
        return False
    with open_ledger(house.environment, quota) as ledger:
        return tightest_of(ledger, quota, house).share_used >= thresholds.used


def _emergency(tightest: Left, quota: Quota) -> QuotaExceeded:
    period = tightest.standing.period
    begins = period.end.astimezone(quota.zone)
    return QuotaExceeded(
        f"{tightest.left:,.0f} of the {period.kind}'s quota of {tightest.limit:,} tokens are left "
        f"({tightest.share_left:.0%}): with a tenth or less, no new run starts",
        hint=f"the next {period.kind} begins at {begins:%Y-%m-%d %H:%M %Z}, and `adw queue add` has it started then; "
        f"with --level {Level.AGGRESSIVE} a run starts all the same, and ends where the quota does",
    )
