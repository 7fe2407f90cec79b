"""Runs as files: `<root>/runs/<id>/run.json`, where root is the repository's `.adw`."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adw.domain import codec
from adw.domain.run import RunRecord
from adw.errors import RunConflict, StorageError, UnknownRun

_RECORD = "run.json"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


class FileRunStore:
    """RunStore on disk. Every method raises StorageError where the disk refuses."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._runs = root / "runs"
        self.unreadable: tuple[StorageError, ...] = ()
        """What `all` had to leave out the last time, and why."""

    def create(self, record: RunRecord) -> None:
        """Raises RunConflict where the id is taken."""
        folder = self.folder(record.spec.id)
        with _disk(folder):
            self._runs.mkdir(parents=True, exist_ok=True)
            ignore = self._root / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", "utf-8")  # Keeps the user's `git status` clean.
            try:
                folder.mkdir()
            except FileExistsError:
                raise RunConflict(f"Run {record.spec.id} exists already.", hint="Try again.") from None
        try:
            self.save(record)
        except StorageError:
            shutil.rmtree(folder, ignore_errors=True)  # A run without a record is none.
            raise

    def load(self, run_id: str) -> RunRecord:
        return _read(self._find(run_id) / _RECORD)

    def ids(self) -> tuple[str, ...]:
        """Of all runs, those whose record is damaged included."""
        return tuple(folder.name for folder in self._folders())

    def full_id(self, run_id: str) -> str:
        """The whole id of the run that `load` would bring, whether its record can be read or not."""
        return self._find(run_id).name

    def save(self, record: RunRecord) -> None:
        folder = self.folder(record.spec.id)
        text = json.dumps(codec.dump(record), indent=1)
        with _disk(folder / _RECORD):
            _replace(folder / _RECORD, text.encode())

    def all(self) -> tuple[RunRecord, ...]:
        records, unreadable = [], []
        for folder in self._folders():
            try:
                records.append(_read(folder / _RECORD))
            except StorageError as error:
                unreadable.append(error)
        self.unreadable = tuple(unreadable)
        return tuple(sorted(records, key=lambda record: (record.spec.created_at, record.spec.id), reverse=True))

    def folder(self, run_id: str) -> Path:
        """The place for the run's files, whether it is there yet or not. Raises UnknownRun for what cannot be an id."""
        if not _ID.fullmatch(run_id):
            raise UnknownRun(f"{run_id!r} is no run id.", hint="`adw runs list` shows the ids.")
        return self._runs / run_id

    def delete(self, run_id: str) -> None:
        """Remove the run and all its files. Raises UnknownRun. Killed half way, the run is gone from every list."""
        folder = self._find(run_id)
        going = folder.with_name(f".{folder.name}")
        with _disk(folder):
            folder.rename(going)
            for gone in self._runs.glob(".*"):  # Also what an earlier, killed removal left.
                shutil.rmtree(gone, ignore_errors=gone != going)

    def _find(self, run_id: str) -> Path:
        ids = [folder.name for folder in self._folders()]
        found = [run_id] if run_id in ids else [name for name in ids if run_id and name.startswith(run_id)]
        if len(found) == 1:
            return self._runs / found[0]
        if found:
            names = ", ".join(found)
            raise UnknownRun(f"{len(found)} runs begin with {run_id!r}: {names}.", hint="Give more of the id.")
        raise UnknownRun(f"No run has the id {run_id!r}.", hint="`adw runs list` shows the ids.")

    def _folders(self) -> list[Path]:
        """Folders that hold a run. One without a record was being made or removed when its process was killed."""
        if not self._runs.exists():
            return []
        with _disk(self._runs):
            return [
                folder
                for folder in sorted(self._runs.iterdir())
                if _ID.fullmatch(folder.name) and (folder / _RECORD).exists()
            ]


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"Cannot use {path}: {error.strerror or error}.",
            hint="Free some space or give the permission, then `adw resume`.",
        ) from error


def _read(path: Path) -> RunRecord:
    with _disk(path):
        stored = path.read_bytes()
    try:
        return codec.load(RunRecord, json.loads(stored))
    except ValueError as error:  # pydantic's ValidationError is one, too
        raise StorageError(
            f"{path} is damaged, or of another version of adw: {str(error).splitlines()[0]}.",
            hint=f"`adw runs clean --force {path.parent.name}` removes the run; its branch stays.",
        ) from error


def _replace(path: Path, content: bytes) -> None:
    """Write `content` so that at any moment, also after a power cut, the old or the new file is there, whole."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
