"""Locks between processes: one run per issue, one process per run."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from adw.errors import RunConflict, StorageError

_TRIES = 25
_PAUSE_S = 0.02
"""Between tries, while nobody says to hold the lock: `holder` looks at it for an instant."""


def _path(root: Path, name: str) -> Path:
    return root / "locks" / f"{quote(name, safe='')}.lock"


class RunLock:
    """Holds `<root>/locks/<name>.lock` while the `with` block runs.

    The lock is the kernel's (`flock`): it falls when the holder ends, however it ends, and child processes do not
    inherit it. The file only says who holds it, and stays behind empty: removing it would let two processes lock two
    files of the same name. Raises RunConflict where another process (or another RunLock of this one) holds it,
    StorageError where the file cannot be made.
    """

    def __init__(self, root: Path, name: str) -> None:
        self._root = root
        self._name = name
        self._path = _path(root, name)
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _refused(self._path, error) from error
        try:
            self._acquire(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            with suppress(OSError):  # The pid is only for people; closing is what frees the lock.
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def _acquire(self, descriptor: int) -> None:
        for _ in range(_TRIES):
            if self._flock(descriptor):
                break
            if _lives(_pid(self._path)):
                raise self._conflict()
            time.sleep(_PAUSE_S)
        else:
            raise self._conflict()
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            raise _refused(self._path, error) from error

    def _flock(self, descriptor: int) -> bool:
        """Whether the lock is ours now."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise _refused(self._path, error) from error
        return True

    def _conflict(self) -> RunConflict:
        pid = _pid(self._path)
        return RunConflict(
            f"{self._name} is being worked on by {f'process {pid}' if pid else 'another process'}.",
            hint="Wait for it to end, or stop it with `adw cancel` and try again.",
        )


def holder(root: Path, name: str) -> int | None:
    """The pid of the live process that holds the lock; None where nobody does."""
    path = _path(root, name)
    pid = _pid(path)
    if pid is None:
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # A pid can be left behind by a killed holder and belong to a stranger by now: only the kernel knows.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return pid
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        os.close(descriptor)
    return None


def _pid(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _lives(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # It is another user's.
        return True
    return True


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"Cannot lock {path}: {error.strerror or error}.",
        hint="ADW must be able to write in the repository's .adw directory; free some space or give the permission.",
    )
