"""Looks at each call of a run for what users want to be warned of; each alert is raised once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adw.domain.events import Notice
from adw.domain.quota import Alert, Thresholds
from adw.domain.run import RunSpec
from adw.ports import Alarm, Clock, Ledger, Observer
from adw.quota.alerts import hit_rate, quota_used, run_tokens, utilization
from adw.quota.allowance import left_of
from adw.workflow.cache_watch import CacheWatch


@dataclass(slots=True)
class AlertWatch:
    """One run's watch."""

    spec: RunSpec
    thresholds: Thresholds
    ledger: Ledger
    clock: Clock
    observer: Observer
    alarm: Alarm | None = None
    """Is told of each new alert."""
    _filled: list[float] = field(default_factory=list)
    _raised: set[str] = field(default_factory=set)

    def seen(self, cache: CacheWatch, filled: float, *, replayed: bool) -> None:
        """After a call was settled. `filled`: of its ceiling. Of replayed ones nothing is told again."""
        self._filled.append(filled)
        if replayed:
            return
        for alert in self._found(cache):
            if alert.key not in self._raised:
                self._raised.add(alert.key)
                self._raise(alert)

    def _found(self, cache: CacheWatch) -> Iterator[Alert]:
        limits, run_id, now = self.thresholds, self.spec.id, self.clock.now()
        quota = self.ledger.quota
        found: list[Alert | None] = []
        if quota.limited and limits.used:
            standings = left_of(quota, self.ledger.standings(now))
            found += [quota_used(left, limits.used, run_id, now) for left in standings]
        if limits.run_tokens and self.ledger.spent(run_id).total > limits.run_tokens and not self._knows("run_tokens"):
            found.append(run_tokens(self.ledger.entries(run_id=run_id), limits.run_tokens, self.spec.weights, now))
        found.append(hit_rate(cache.hit_rate, cache.chances, limits.hit_rate, cache.culprit, run_id, now))
        found.append(utilization(self._filled, limits.utilization, run_id, now))
        yield from filter(None, found)

    def _knows(self, kind: str) -> bool:
        return f"{kind} {self.spec.id}" in self._raised

    def _raise(self, alert: Alert) -> None:
        if not self.ledger.alert(alert):
            return
        self.observer.tell(Notice(f"{alert.message}. {alert.action}"))
        complaint = self.alarm.sound(alert) if self.alarm else ""
        if complaint:
            self.observer.tell(Notice(complaint))
