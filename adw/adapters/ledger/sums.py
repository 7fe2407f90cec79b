"""What runs have spent and hold, added up by the database."""

from decimal import Decimal

from sqlalchemy import BigInteger, ColumnElement, Connection, func, select, type_coerce

from adw.adapters.ledger.tables import dollars, entries, reservations
from adw.domain.usage import Usage
from adw.quota.budget import Held


def _total(column: ColumnElement[int] | ColumnElement[Decimal]) -> ColumnElement[int]:
    """The sum, of money in pico-dollars; 0 where there is nothing to add."""
    return func.coalesce(func.sum(type_coerce(column, BigInteger)), 0)


_BILLED = tuple(
    _total(column)
    for column in (
        entries.c.fresh,
        entries.c.cache_read,
        entries.c.cache_write_5m,
        entries.c.cache_write_1h,
        entries.c.output,
    )
)


def spent(db: Connection, run_id: str) -> Usage:
    """Tokens that the run was billed."""
    row = db.execute(select(*_BILLED).where(entries.c.run_id == run_id)).one()
    return Usage(*(int(tokens) for tokens in row))


def held(db: Connection, run_id: str) -> Held:
    """What the run was billed, and what its open calls may still cost. Unpriced calls add nothing to its dollars."""
    billed = db.execute(select(*_BILLED, _total(entries.c.cost_pico_usd)).where(entries.c.run_id == run_id)).one()
    held_for = reservations.c.run_id == run_id
    open_calls = db.execute(
        select(_total(reservations.c.tokens), _total(reservations.c.pico_usd)).where(held_for)
    ).one()
    *tokens, pico = (int(value) for value in billed)
    return Held(tokens=sum(tokens) + int(open_calls[0]), usd=dollars(pico) + dollars(open_calls[1]))
