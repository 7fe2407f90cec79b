"""Which program of this machine a check's command means."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from adw.adapters.checks.interpreter import find_python
from adw.errors import CheckError

_PYTHONS = ("python", "python3")
_OWN = (".venv/bin", "venv/bin", "node_modules/.bin", "vendor/bin")
"""Where a repository has programs of its own."""
_MODULE_AT = 2


def resolved(command: tuple[str, ...], checkout: Path, variables: Mapping[str, str]) -> tuple[str, ...] | None:
    """The command with its program as a path, the repository's own before the machine's; None where there is none.

    A run's worktree has no `.venv` and no `node_modules`, so those of `checkout`, the user's own, are named. `python
    -m pytest` starts a Python that has pytest. A path stays what it is.
    """
    program, rest = command[0], command[1:]
    if "/" in program:
        return command if shutil.which(checkout / program) else None
    if program in _PYTHONS:
        module = _module(command)
        if module:
            try:
                return (find_python(checkout, variables, module=module), *rest)
            except CheckError:
                return None
    folders = [str(checkout / folder) for folder in _OWN]
    if variables.get("VIRTUAL_ENV"):
        folders.insert(2, f"{variables['VIRTUAL_ENV']}/bin")
    found = shutil.which(program, path=":".join(folders))
    if found:
        return (found, *rest)
    return command if shutil.which(program, path=variables.get("PATH")) else None


def _module(command: tuple[str, ...]) -> str:
    """What the interpreter must be able to import; empty where the command does not tell."""
    if len(command) > _MODULE_AT and command[1] == "-m":
        return command[_MODULE_AT].partition(".")[0]
    return "django" if command[1:2] == ("manage.py",) else ""
