"""Time and ids that tests decide."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    """Stands still until it is told to move. Both of its times move together."""

    def __init__(self, start: datetime = datetime(2026, 11, 21, 20, 15, tzinfo=UTC)) -> None:
        self._start = start
        self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def tick(self, seconds: float = 1.0) -> None:
        self._now += timedelta(seconds=seconds)


class SequentialIds:
    """`run-001`, `run-002`, …."""

    def __init__(self, prefix: str = "run") -> None:
        self._prefix = prefix
        self._made = 0

    def run_id(self) -> str:
        self._made += 1
        return f"{self._prefix}-{self._made:03d}"
