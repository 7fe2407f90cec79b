"""The run's events as a file, one JSON line each, and one observer for several."""

import json
import threading
from dataclasses import dataclass
from datetime import datetime
from io import BufferedWriter
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from adw.domain import codec
from adw.domain.events import Event
from adw.errors import StorageError
from adw.ports import Clock, Observer

_KINDS: dict[str, Any] = {kind.__dataclass_fields__["kind"].default: kind for kind in get_args(Event)}


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    at: datetime
    """UTC."""
    event: Event


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    at: datetime
    event: dict[str, Any]


class EventLog:
    """Appends every event with its time to `path`. May be told from several threads.

    Raises StorageError where the file cannot be written.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()

    def tell(self, event: Event) -> None:
        line = json.dumps({"at": self._clock.now().isoformat(), "event": codec.dump(event)})
        try:
            with self._lock, self._path.open("ab") as file:
                # A process that was killed may have left half a line: this one must not be spoilt by it.
                start = b"" if _at_line_start(file, self._path) else b"\n"
                file.write(start + line.encode() + b"\n")
        except OSError as error:
            raise StorageError(
                f"Cannot write {self._path}: {error.strerror or error}.", hint="Free some space, then `adw resume`."
            ) from error


class FanOut:
    """Tells several observers, in order."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def tell(self, event: Event) -> None:
        for observer in self._observers:
            observer.tell(event)


def read(path: Path) -> tuple[LoggedEvent, ...]:
    """What was logged, oldest first; empty where there is no log. Lines that were torn by a kill are left out.

    Raises StorageError where the file is there but cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StorageError(f"Cannot read {path}: {error.strerror or error}.") from error
    logged = (_parse(line) for line in lines)
    return tuple(entry for entry in logged if entry is not None)


def _parse(line: bytes) -> LoggedEvent | None:
    try:
        stored = _Line.model_validate_json(line)
        kind = _KINDS[stored.event["kind"]]
        return LoggedEvent(at=stored.at, event=codec.load(kind, stored.event))
    except (ValidationError, KeyError, TypeError):
        return None


def _at_line_start(file: BufferedWriter, path: Path) -> bool:
    size = file.tell()
    if size == 0:
        return True
    with path.open("rb") as reader:
        reader.seek(size - 1)
        return reader.read(1) == b"\n"
