"""The Ledger port on a database."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, func, select

from adw.adapters.ledger import adding, at_once, calls, sums, warned
from adw.adapters.ledger.bills import NamedKey, bills, names
from adw.adapters.ledger.engine import alone, engine_for, ledger_url, migrating, place, reading, writing
from adw.adapters.ledger.faults import translated
from adw.adapters.ledger.migrations import MIGRATIONS, check_known, migrate, version
from adw.adapters.ledger.rows import entry_from
from adw.adapters.ledger.tables import entries
from adw.domain.bill import Bill, Key
from adw.domain.entry import Entry, Reservation
from adw.domain.quota import NO_QUOTA, Alert, Quota, Standing
from adw.domain.usage import Usage
from adw.quota.periods import periods_of

_CHUNK = 1000
_LATELY = 10_000
"""Entries that `latest` looks through."""
_ADDING_LOCK = "adw added entries"


class SqlLedger:
    """Any number of processes and threads may use one database at once.

    Reservations that lie further from the time of a new one than `reservation_life` belong to a call that crashed, or
    were made by a clock that was wrong: they no longer count.
    """

    def __init__(
        self, engine: Engine, *, quota: Quota = NO_QUOTA, reservation_life: timedelta = timedelta(hours=1)
    ) -> None:
        self._engine = engine
        self._alone = alone(engine)
        self.quota = quota
        self._place = place(engine.url)
        self._at_once = engine.dialect.name == "postgresql"
        self._reservation_life = reservation_life

    @classmethod
    def open(cls, where: Path | str, *, quota: Quota = NO_QUOTA, patience_s: float = 30.0) -> Self:
        """The ledger in an SQLite file or at a database URL, made or brought up to date if need be.

        No reservation passes the `quota`.

        Raises ConfigError for a URL that no ledger can stand on, StorageError where the database refuses.
        """
        url = ledger_url(where)
        with translated(place(url)), ExitStack() as undo:
            if isinstance(where, Path):
                where.parent.mkdir(parents=True, exist_ok=True)
            engine = engine_for(url, patience_s=patience_s)
            undo.callback(engine.dispose)
            ledger = cls(engine, quota=quota)
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
        call = calls.asked(
            reservation,
            budget_tokens=budget_tokens,
            budget_usd=budget_usd,
            quota=self.quota,
            life=self._reservation_life,
        )
        with translated(self._place):
            if self._at_once:
                with self._alone.connect() as db:
                    if at_once.held(db, call):
                        return
            with writing(self._engine, call.lock) as db:
                over = calls.hold(db, call)
        if over is not None:
            raise over

    def settle(self, entry: Entry) -> None:
        """See the port. The entry, the end of its reservation and all sums are one transaction."""
        if self._at_once:
            with translated(self._place), self._alone.connect() as db:
                at_once.settle(db, entry, self.quota)
        else:
            with translated(self._place), writing(self._engine) as db:
                calls.settle(db, entry, self.quota)

    def add(self, new: Iterable[Entry]) -> int:
        """Entries of calls that others made, in one transaction; how many of them were not there already (by key).

        They count towards the quota, but hold nothing and are no run of ADW's: `quota_tracking` has no row of them.
        """
        with translated(self._place), writing(self._engine, _ADDING_LOCK) as db:
            return adding.many(db, new)

    def release(self, key: str) -> None:
        with translated(self._place), self._alone.connect() as db:
            calls.drop(db, key)

    def spent(self, run_id: str) -> Usage:
        with translated(self._place), reading(self._engine) as db:
            return sums.spent(db, run_id)

    def standings(self, now: datetime) -> tuple[Standing, ...]:
        """How this day and this month stand, with all that is open."""
        with translated(self._place), reading(self._engine) as db:
            return sums.standings(
                db, alive=calls.alive(now, self._reservation_life), periods=periods_of(self.quota, now)
            )

    def bills(
        self, by: Collection[Key], *, run_id: str | None = None, since: datetime | None = None
    ) -> tuple[Bill, ...]:
        """See the port."""
        with translated(self._place), reading(self._engine) as db:
            return tuple(bills(db, by, run_id, since))

    def names(
        self, key: NamedKey, *, run_id: str | None = None, since: datetime | None = None, unpriced: bool = False
    ) -> frozenset[str]:
        """The runs, phases … that were billed. `unpriced`: of the calls without a known price only."""
        with translated(self._place), reading(self._engine) as db:
            return names(db, key, run_id, since, unpriced=unpriced)

    def slots(self, since: datetime) -> list[tuple[datetime, Usage]]:
        """What was billed in each quarter of an hour (its beginning, UTC) from `since` on, oldest first."""
        with translated(self._place), reading(self._engine) as db:
            return sums.slots(db, since)

    def alert(self, alert: Alert) -> bool:
        """See the port."""
        with translated(self._place), writing(self._engine) as db:
            return warned.add(db, alert)

    def alerts(self, run_id: str | None = None) -> tuple[Alert, ...]:
        """See the port."""
        with translated(self._place), reading(self._engine) as db:
            return warned.found(db, run_id)

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
