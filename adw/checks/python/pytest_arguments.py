"""How pytest is started so that its report can be trusted: whole, fresh, and of the workspace alone."""

import json
import posixpath
import shlex

from adw.checks.detect import has_pytest_config
from adw.checks.tool import Invocation, Place

JUNIT = "junit.xml"
WITNESS = "adw_witness"

_NAMES = ("pytest", "py.test")
_WRAPPERS = frozenset({"bash", "gmake", "inv", "invoke", "just", "make", "nox", "npm", "sh", "task", "tox"})
"""Programs whose argument `pytest` names a target of theirs, not the program."""
_CONFIG_OPTIONS = ("-c", "--config-file")


def _base(argument: str) -> str:
    return posixpath.basename(argument).removesuffix(".exe")


def arguments(place: Place, *, own_config: bool) -> tuple[str, ...]:
    """Options that go behind the user's own, and so win over `addopts` and over those in the command.

    `--maxfail=0` undoes `-x`: every failing test is to be named. The cache moves out of the workspace rather than
    being switched off, because `--lf` and `--ff` in `addopts` would then be unknown options. `xunit1` is the only
    family that says which file a test is in. `--confcutdir` keeps conftest files above the workspace out, and an
    empty configuration file does the same for settings, where the checkout around the worktree has some.
    """
    ini = ("-c", f"{place.scratch}/pytest.ini") if own_config else ()
    return (
        *("-p", WITNESS, *ini),
        *(f"--rootdir={place.root}", f"--confcutdir={place.root}", f"--junitxml={place.scratch}/{JUNIT}"),
        *("-o", "junit_family=xunit1", "-o", "junit_logging=no", "-o", f"cache_dir={place.scratch}/cache"),
        *("--maxfail=0", "--tb=short", "--color=no"),
    )


def prepare(command: tuple[str, ...], place: Place) -> Invocation:
    """The command with its options; by PYTEST_ADDOPTS where it starts pytest only somewhere inside (`make test`)."""
    direct = _base(command[0]) not in _WRAPPERS and any(_base(argument) in _NAMES for argument in command)
    configured = any(argument.split("=")[0] in _CONFIG_OPTIONS for argument in command)
    strayed = has_pytest_config(place.surrounding) and not has_pytest_config(place.configs)
    options = arguments(place, own_config=strayed and not configured)
    settings = {"root": place.root, "checkout": place.checkout, "deadline": place.deadline}
    environment = {
        "COVERAGE_FILE": f"{place.scratch}/coverage",
        # Else all the user's runs share one folder, and each cleans up after the others: seen to take a minute.
        "PYTEST_DEBUG_TEMPROOT": posixpath.join(place.scratch, "tmp"),
    }
    if not direct:
        environment["PYTEST_ADDOPTS"] = shlex.join(options)
    return Invocation(
        command=_insert(command, options) if direct else command,
        environment=environment,
        files={"witness.json": json.dumps(settings), "pytest.ini": "[pytest]\n"},
        plugins=(f"{WITNESS}.py",),
    )


def _insert(command: tuple[str, ...], options: tuple[str, ...]) -> tuple[str, ...]:
    """Before a lone `--`, behind which pytest takes everything for a path."""
    at = command.index("--") if "--" in command[1:] else len(command)
    start = next(index for index, argument in enumerate(command) if _base(argument) in _NAMES)
    if at < start:  # `uv run -- pytest`: that one is the launcher's
        at = len(command)
    return (*command[:at], *options, *command[at:])
