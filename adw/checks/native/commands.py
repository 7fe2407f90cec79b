"""Whether a command starts a tool itself, so that options of ours can be put in: scripts and `make` are left alone."""

import posixpath
import re

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


def at(command: tuple[str, ...], *programs: str) -> int:
    """The index of the program in `go test` or `env A=1 /usr/bin/go test`; -1 where another one is started."""
    start = 0
    if command and posixpath.basename(command[0]) == "env":
        start = next((index for index, word in enumerate(command) if index and not _ASSIGNMENT.match(word)), 0)
    return start if command and _base(command[start]) in programs else -1


def word(command: tuple[str, ...], *programs: str) -> tuple[int, str]:
    """Index and text of the tool's own command: `test` of `go test -v`. (-1, "") where there is none.

    Options before it are passed over, also those with a value of their own behind them (`cargo --color never test`):
    what follows them is taken for the command only where it stands first.
    """
    start = at(command, *programs)
    if start < 0:
        return -1, ""
    found = next((index for index, text in enumerate(command) if index > start and text[:1] not in "-+"), -1)
    return found, command[found] if found > 0 else ""


def insert(command: tuple[str, ...], options: tuple[str, ...], *, behind: int) -> tuple[str, ...]:
    """The command with options right behind the word at that index."""
    return (*command[: behind + 1], *options, *command[behind + 1 :])


def _base(program: str) -> str:
    return posixpath.basename(program).removesuffix(".exe")
