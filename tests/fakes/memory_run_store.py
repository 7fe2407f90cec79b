"""Runs in memory; their folders are real, because others write into them."""

from pathlib import Path

from adw.domain.run import RunRecord
from adw.errors import RunConflict, StorageError, UnknownRun


class MemoryRunStore:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._records: dict[str, RunRecord] = {}
        self.unreadable: tuple[StorageError, ...] = ()

    def create(self, record: RunRecord) -> None:
        if record.spec.id in self._records:
            raise RunConflict(f"Run {record.spec.id} exists already.")
        self.folder(record.spec.id).mkdir(parents=True, exist_ok=True)
        self._records[record.spec.id] = record

    def load(self, run_id: str) -> RunRecord:
        return self._records[self._find(run_id)]

    def save(self, record: RunRecord) -> None:
        self._records[record.spec.id] = record

    def all(self) -> tuple[RunRecord, ...]:
        records = self._records.values()
        return tuple(sorted(records, key=lambda record: (record.spec.created_at, record.spec.id), reverse=True))

    def folder(self, run_id: str) -> Path:
        if not run_id or "/" in run_id or run_id.startswith("."):
            raise UnknownRun(f"{run_id!r} is no run id.")
        return self._root / "runs" / run_id

    def delete(self, run_id: str) -> None:
        del self._records[self._find(run_id)]

    def _find(self, run_id: str) -> str:
        if run_id in self._records:
            return run_id
        found = [known for known in self._records if run_id and known.startswith(run_id)]
        if len(found) != 1:
            raise UnknownRun(f"{len(found)} runs begin with {run_id!r}: {', '.join(found)}.")
        return found[0]
