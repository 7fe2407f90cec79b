"""One command run to its end: no shell, no standard input, a process group of its own, bounded in time and output."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from adw.adapters.checks import tree
from adw.adapters.checks.log_file import LogFile
from adw.errors import CheckError, Interrupted
from adw.ports import StopSignal

_CHUNK = 1 << 16
_TICK_S = 0.1
"""How often the stop signal is looked at; exits and output wake the loop by themselves."""
_DRAIN_S = 1.0
"""How long output is waited for once everything is dead: something out of reach may hold the pipe open."""


@dataclass(frozen=True, slots=True)
class Bounds:
    timeout_s: float
    log_bytes: int = 20_000_000
    """What is kept of the output."""
    grace_s: float = 2.0
    """Between the request to end (SIGTERM) and the end (SIGKILL)."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    exit_code: int
    """Negative: the signal that ended it."""
    timed_out: bool
    truncated: bool
    """Whether the log lacks its middle."""
    output_bytes: int
    """What the command wrote, kept or not."""
    duration_s: float


def run(
    command: tuple[str, ...],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    bounds: Bounds,
    stop: StopSignal,
    heard: Callable[[bytes], None] | None = None,
) -> Ended:
    """Run it, its output in `log`. Everything it started is gone when this returns or raises.

    `heard` is given every piece of the output as it comes, in the calling thread.
    Raises CheckError where it cannot be started, StorageError where the log cannot be written, Interrupted where
    `stop` was set meanwhile.
    """
    mark = tree.new_mark()
    tree.kill_orphans()
    kept = LogFile(log, bounds.log_bytes)
    try:
        child = subprocess.Popen(  # noqa: S603 - the command is the user's own configuration
            command,
            cwd=cwd,
            env={**environment, tree.MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        kept.close()
        raise CheckError(f"{command[0]} cannot be started: {error}") from error
    with _Watch(child, mark, kept, heard) as watch:
        timed_out = not watch.until_exit(bounds.timeout_s, stop)
        if timed_out:
            tree.signal_group(child.pid, signal.SIGTERM)
            watch.until_exit(bounds.grace_s, stop)
        watch.end()
    return Ended(child.returncode, timed_out, watch.truncated, kept.total, watch.duration_s)


class _Watch:
    """Reads a child's output until it is gone; kills whatever is left on the way out."""

    def __init__(
        self, child: subprocess.Popen[bytes], mark: str, log: LogFile, heard: Callable[[bytes], None] | None
    ) -> None:
        self._child = child
        self._output = cast("IO[bytes]", child.stdout)  # it was asked for
        self._mark = mark
        self._log = log
        self._heard = heard
        self._selector = selectors.DefaultSelector()
        self._began = time.monotonic()
        self._exit_fd = -1
        self.truncated = False
        self.duration_s = 0.0

    def __enter__(self) -> Self:
        os.set_blocking(self._output.fileno(), False)
        self._selector.register(self._output, selectors.EVENT_READ)
        if hasattr(os, "pidfd_open"):  # Linux: wakes at the exit; elsewhere the next tick sees it
            with contextlib.suppress(OSError):
                self._exit_fd = os.pidfd_open(self._child.pid)
                self._selector.register(self._exit_fd, selectors.EVENT_READ)
        return self

    def until_exit(self, limit_s: float, stop: StopSignal) -> bool:
        """Whether the child ended within the limit. Raises Interrupted, StorageError."""
        deadline = time.monotonic() + limit_s
        while self._child.poll() is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._read(min(left, _TICK_S))
            if stop.is_set():
                raise Interrupted("the check was stopped")
        return True

    def _read(self, wait_s: float) -> bool:
        """Take what is there; whether more may come."""
        for key, _ in self._selector.select(wait_s):
            if key.fd == self._exit_fd:
                continue
            with contextlib.suppress(BlockingIOError):
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    self._selector.unregister(key.fileobj)
                    return False
                self._log.write(chunk)
                if self._heard is not None:
                    self._heard(chunk)
        return self._output in self._selector.get_map()

    def end(self) -> None:
        """Kill what is left, and read what it still said."""
        self.duration_s = time.monotonic() - self._began
        tree.kill(self._child.pid, self._mark)
        self._child.wait()
        if self._exit_fd >= 0:
            self._selector.unregister(self._exit_fd)  # it would wake the loop for ever
        deadline = time.monotonic() + _DRAIN_S
        while time.monotonic() < deadline and self._read(_TICK_S):
            pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is not None:
            tree.kill(self._child.pid, self._mark)
            self._child.wait()
        self._selector.close()
        if self._exit_fd >= 0:
            os.close(self._exit_fd)
        self._output.close()
        self.truncated = self._log.close()
