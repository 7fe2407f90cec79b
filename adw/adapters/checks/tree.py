"""Ending a command with everything that it started."""

import contextlib
import os
import secrets
import signal
from pathlib import Path

MARK = "ADW_CHECK_ID"
"""Environment variable that every descendant of a check inherits, and by which it is found wherever it went."""
_PROC = Path("/proc")
_ROUNDS = 20


def new_mark() -> str:
    """`<process id of this ADW>-<random>`."""
    return f"{os.getpid()}-{secrets.token_hex(8)}"


def marked() -> list[tuple[int, str]]:
    """Processes of this user that carry a mark, with it. None without /proc (macOS): the group must do there."""
    name = f"{MARK}=".encode()
    found: list[tuple[int, str]] = []
    for entry in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or another user's
            variables = (entry / "environ").read_bytes().split(b"\0")
            marks = (variable[len(name) :] for variable in variables if variable.startswith(name))
            found.extend((int(entry.name), mark.decode("ascii", "replace")) for mark in marks)
    return found


def kill_orphans() -> None:
    """Kill what an ADW left running that was itself killed: it would write into the workspace of the resumed run."""
    own = _namespace("self")
    for process_id, mark in marked():
        owner = mark.partition("-")[0]
        if owner.isdecimal() and not (_PROC / owner).exists() and _namespace(str(process_id)) == own:
            _kill(process_id)


def _namespace(process: str) -> str:
    """Process ids mean nothing between containers."""
    try:
        return str((_PROC / process / "ns" / "pid").readlink())
    except OSError:
        return f"unknown of {process}"


def _kill(process_id: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process_id, signal.SIGKILL)


def signal_group(group: int, number: signal.Signals) -> None:
    """Signal the process group, where anything is left of it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def kill(group: int, mark: str) -> None:
    """Kill the group, and those that left it for a session of their own.

    In rounds, because a process may start another between being listed and being killed; bounded, because one that
    cannot be killed (stuck in the kernel) must not hold ADW up.
    """
    signal_group(group, signal.SIGKILL)
    for _ in range(_ROUNDS):
        left = [process_id for process_id, found in marked() if found == mark]
        if not left:
            return
        for process_id in left:
            _kill(process_id)
