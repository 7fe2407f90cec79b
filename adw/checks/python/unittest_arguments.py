"""How unittest and Django's runner are started so that they tell what they do: below `adw_unittest`."""

import json
import posixpath
import re

from adw.checks.tool import Invocation, Place

PLUGIN = "adw_unittest"
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*|coverage")
_DJANGO_SCRIPT = re.compile(r"(?:manage|django-admin)(?:\.py)?")
_DEAF = re.compile(r"-[a-zA-Z]*[IE][a-zA-Z]*")
"""Options by which Python does not look into PYTHONPATH, where the plugin is."""
_STOPPING = frozenset({"-f", "--failfast"})


def prepare(command: tuple[str, ...], place: Place, *, module: str) -> Invocation:
    """`python -m <module> …` or `python manage.py …` below the plugin; any other command as it is.

    `--failfast` is taken out: every failing test is to be named.
    """
    at = _program(command, module)
    if at is None:
        return Invocation(command=command)
    how = ("--adw-module", module) if command[at] == "-m" else ("--adw-script", command[at])
    rest = command[at + (2 if command[at] == "-m" else 1) :]
    settings = {"root": place.root, "checkout": place.checkout, "deadline": place.deadline}
    return Invocation(
        command=(*command[:at], "-m", PLUGIN, *how, *(word for word in rest if word not in _STOPPING)),
        files={"unittest.json": json.dumps(settings)},
        plugins=(f"{PLUGIN}.py",),
        # What a worker of Django's has printed when it gives up is lost with it otherwise: the name of the test.
        environment={"PYTHONUNBUFFERED": "1"} if any(word.startswith("--parallel") for word in rest) else {},
    )


def _program(command: tuple[str, ...], module: str) -> int | None:
    """Where in the command Python's own options end and what it runs begins."""
    python = next((at for at, word in enumerate(command) if _PYTHON.fullmatch(posixpath.basename(word))), None)
    if python is None:
        return None
    for at in range(python + 1, len(command)):
        word = command[at]
        if word == "-m":
            return at if command[at + 1 : at + 2] == (module,) else None
        if _DEAF.fullmatch(word) or word == "-c":
            return None
        if module == "django" and word.endswith(".py") and _DJANGO_SCRIPT.fullmatch(posixpath.basename(word)):
            return at
    return None
