"""What rustc and clippy complain of: from cargo's JSON messages, and from text."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import cast

from adw.checks import locate
from adw.checks.native.findings import Dialect, Finding

_HEAD = re.compile(r"^(?P<level>error|warning)(?:\[(?P<code>\w+)\])?: (?P<said>[^\n]+)", re.MULTILINE)
_ARROW = re.compile(r"^ *(?:-->|:::) (?P<path>[^\n]+?):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)
_LABEL = re.compile(r"^[\s\d|_]*\^+(?:[ -]*)(?P<said>[^\s^|-][^\n]*)?$", re.MULTILINE)
_LINT = re.compile(
    r"index\.html#(?P<clippy>[a-z_0-9]+)|#\[(?:warn|deny|forbid)\((?P<lint>[\w:]+)\)\]|`-[DFW] (?P<flag>[\w:-]+)`"
)
_GROUPS = frozenset({"warnings", "unused", "clippy::all", "clippy::pedantic", "clippy::nursery", "clippy::style"})
_OUTCOME = re.compile(
    r"could not compile|aborting due to|test failed, to rerun|doctest failed|\d+ targets? failed|build failed"
    r"|.* generated \d+ warning|\d+ warnings? emitted|process didn't exit successfully"
)
_MESSAGE = '{"reason":"compiler-message"'
_ROUNDS = 20
_LONGEST_BLOCK = 20_000

DIALECT = Dialect(
    imports=re.compile(r"^E0(?:432|433|463|583)\b|unresolved import|can't find crate|file not found for module"),
    syntax=re.compile(
        r"^ (?:expected .*found|expected |unexpected |unclosed|mismatched closing|this file contains|unknown start)"
    ),
)


def from_events(log: str, root: str) -> Iterator[Finding]:
    """From `--message-format=json`; lines that are cut are passed over."""
    for line in log.split("\n"):
        if line.startswith(_MESSAGE):
            try:
                message = json.loads(line)["message"]
                yield from _told(message, root)
            except (ValueError, KeyError, TypeError, AttributeError):
                continue


def _told(message: Mapping[str, object], root: str) -> Iterator[Finding]:
    level, said = str(message["level"]), str(message["message"])
    if not level.startswith(("error", "warning")) or _OUTCOME.match(said):
        return
    code = message.get("code")
    named = str(code.get("code", "")) if isinstance(code, Mapping) else ""
    spans = cast("list[dict[str, object]]", message.get("spans") or [])
    primary = next((span for span in spans if span.get("is_primary")), None)
    label = str(primary.get("label") or "") if primary else ""
    loc = _inside(primary, root)
    yield Finding(loc, _worded(said, label), named, mild=level == "warning", where=_named(primary))


def _inside(span: Mapping[str, object] | None, root: str) -> str:
    """The span's place, or that of the macro call in the workspace which expands to it."""
    for _ in range(_ROUNDS):
        if span is None:
            return ""
        if path := locate.inside(str(span["file_name"]), root):
            return f"{path}:{span['line_start']}:{span['column_start']}"
        expansion = span.get("expansion")
        span = expansion.get("span") if isinstance(expansion, Mapping) else None
    return ""


def _named(span: Mapping[str, object] | None) -> str:
    return f"{span['file_name']}:{span['line_start']}:{span['column_start']}" if span else "cargo"


def _worded(said: str, label: str) -> str:
    return f"{said}: {label}" if label and label not in said else said


def from_text(log: str, root: str) -> Iterator[Finding]:
    """From the output for people; complaints without a place only where nothing else is said."""
    heads = [head for head in _HEAD.finditer(log) if not _OUTCOME.match(head["said"])]
    placed = False
    for head, following in zip(heads, [*heads[1:], None], strict=False):
        block = _block(log, head, following)
        arrow = _ARROW.search(block)
        if arrow is not None:
            placed = True
            yield _written(head, arrow, block, root)
    if not placed:
        for head in heads:
            if head["level"] == "error":
                yield Finding("", head["said"], head["code"] or "", where="cargo")


def _block(log: str, head: re.Match[str], following: re.Match[str] | None) -> str:
    """Up to the blank line behind it."""
    end = min(following.start() if following else len(log), head.end() + _LONGEST_BLOCK)
    blank = log.find("\n\n", head.end(), end)
    return log[head.end() : blank if blank >= 0 else end]


def _written(head: re.Match[str], arrow: re.Match[str], block: str, root: str) -> Finding:
    place = f"{arrow['line']}:{arrow['column']}"
    inside = locate.inside(arrow["path"], root)
    label = _LABEL.search(block, arrow.end())
    mild = head["level"] == "warning"
    said = _worded(head["said"], (label["said"] or "") if label else "")
    named = f"{arrow['path']}:{place}"
    return Finding(f"{inside}:{place}" if inside else "", said, head["code"] or _lint(block), mild=mild, where=named)


def _lint(block: str) -> str:
    for match in _LINT.finditer(block):
        if match["clippy"]:
            return f"clippy::{match['clippy']}"
        named = (match["lint"] or match["flag"]).replace("-", "_")
        if named not in _GROUPS:
            return named
    return ""
