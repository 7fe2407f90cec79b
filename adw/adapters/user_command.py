"""The user's own commands that are told of what happens in a run."""

import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from adw.domain.codec import JsonValue
from adw.ports import StopSignal

SCHEMA = 1
"""Of the JSON objects."""
TIME_LIMIT_S = 10.0
GRACE_S = 5.0
"""What is left of the time, at most, when the user wants to stop."""
_LOOK_S = 0.05
"""How often to look whether the time is over: that the command has ended is seen at once where it holds no output."""
_MOST_READ = 65_536
_MOST_KEPT = 2_000
"""Bytes of the output, its last ones."""
_MOST_SHOWN = 200
"""Characters of its last line."""


class UserCommand:
    """Runs `command` (argv, no shell) in `folder` with one JSON object on its standard input.

    `name` is the hook's, as the configuration calls it. `environment` has to be free of secrets already. The command
    has a process group of its own, which is ended with it when its time is over, or soon after `stop` is set: nothing
    of it keeps the run waiting for longer. Its output is read and dropped, but for the last line where it fails,
    which goes through `redact`.
    """

    def __init__(
        self,
        name: str,
        command: tuple[str, ...],
        *,
        folder: Path,
        environment: Mapping[str, str],
        redact: Callable[[str], str] = str,
        time_limit_s: float = TIME_LIMIT_S,
        stop: StopSignal | None = None,
    ) -> None:
        self._name = name
        self._command = command
        self._folder = folder
        self._environment = environment
        self._redact = redact
        self._time_limit_s = time_limit_s
        self._stop = stop

    def call(self, facts: Mapping[str, JsonValue]) -> str:
        """What went wrong, for people; mostly nothing. Never raises: what it is told of goes on without it."""
        try:
            child = self._start(json.dumps({"schema": SCHEMA, "hook": self._name, **facts}))
        except (OSError, ValueError) as error:
            return self._complaint(f"cannot be started: {error}")
        assert child.stdout is not None  # noqa: S101 - for mypy: it is a pipe
        output = _Tail(child.stdout)
        with child:
            ended = self._await(child, output)
            if ended:
                _end(child)
        if ended:
            return self._complaint(ended)
        said = f": {output.last_line()}" if output.last_line() else ""
        return self._complaint(f"ended with exit code {child.returncode}{said}") if child.returncode else ""

    def _start(self, text: str) -> subprocess.Popen[bytes]:
        # A file, not a pipe: the command need not read it, and nobody has to wait until it has.
        with tempfile.TemporaryFile() as given:
            given.write(text.encode())
            given.seek(0)
            return subprocess.Popen(  # noqa: S603 - the command is the user's own configuration
                self._command,
                cwd=self._folder,
                env=dict(self._environment),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _await(self, child: subprocess.Popen[bytes], output: "_Tail") -> str:
        """Why it has to be ended; empty where it has ended by itself."""
        end, hurried = time.monotonic() + self._time_limit_s, False
        try:
            while child.poll() is None:
                if not hurried and self._stop is not None and self._stop.is_set():
                    end, hurried = min(end, time.monotonic() + GRACE_S), True
                if time.monotonic() > end:
                    return "was ended: the run is stopping" if hurried else f"was ended after {self._time_limit_s:g} s"
                _pause(child, output)
        except KeyboardInterrupt:
            # The run has ended and is stored: the user is done waiting for the command, not with the run's result.
            return "was ended by ctrl-C"
        output.listen(0)
        return ""

    def _complaint(self, said: str) -> str:
        return self._redact(f"hooks.{self._name}: {self._command[0]} {said}")


class _Tail:
    """The last of what comes out of a pipe."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._kept = b""
        self.open = True
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    def listen(self, seconds: float) -> None:
        """Wait that long, at most, for something to read."""
        if self._poll.poll(seconds * 1000):
            heard = os.read(self._pipe.fileno(), _MOST_READ)
            self.open = bool(heard)
            self._kept = (self._kept + heard)[-_MOST_KEPT:]

    def last_line(self) -> str:
        lines = self._kept.decode("utf-8", "replace").split("\n")
        return next((line.strip()[:_MOST_SHOWN] for line in reversed(lines) if line.strip()), "")


def _pause(child: subprocess.Popen[bytes], output: _Tail) -> None:
    if output.open:
        output.listen(_LOOK_S)
        return
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_LOOK_S)


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
