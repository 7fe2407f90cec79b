"""`adw init`: a configuration for this repository, with what was found in it."""

import json
import shlex
from collections.abc import Collection, Iterator

from adw.checks.detect import Detected
from adw.config import FILE, parse
from adw.domain.checked import Initialised
from adw.domain.run import CheckSpec
from adw.errors import StorageError, UsageError
from adw.wiring.checkout import Checkout, detected, root_of, with_programs
from adw.wiring.place import Place

_HEAD = """\
# ADW: what it runs in this repository. Every key: docs/configuration.md of ADW.
"""
_WHAT = {
    "test": "A run is done when these pass; adw test runs them too.",
    "build": "Compiler or type checker: the model's edits may bring no new error. adw check build runs it too.",
    "lint": "adw check lint runs it.",
}


def initialise(place: Place | None = None, *, force: bool = False) -> Initialised:
    """Write what was found. Raises UsageError where a file is there and not `force`, StorageError."""
    place = place or Place()
    root = root_of(place.folder.resolve())
    path = root / FILE
    if path.exists() and not force:
        raise UsageError(f"{path} is there already", hint="adw init --force writes it anew; what it said is lost")
    checkout = Checkout(place, root, parse(""))
    found = detected(checkout)
    known = with_programs(checkout.settings, found, root, place.variables)
    content = "\n".join(_lines(found, {check.name for check in known.checks}))
    parse(content)  # what ADW writes, ADW can read
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error
    return Initialised(str(path), found.checks, found.others, known.missing, known.missing)


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
        yield from (f"# also found: {_command(other)}" for other in found.others if other.name == name)
        yield ""


def _command(check: CheckSpec) -> str:
    return f"{shlex.join(check.command)} ({check.tool})"
