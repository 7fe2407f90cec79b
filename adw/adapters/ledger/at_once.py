"""PostgreSQL in one round trip: to hold a call if it fits, and to settle it.

What takes several statements in SQLite, which is no more than a call of a function away, would take nine round trips
to a server, and other calls would wait for locks during most of them.
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Numeric, Select, String, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from adw.adapters.ledger import sums, tracking
from adw.adapters.ledger.calls import Asked
from adw.adapters.ledger.compiled import Compiled
from adw.adapters.ledger.rows import entry_row, reservation_row
from adw.adapters.ledger.tables import PICO, UtcTime, entries, reservations
from adw.domain.entry import Entry
from adw.domain.quota import Period, Quota
from adw.domain.usage import Usage

_ARGUMENTS: dict[str, Any] = {
    "lock": String(),
    **{name: reservations.c[name].type for name in ("key", "run_id", "input", "output", "pico_usd", "created_at")},
    "alive_from": UtcTime(),
    "alive_to": UtcTime(),
    "budget_tokens": Numeric(),
    "budget_pico_usd": Numeric(),
    **dict.fromkeys(("weights", "kinds", "limits", "spans", "starts", "ends"), String()),
}
_HELD: Select[bool] = select(
    func.held_if_it_fits(*(bindparam(name, type_=kind) for name, kind in _ARGUMENTS.items()), type_=Boolean())
)


def held(db: Connection, call: Asked) -> bool:
    """Whether the call is held now. No is no verdict: see `held.py`."""
    given = {
        **reservation_row(call.reservation),
        "lock": call.lock,
        "alive_from": call.alive[0],
        "alive_to": call.alive[1],
        "budget_tokens": Decimal(call.budget_tokens),
        "budget_pico_usd": call.budget_usd.scaleb(PICO),
    }
    return bool(_held(db.dialect).execute(db, given | _limits(call.quota, call.periods)).scalar())


@lru_cache(maxsize=8)
def _held(dialect: Dialect) -> Compiled:
    return Compiled.of(_HELD, dialect)


@lru_cache(maxsize=8)
def _limits(quota: Quota, periods: tuple[Period, ...]) -> dict[str, str]:
    """What stays the same all day: made once, and written out because drivers take their time over arrays."""
    weights = quota.weights
    parts = sums.parts_of(one for one in periods if quota.limit(one.kind))
    return {
        # A token of each class, and one of input whose class is not known.
        "weights": _array([*(weights.exact(Usage(**{name: 1})) for name in sums.CLASSES), weights.worst(1, 0)]),
        "kinds": _array(part.kind for part in parts),
        "limits": _array(quota.limit(part.kind) for part in parts),
        "spans": _array(part.span for part in parts),
        "starts": _array(start.isoformat() for start, _ in parts.values()),
        "ends": _array(end.isoformat() for _, end in parts.values()),
    }


def _array(values: Iterable[object]) -> str:
    """As PostgreSQL writes arrays of values that need no quotes."""
    return f"{{{','.join(map(str, values))}}}"


def settle(db: Connection, entry: Entry, quota: Quota) -> None:
    """The entry, the end of its reservation and the run's row, unless the key is settled; a transaction of its own."""
    statement = _settled(db.dialect, limited=bool(quota.monthly_tokens))
    statement.execute(db, entry_row(entry) | tracking.counting(quota))


@lru_cache(maxsize=8)
def _settled(dialect: Dialect, *, limited: bool) -> Compiled:
    new = insert(entries).values({name: bindparam(name, type_=entries.c[name].type) for name in entries.c.keys()[1:]})
    added = new.on_conflict_do_nothing(index_elements=["key"]).returning(*entries.c).cte("added")
    # The entry's own trigger ends its reservation, but not that of a key that was settled before.
    ended = delete(reservations).where(reservations.c.key == bindparam("key", type_=String())).cte("ended")
    return Compiled.of(tracking.addition("postgresql", limited=limited, added=added).add_cte(ended), dialect)
