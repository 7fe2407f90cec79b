"""`adw parse`: a log that is there already, read as if ADW had run the command."""

import difflib
from dataclasses import replace
from pathlib import Path

from adw.adapters.checks.environment import secret_values
from adw.adapters.checks.log_reader import LIMIT, ReadLog, read_log
from adw.checks import text, tools
from adw.checks.judge import judge_log
from adw.checks.report import group
from adw.checks.tool import Kind, Reading, Tool
from adw.context.redact import MARK
from adw.domain.checked import Checked
from adw.domain.report import CheckFault, Report
from adw.errors import UsageError
from adw.wiring.place import Place, root_of

_LINTERS = frozenset({"ruff", "flake8", "eslint"})


def parse_log(source: str, tool: str = "", place: Place | None = None, *, limit: int = LIMIT) -> Checked:
    """The report of the log `source`, a path or `-`; `tool` empty: told from the log. Raises UsageError.

    Of more than `limit` bytes both ends are read, and nothing is judged: what is left out may have failures.
    """
    place = place or Place()
    root = root_of(place.folder.resolve())
    named = _named(tool) if tool else None
    path = None if source == "-" else place.folder / source
    read = _redacted(read_log(path, place.stdin, limit), place)
    reader = named or tools.recognised(read.text)
    said = judge_log(read.text, root.as_posix(), reader.parse(read.text, root.as_posix()), reader.kind)
    if read.left_out:
        why = f"{read.left_out:,} bytes in the middle of the log were not read: it is too large"
        said = replace(said, fault=CheckFault("OUTPUT_LIMIT", why, text.tail(read.text, root.as_posix())))
    return Checked(_report(reader, said, _shown(path, root)))


def _redacted(read: ReadLog, place: Place) -> ReadLog:
    """Without the secrets of the environment: what comes out of here is often shown to a model."""
    content = read.text
    for secret in secret_values(place.variables):
        content = content.replace(secret, MARK)
    return replace(read, text=content)


def _named(name: str) -> Tool:
    known = {one.name: one for one in (*tools.every(), tools.ANY)}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"unknown tool {name!r}", hint=f"{hint}known are: {', '.join(sorted(known))}")


def _report(reader: Tool, said: Reading, log: str) -> Report:
    ok = not said.failures and said.fault is None
    return Report(
        check=_check_of(reader),
        tool=reader.name,
        ok=ok,
        exit_code=0 if ok else 1,
        summary=said.summary,
        failures=group(said.failures),
        log=log,
        fault=said.fault,
    )


def _check_of(reader: Tool) -> str:
    if reader.kind is Kind.TEST:
        return "test"
    return "lint" if reader.name in _LINTERS else "build"


def _shown(path: Path | None, root: Path) -> str:
    """As reports name logs: relative to the repository where it lies there; empty for standard input."""
    if path is None:
        return ""
    absolute = path.resolve()
    return (absolute.relative_to(root) if absolute.is_relative_to(root) else absolute).as_posix()
