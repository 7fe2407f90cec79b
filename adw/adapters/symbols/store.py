"""Symbols kept on disk, so that a file is parsed once for all runs.

One file of text, written whole and put in place at once: any number of processes may read and write, the last one
wins, and what a loser parsed is parsed again. It is only a copy of what the parsers say: where it cannot be read, is
damaged or of another version, it counts as not there; where it cannot be written, the run goes on without.
No format that can run code when it is read: a repository could bring a file of its own.
"""

import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from adw.adapters.symbols.languages import LANGUAGES
from adw.domain.symbols import FileSymbols

Stored = FileSymbols | str
"""A file's symbols, or why it has none."""

_FORMAT = 2
"""To be raised with every change of what `reader` finds."""
_RECORD, _FIELD = "\x1e", "\x1f"
_FIELDS = 4


@dataclass(frozen=True, slots=True)
class Room:
    """What the file holds at most."""

    entries: int = 60_000
    bytes: int = 128_000_000


class SymbolStore:
    """The symbols of `path`, by key. Only the folder `above` may have to be there already."""

    def __init__(self, path: Path, *, above: Path, keep: bool = True, room: Room = Room()) -> None:
        """`above`: ADW's own folder in the repository; without it, or without `keep`, nothing is written."""
        self._keep = keep
        self._room = room
        self._path = path
        self._above = above

    def load(self) -> dict[str, Stored]:
        """What is there, in the order it was saved; nothing where it is not whole."""
        try:
            if self._path.is_symlink() or self._path.stat().st_size > 2 * self._room.bytes:
                return {}
            head, _, body = self._path.read_bytes().partition(b"\n")
        except OSError:
            return {}
        if head != _header(body):
            return {}
        records = (record.split(_FIELD) for record in body.decode(errors="replace").split(_RECORD))
        return {
            fields[0]: FileSymbols(*fields[1:]) if len(fields) == _FIELDS else fields[1]
            for fields in records
            if len(fields) in {2, _FIELDS}
        }

    def save(self, wanted: Mapping[str, Stored], older: Mapping[str, Stored]) -> None:
        """Keep `wanted`, and of `older` what there is room for."""
        merged = {**wanted, **{key: stored for key, stored in older.items() if key not in wanted}}
        body = _packed(merged, self._room)
        folder = self._path.parent
        with suppress(OSError):
            if not (self._keep and self._above.is_dir()):
                return
            if any(place.is_symlink() for place in (self._above, folder, self._path)):
                return
            folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=folder, prefix=f"{self._path.name}.", delete=False) as fresh:
                try:
                    fresh.write(_header(body) + b"\n" + body)
                    fresh.close()
                    Path(fresh.name).replace(self._path)
                except OSError:
                    Path(fresh.name).unlink()
                    raise


def _packed(entries: Mapping[str, Stored], room: Room) -> bytes:
    records, size = [], 0
    for key, stored in islice(entries.items(), room.entries):
        fields = (stored,) if isinstance(stored, str) else (stored.names, stored.references, stored.outline)
        record = _FIELD.join((key, *fields)).encode(errors="replace")
        size += len(record) + 1
        if size > room.bytes:
            break
        records.append(record)
    return _RECORD.encode().join(records)


def _header(body: bytes) -> bytes:
    return f"adw symbols {_FORMAT} {_parsers()} {zlib.crc32(body):08x}".encode()


@cache
def _parsers() -> str:
    """The grammars' versions: another one finds something else."""
    return " ".join(version(package.replace("_", "-")) for package in sorted({one.package for one in LANGUAGES}))
