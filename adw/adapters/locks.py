"""Locks between processes: one run per issue, one process per run."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from adw.errors import RunConflict, StorageError

_LOOK_S = 0.05


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
        with _disk(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
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
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):  # The pid is only for people; closing is what frees the lock.
                os.ftruncate(descriptor, 0)
            os.close(descriptor)

    def _acquire(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _pid(self._path)
            raise RunConflict(
                f"{self._name} is being worked on by {f'process {pid}' if pid else 'another process'}.",
                hint="Wait for it to end, or stop it with `adw cancel` and try again.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


@contextmanager
def held_soon(root: Path, name: str, timeout_s: float) -> Iterator[None]:
    """The lock, for which others that hold it are waited for. Raises RunConflict where that takes too long."""
    end = time.monotonic() + timeout_s
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(RunLock(root, name))
                break
            except RunConflict:
                if time.monotonic() > end:
                    raise
                time.sleep(_LOOK_S)  # flock has no wait with a limit
        yield


def holder(root: Path, name: str) -> int | None:
    """The pid of the live process that holds the lock; None where nobody does. Raises StorageError."""
    path = _path(root, name)
    pid = _pid(path)
    if pid is None or _dead(pid):
        return None
    # A killed holder's pid may belong to a stranger by now: only the kernel knows.
    with _disk(path), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return pid
    return None


def await_free(root: Path, name: str, timeout_s: float) -> bool:
    """Whether the holder let go of the lock within `timeout_s`."""
    end = time.monotonic() + timeout_s
    while holder(root, name) is not None:
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK_S)  # flock has no wait with a limit
    return True


def _pid(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _dead(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.ESRCH
    return False


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"Cannot lock {path}: {error.strerror or error}.",
            hint="ADW writes into the .adw directory of the repository: free some space or give the permission.",
        ) from error
