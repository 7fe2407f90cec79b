"""A call is held before it is sent and settled after it: inside of one transaction that no other call overlaps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from sqlalchemy import Connection, bindparam, delete, not_
from sqlalchemy.dialects import postgresql, sqlite

from adw.adapters.ledger import adding, sums, tracking
from adw.adapters.ledger.rows import reservation_row
from adw.adapters.ledger.tables import reservations
from adw.domain.entry import Entry, Reservation
from adw.domain.quota import Period, Quota
from adw.errors import BudgetExceeded, QuotaExceeded
from adw.quota.allowance import over_quota
from adw.quota.budget import over_budget
from adw.quota.periods import periods_of

_QUOTA_LOCK = "adw quota"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that asks to be held, and what it is held against."""

    reservation: Reservation
    budget_tokens: int
    """0: no limit."""
    budget_usd: Decimal
    """0: no limit."""
    quota: Quota
    periods: tuple[Period, ...]
    """None where there is no quota."""
    alive: tuple[datetime, datetime]
    """From when to when a reservation was made that may be settled still."""

    @property
    def lock(self) -> str:
        """Calls of all runs share the quota; without one, runs need not wait for each other."""
        return _QUOTA_LOCK if self.periods else self.reservation.tag.run_id


def asked(reservation: Reservation, *, budget_tokens: int, budget_usd: float, quota: Quota, life: timedelta) -> Asked:
    """`life`: how long reservations count."""
    now = reservation.created_at
    return Asked(
        reservation=reservation,
        budget_tokens=budget_tokens,
        budget_usd=Decimal(str(budget_usd)),
        quota=quota,
        periods=_periods(quota, now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)),
        alive=alive(now, life),
    )


@lru_cache(maxsize=8)
def _periods(quota: Quota, slot: datetime) -> tuple[Period, ...]:
    """Of all moments of a quarter of an hour: periods consist of whole ones."""
    return periods_of(quota, slot) if quota.limited else ()


def alive(now: datetime, life: timedelta) -> tuple[datetime, datetime]:
    """From when to when a reservation was made that may be settled still."""
    return now - life, now + life


def hold(db: Connection, call: Asked) -> BudgetExceeded | QuotaExceeded | None:
    """Why the call cannot be held, and then nothing is held for it. `db` is inside a transaction of its lock."""
    key, run_id = call.reservation.tag.key, call.reservation.tag.run_id
    found = sums.found(db, key, run_id, alive=call.alive, periods=call.periods)
    if found.settled:
        return None
    if found.dead:
        # What calls have left that crashed.
        db.execute(delete(reservations).where(not_(reservations.c.created_at.between(*call.alive))))
    over = over_budget(
        call.reservation, found.held, budget_tokens=call.budget_tokens, budget_usd=call.budget_usd
    ) or over_quota(call.reservation, call.quota, found.standings)
    if over is None:
        db.execute(_holding(db.dialect.name), reservation_row(call.reservation))
    else:
        drop(db, key)
    return over


@cache
def _holding(dialect: str) -> sqlite.Insert | postgresql.Insert:
    new = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(reservations)
    changed = {name: new.excluded[name] for name in ("run_id", "input", "output", "pico_usd", "created_at")}
    return new.on_conflict_do_update(index_elements=["key"], set_=changed)


def settle(db: Connection, entry: Entry, quota: Quota) -> None:
    """The entry, the end of its reservation and the run's row, unless the key is settled. `db` is in a transaction."""
    if adding.one(db, entry):
        tracking.add(db, entry, quota)
    else:
        drop(db, entry.tag.key)


_DROP = delete(reservations).where(reservations.c.key == bindparam("dropped"))


def drop(db: Connection, key: str) -> None:
    """The key holds nothing any more."""
    db.execute(_DROP, {"dropped": key})
