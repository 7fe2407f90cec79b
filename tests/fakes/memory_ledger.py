"""A ledger in memory."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from adw.domain.bill import Bill, Key, bill_of
from adw.domain.entry import Entry, Reservation
from adw.domain.quota import NO_QUOTA, Alert, OpenCalls, Quota, Standing
from adw.domain.usage import Usage
from adw.quota.allowance import over_quota
from adw.quota.budget import Held, over_budget
from adw.quota.periods import periods_of


class MemoryLedger:
    """For tests of one process and one thread."""

    def __init__(self, *, quota: Quota = NO_QUOTA, reservation_life: timedelta = timedelta(hours=1)) -> None:
        self.quota = quota
        self._life = reservation_life
        self._settled: dict[str, Entry] = {}
        self._alerts: dict[str, Alert] = {}
        self.reservations: dict[str, Reservation] = {}

    def reserve(self, reservation: Reservation, *, budget_tokens: int, budget_usd: float) -> None:
        key, run_id = reservation.tag.key, reservation.tag.run_id
        if key in self._settled:
            return
        self.release(key)
        for held in list(self.reservations.values()):
            if abs(held.created_at - reservation.created_at) > self._life:
                self.release(held.tag.key)
        over = over_budget(
            reservation, self._held(run_id), budget_tokens=budget_tokens, budget_usd=Decimal(str(budget_usd))
        ) or over_quota(reservation, self.quota, self.standings(reservation.created_at))
        if over is not None:
            raise over
        self.reservations[key] = reservation

    def _held(self, run_id: str) -> Held:
        open_calls = [held for held in self.reservations.values() if held.tag.run_id == run_id]
        billed = [entry.cost_usd for entry in self.entries(run_id=run_id) if entry.cost_usd is not None]
        return Held(
            tokens=self.spent(run_id).total + sum(held.tokens for held in open_calls),
            usd=sum(billed, Decimal(0)) + sum((held.usd for held in open_calls), Decimal(0)),
        )

    def standings(self, now: datetime) -> tuple[Standing, ...]:
        alive = [one for one in self.reservations.values() if abs(one.created_at - now) <= self._life]
        held = OpenCalls(sum(one.input for one in alive), sum(one.output for one in alive))
        return tuple(
            Standing(
                period,
                sum((one.usage for one in self.entries() if period.start <= one.created_at < period.end), Usage()),
                held,
            )
            for period in periods_of(self.quota, now)
        )

    def add(self, new: Iterable[Entry]) -> int:
        before = len(self._settled)
        for one in new:
            self._settled.setdefault(one.tag.key, one)
        return len(self._settled) - before

    def alert(self, alert: Alert) -> bool:
        return self._alerts.setdefault(alert.key, alert) is alert

    def alerts(self, run_id: str | None = None) -> tuple[Alert, ...]:
        return tuple(one for one in self._alerts.values() if run_id in {None, one.run_id})

    def settle(self, entry: Entry) -> None:
        self._settled.setdefault(entry.tag.key, entry)
        self.release(entry.tag.key)

    def release(self, key: str) -> None:
        self.reservations.pop(key, None)

    def spent(self, run_id: str) -> Usage:
        return sum((entry.usage for entry in self.entries(run_id=run_id)), Usage())

    def bills(
        self, by: Collection[Key], *, run_id: str | None = None, since: datetime | None = None
    ) -> tuple[Bill, ...]:
        found: dict[tuple[object, ...], Bill] = {}
        for one in map(bill_of, self.entries(run_id=run_id, since=since)):
            slot = one.at.replace(minute=one.at.minute // 15 * 15, second=0, microsecond=0)
            names = {"run": "run_id", "phase": "phase", "model": "model", "issue": "issue"}
            cut = one._replace(at=slot, **{field: "" for key, field in names.items() if key not in by})
            group = (slot if "slot" in by else None, cut.run_id, cut.phase, cut.model, cut.issue)
            old = found.get(group)
            found[group] = (
                cut
                if old is None
                else old._replace(
                    calls=old.calls + 1,
                    usage=old.usage + cut.usage,
                    cost_usd=old.cost_usd + cut.cost_usd,
                    unpriced=old.unpriced + cut.unpriced,
                )
            )
        return tuple(found.values())

    def latest(self, model: str, most: int) -> tuple[Entry, ...]:
        return tuple(entry for entry in list(self._settled.values())[-10_000:] if entry.model == model)[-most:]

    def entries(self, *, run_id: str | None = None, since: datetime | None = None) -> Iterator[Entry]:
        for entry in sorted(self._settled.values(), key=lambda entry: entry.created_at):
            if run_id in {None, entry.tag.run_id} and (since is None or entry.created_at >= since):
                yield entry
