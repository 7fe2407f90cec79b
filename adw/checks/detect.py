"""Which checks a repository has, from its file names and the texts of a few configuration files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adw.checks.detection import javascript, native, python, scripting
from adw.checks.detection.listing import Listing
from adw.checks.detection.pytest_config import PYTEST_FILES, has_pytest_config, has_pytest_files
from adw.domain.run import CheckSpec

__all__ = ["CONFIG_FILES", "Detected", "detect", "has_pytest_config", "has_pytest_files"]

CONFIG_FILES = (
    *PYTEST_FILES,
    *("setup.py", "mypy.ini", ".mypy.ini", *python.REQUIREMENTS),
    *("package.json", "composer.json"),
    *native.MAKEFILES,
    "go.mod",  # says which folder a Go package's files are in
)
"""Files at the root whose texts detection wants to see."""

_NAMES = ("test", "build", "lint")


@dataclass(frozen=True, slots=True)
class Detected:
    """What a repository seems to have. A program may be missing all the same: detection reads files only."""

    checks: tuple[CheckSpec, ...] = ()
    """At most one `test`, `build` and `lint` each, in this order."""
    others: tuple[CheckSpec, ...] = ()
    """Found as well, but another stands for the check: repositories of several languages."""


def detect(files: Iterable[str], configs: Mapping[str, str]) -> Detected:
    """The repository's checks, by the language that it has most files of; Makefiles only where nothing else is known.

    `files` are paths relative to the root, `configs` the texts of those of CONFIG_FILES that are there. Programs are
    named as on a command line: `python` for the interpreter that has the repository's tools.
    """
    repository = Listing.of(files, configs)
    groups = (python.found, javascript.found, native.found, scripting.found)
    known = [one for group in groups for one in group(repository)]
    known.sort(key=lambda one: -one.weight)
    known += native.by_make(repository)
    checks: list[CheckSpec] = []
    others: list[CheckSpec] = []
    for name in _NAMES:
        named = [one.check for one in known if one.check.name == name]
        checks += named[:1]
        several = len([check for check in named if check.tool != "exit"]) > 1
        # What only has an exit code is worth a word where it may be what calls the tools of all languages.
        others += [check for check in named[1:] if several or check.tool != "exit"]
    return Detected(tuple(checks), tuple(others))
