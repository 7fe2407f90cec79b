"""`adw init`: a configuration for this repository, with what was found in it."""

import json
import posixpath
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from adw.adapters.checks import working_files
from adw.adapters.checks.programs import resolved
from adw.checks.detect import Detected
from adw.config import FILE, parse
from adw.domain.checked import Initialised
from adw.domain.run import CheckSpec
from adw.errors import StorageError, UsageError
from adw.wiring.checkout import Checkout, detected, with_programs
from adw.wiring.place import Place, root_of

_HEAD = """\
# ADW: what it runs in this repository. Every key: docs/configuration.md of ADW.
"""
_WHAT = {
    "test": "A run is done when these pass; adw test runs them too.",
    "build": "Compiler or type checker: the model's edits may bring no new error. adw check build runs it too.",
    "lint": "adw check lint runs it.",
}
_BOTH = "# One command stands for the check. To run both, name a script or a make target that calls them."
_PROJECT_FILES = ("package.json", "go.mod", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts")
_NOT_PROJECTS = {"test", "tests", "testdata", "fixtures", "examples", "templates"}
_DEPTH = 2
_SHOWN = 5


def initialise(place: Place | None = None, *, force: bool = False) -> Initialised:
    """Write what was found. Raises UsageError where a file is there and not `force`, StorageError."""
    place = place or Place()
    root = root_of(place.folder.resolve())
    path = root / FILE
    if path.exists() and not force:
        raise UsageError(f"{path} is there already", hint="adw init --force writes it anew; what it said is lost")
    checkout = Checkout(place, root, parse(""))
    found, instead = _with_what_is_installed(checkout, detected(checkout))
    known = with_programs(checkout.settings, found, root, place.variables)
    content = "\n".join(_lines(found, {check.name for check in known.checks}))
    parse(content)  # what ADW writes, ADW can read
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error
    told = (*known.missing, *instead, *_more(checkout, found, lacking=bool(known.missing or instead)))
    return Initialised(str(path), found.checks, found.others, known.missing, told)


def _with_what_is_installed(checkout: Checkout, found: Detected) -> tuple[Detected, tuple[str, ...]]:
    """Of a repository of several languages, checks that can be run; one sentence for each that stands for another."""
    checks, others, instead = [], list(found.others), []
    for first in found.checks:
        alike = (first, *(other for other in found.others if other.name == first.name))
        there = (one for one in alike if resolved(one.command, checkout.root, checkout.place.variables))
        picked = next(there, first)
        if picked is not first:
            others[others.index(picked)] = first
            instead.append(f"{first.tool} is not installed: the {first.name} check is {_command(picked)}")
        checks.append(picked)
    return replace(found, checks=tuple(checks), others=tuple(others)), tuple(instead)


def _more(checkout: Checkout, found: Detected, *, lacking: bool) -> Iterator[str]:
    """What else somebody should know who reads the file."""
    root = checkout.root
    if lacking and (root / "package.json").is_file() and not (root / "node_modules").is_dir():
        yield "there is no node_modules: install the packages, then let adw init --force look again"
    by_script = any(check.name == "test" and check.tool == "exit" for check in found.checks)
    if not by_script and (below := _projects_below(working_files.names(root))):
        more = f" and {len(below) - _SHOWN} more" if len(below) > _SHOWN else ""
        yield (
            f"not looked into: {', '.join(below[:_SHOWN])}{more}. A check is one command, run at the top: "
            "name a script or a make target that calls the tools of each folder"
        )


def _projects_below(files: Iterable[str]) -> tuple[str, ...]:
    """Projects in folders, where the top has none of their kind that might know them as its parts."""
    names = frozenset(files)
    known = {name for name in _PROJECT_FILES if name in names and name != "go.mod"}
    known |= {"go.mod"} if "go.work" in names else set()
    return tuple(
        path
        for path in sorted(names)
        if 0 < path.count("/") <= _DEPTH
        and posixpath.basename(path) in _PROJECT_FILES
        and posixpath.basename(path) not in known
        and not _NOT_PROJECTS & {*posixpath.dirname(path).split("/")}
    )


def _lines(found: Detected, installed: Collection[str]) -> Iterator[str]:
    """What is not `installed` is a comment: a run must not fail over what was guessed."""
    yield _HEAD
    by_name = {check.name: check for check in found.checks}
    for name, what in _WHAT.items():
        check = by_name.get(name)
        off = "" if name in installed else "# "
        yield f"# {what}"
        if check and off:
            yield "# Not installed here:"
        yield f"{off}[checks.{name}]"
        command = shlex.join(check.command) if check else "…"
        yield f"{off}command = {json.dumps(command, ensure_ascii=False)}"
        if check:
            yield f"{off}tool = {json.dumps(check.tool)}"
        if others := [other for other in found.others if other.name == name]:
            yield from (f"# also found: {_command(other)}" for other in others)
            yield from [_BOTH] if name == "test" else []
        yield ""


def _command(check: CheckSpec) -> str:
    return f"{shlex.join(check.command)} ({check.tool})"
