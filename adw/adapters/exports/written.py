"""Files that are there whole or not at all."""

from collections.abc import Iterable
from pathlib import Path

from adw.errors import StorageError


def write(path: Path, pieces: Iterable[str]) -> None:
    """The pieces as UTF-8, one after the other. Raises StorageError; then what was there before is there still."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.writelines(pieces)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path}: {error.strerror or error}", hint="name another file") from error
