"""Ending a command with everything that it started."""

import contextlib
import os
import signal
from pathlib import Path

MARK = "ADW_CHECK_ID"
"""Environment variable that every descendant of a check inherits, and by which it is found wherever it went."""
_PROC = Path("/proc")
_ROUNDS = 20


def marked(token: str) -> list[int]:
    """Processes of this user that carry the mark. Empty where there is no /proc (macOS): the group must do there."""
    wanted = f"{MARK}={token}".encode()
    found = []
    for entry in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or another user's
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal the process group, where anything is left of it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def kill(group: int, token: str) -> None:
    """Kill the group, and those that left it for a session of their own.

    In rounds, because a process may start another between being listed and being killed; bounded, because one that
    cannot be killed (stuck in the kernel) must not hold ADW up.
    """
    signal_group(group, signal.SIGKILL)
    for _ in range(_ROUNDS):
        left = marked(token)
        if not left:
            return
        for process_id in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process_id, signal.SIGKILL)
