"""One run in a process of its own, which ends with the one that began it, however that ends.

The pipe to the child's standard input is the tie: it is closed to stop the child, and the kernel closes it when the
parent is killed.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO

from adw.domain.codec import JsonValue
from adw.ports import StopSignal

GRACE_S = 15.0
"""How long a child may take to stop."""

_LIVING: set[subprocess.Popen[bytes]] = set()
"""Children that are under way."""
_POLL_S = 0.1
_TAIL = 2_000


class ChildFailed(Exception):
    """The child ended without an answer; the message is the end of what it said."""


def run_in_child(
    arguments: tuple[str, ...], said: JsonValue, stop: StopSignal, *, folder: Path, environment: Mapping[str, str]
) -> JsonValue:
    """What `adw ARGUMENTS` answers (its JSON envelope) after `said` on its standard input.

    Once `stop` is set the child is stopped, and what it answers then is worth nothing. Raises ChildFailed.
    """
    with TemporaryFile() as answer, TemporaryFile() as complaint:
        child = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "adw", *arguments],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=complaint,
            start_new_session=True,  # ctrl-C is for the parent, which stops the child
        )
        _LIVING.add(child)
        try:
            _tell(child, said)
            _await(child, stop)
        finally:
            _LIVING.discard(child)
        try:
            return json.loads(_content(answer))
        except ValueError as error:
            said_last = _content(complaint)[-_TAIL:]
            raise ChildFailed(f"exit code {child.returncode}{said_last and f': {said_last}'}") from error


def end_all() -> None:
    """Kill every child at once."""
    for child in tuple(_LIVING):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def end_with_parent(pipe: BinaryIO) -> None:
    """In the child: stop as by ctrl-C when the parent closes the pipe or is gone."""
    threading.Thread(target=_watch, args=(pipe,), name="adw-parent", daemon=True).start()


def _watch(pipe: BinaryIO) -> None:
    while pipe.read(1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)  # which `adw` takes for ctrl-C
    time.sleep(GRACE_S)
    os.kill(os.getpid(), signal.SIGKILL)


def _tell(child: subprocess.Popen[bytes], said: JsonValue) -> None:
    if child.stdin is not None:
        with suppress(BrokenPipeError):  # it has ended already: its answer says why
            child.stdin.write(json.dumps(said).encode() + b"\n")
            child.stdin.flush()


def _await(child: subprocess.Popen[bytes], stop: StopSignal) -> None:
    stopped_at = 0.0
    while child.poll() is None:
        if stop.is_set() and not stopped_at and child.stdin is not None:
            with suppress(BrokenPipeError):
                child.stdin.close()
            stopped_at = time.monotonic()
        if stopped_at and time.monotonic() - stopped_at > GRACE_S:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        time.sleep(_POLL_S)
    if child.stdin is not None:
        with suppress(BrokenPipeError):
            child.stdin.close()


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
