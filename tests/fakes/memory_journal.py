"""A journal in memory that keeps the promises of the real one. The store survives the journal, as a file does."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from adw.domain.codec import JsonValue
from adw.errors import Interrupted, StorageError
from adw.ports import StopSignal


@dataclass(slots=True)
class StoredRun:
    steps: list[tuple[str, str]] = field(default_factory=list)
    """Names and values, as JSON."""
    result: str | None = None


class NeverStop:
    def is_set(self) -> bool:
        return False


class MemoryJournal:
    """One run's journal over `store`, which maps run ids to what was stored."""

    def __init__(self, store: dict[str, StoredRun], run_id: str, stop: StopSignal | None = None) -> None:
        self._stored = store.setdefault(run_id, StoredRun())
        self._stop = stop or NeverStop()
        self._next = 0
        self._refusal = "outside of a run"
        self.last_step_replayed = False

    def run(self, body: Callable[[], JsonValue]) -> JsonValue:
        if self._stored.result is None:
            self._next = 0
            self._refusal = ""
            try:
                self._stored.result = json.dumps(body(), allow_nan=False)
            finally:
                self._refusal = "outside of a run"
        return json.loads(self._stored.result)

    def step(self, name: str, body: Callable[[], JsonValue]) -> JsonValue:
        if self._stop.is_set():
            raise Interrupted("The run was interrupted.")
        if self._refusal:
            raise RuntimeError(f"step {name!r} {self._refusal}")
        self._refusal = f"after step {name!r} failed"
        self.last_step_replayed = self._next < len(self._stored.steps)
        if not self.last_step_replayed:
            self._refusal = f"inside step {name!r}"
            try:
                stored = json.dumps(body(), allow_nan=False)
            finally:
                self._refusal = f"after step {name!r} failed"
            self._stored.steps.append((name, stored))
        known, value = self._stored.steps[self._next]
        if known != name:
            raise StorageError(f"The journal holds step {known!r} where {name!r} is taken now.")
        self._next += 1
        self._refusal = ""
        return json.loads(value)
