"""The Ledger port on a database."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, and_, delete, exists, func, insert, or_, select

from adw.adapters.ledger import sums, tracking
from adw.adapters.ledger.engine import engine_for, ledger_url, migrating, place, reading, writing
from adw.adapters.ledger.faults import translated
from adw.adapters.ledger.migrations import MIGRATIONS, check_known, migrate, version
from adw.adapters.ledger.rows import entry_from, entry_row, reservation_row
from adw.adapters.ledger.tables import entries, reservations
from adw.domain.entry import Entry, Reservation
from adw.domain.usage import Usage
from adw.quota.budget import over_budget

_CHUNK = 1000
_LATELY = 10_000
"""Entries that `latest` looks through."""


class SqlLedger:
    """Any number of processes and threads may use one database at once.

    Reservations that are older than `reservation_life` by the time of a new one belong to a call that crashed:
    they no longer count.
    """

    def __init__(self, engine: Engine, *, reservation_life: timedelta = timedelta(hours=1)) -> None:
        self._engine = engine
        self._place = place(engine.url)
        self._reservation_life = reservation_life

    @classmethod
    def open(cls, where: Path | str, *, patience_s: float = 30.0) -> Self:
        """The ledger in an SQLite file or at a database URL, made or brought up to date if need be.

        Raises ConfigError for a URL that no ledger can stand on, StorageError where the database refuses.
        """
        url = ledger_url(where)
        with translated(place(url)), ExitStack() as undo:
            if isinstance(where, Path):
                where.parent.mkdir(parents=True, exist_ok=True)
            engine = engine_for(url, patience_s=patience_s)
            undo.callback(engine.dispose)
            ledger = cls(engine)
            ledger._bring_up_to_date()
            undo.pop_all()
        return ledger

    def _bring_up_to_date(self) -> None:
        with reading(self._engine) as db:
            found = version(db)
        check_known(found, self._place)
        if found < MIGRATIONS[-1].number:
            with migrating(self._engine) as db:
                migrate(db, self._place)

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def reserve(self, reservation: Reservation, *, budget_tokens: int, budget_usd: float) -> None:
        """See the port. A reservation of a key that is held already takes the held one's place."""
        tag = reservation.tag
        with translated(self._place), writing(self._engine, tag.run_id) as db:
            if _is_settled(db, tag.key):
                return
            self._forget(db, reservation)
            held = sums.held(db, tag.run_id)
            over = over_budget(reservation, held, budget_tokens=budget_tokens, budget_usd=Decimal(str(budget_usd)))
            if over is None:
                db.execute(insert(reservations), reservation_row(reservation))
        if over is not None:
            raise over

    def _forget(self, db: Connection, new: Reservation) -> None:
        """Drop what the key held before, and what crashed calls of its run have left."""
        same = reservations.c.key == new.tag.key
        mine = reservations.c.run_id == new.tag.run_id
        expired = and_(mine, reservations.c.created_at < new.created_at - self._reservation_life)
        db.execute(delete(reservations).where(or_(same, expired)))

    def settle(self, entry: Entry) -> None:
        """See the port. The entry, the end of its reservation and the run's totals are one transaction."""
        with translated(self._place), writing(self._engine, entry.tag.run_id) as db:
            if _is_settled(db, entry.tag.key):
                return
            db.execute(insert(entries), entry_row(entry))
            _drop(db, entry.tag.key)
            tracking.add(db, entry)

    def release(self, key: str) -> None:
        with translated(self._place), writing(self._engine, key) as db:
            _drop(db, key)

    def spent(self, run_id: str) -> Usage:
        with translated(self._place), reading(self._engine) as db:
            return sums.spent(db, run_id)

    def latest(self, model: str, most: int) -> tuple[Entry, ...]:
        """See the port."""
        # By the primary key: an index for models would cost every call, and the whole table may hold millions.
        last = select(func.max(entries.c.id)).scalar_subquery()
        query = select(entries).where(entries.c.id > last - _LATELY, entries.c.model == model)
        with translated(self._place), reading(self._engine) as db:
            rows = db.execute(query.order_by(entries.c.id.desc()).limit(most)).all()
        return tuple(entry_from(row) for row in reversed(rows))

    def entries(self, *, run_id: str | None = None, since: datetime | None = None) -> Iterator[Entry]:
        """Entries, oldest first, read as they are asked for. `since` is inclusive."""
        query = select(entries).order_by(entries.c.created_at, entries.c.id)
        if run_id is not None:
            query = query.where(entries.c.run_id == run_id)
        if since is not None:
            query = query.where(entries.c.created_at >= since)
        with translated(self._place), reading(self._engine) as db:
            for row in db.execution_options(yield_per=_CHUNK).execute(query):
                yield entry_from(row)


def _is_settled(db: Connection, key: str) -> bool:
    return bool(db.scalar(select(exists().where(entries.c.key == key))))


def _drop(db: Connection, key: str) -> None:
    db.execute(delete(reservations).where(reservations.c.key == key))
