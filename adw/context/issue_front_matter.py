"""The front matter of an issue file: the few YAML forms that people write there, read strictly.

    ---
    title: Totals are wrong    # a comment; a title that holds ` #` stands in quotes
    labels: [bug, cart]        or a comma-separated text, or a line `- bug` for each
    priority: high
    ---

Other keys are left alone, whatever stands under them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from adw.errors import UsageError

_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(?P<value>.*))?", re.DOTALL)
_ITEM = re.compile(r"[ \t]*-(?:[ \t]+(?P<value>.*))?")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_QUOTED = re.compile(r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^']|'')*)')[ \t]*(?:#.*)?")
_PART = re.compile(r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,])+")
_KNOWN = frozenset({"title", "labels", "priority"})
_ESCAPES = {"n": "\n", "t": "\t"}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Empty where a key is not given."""

    title: str = ""
    labels: tuple[str, ...] = ()
    priority: str = ""


@dataclass(frozen=True, slots=True)
class _Given:
    """One key with the line that it stands in (1-based), its text, and the lines under it."""

    line: int
    text: str
    below: tuple[tuple[int, str], ...]


def split(text: str) -> tuple[FrontMatter, str]:
    """Front matter and what follows it. Raises UsageError with the line where it is malformed."""
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return FrontMatter(), text
    end = next((number for number, line in enumerate(lines[1:], 1) if _END.fullmatch(line)), None)
    if end is None:
        raise _malformed(1, "the front matter that begins here has no closing `---`")
    given = _keys(enumerate(lines[1:end], 2))
    matter = FrontMatter(
        title=_one(given, "title"),
        labels=_many(given["labels"]) if "labels" in given else (),
        priority=_one(given, "priority"),
    )
    return matter, "\n".join(lines[end + 1 :])


def _keys(lines: Iterable[tuple[int, str]]) -> dict[str, _Given]:
    given: dict[str, _Given] = {}
    last = ""
    for number, line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if last and line.startswith((" ", "\t", "-")):
            one = given[last]
            given[last] = _Given(one.line, one.text, (*one.below, (number, line)))
            continue
        found = _KEY.fullmatch(line)
        if not found:
            raise _malformed(number, f"expected `key: value`, found {line!r}")
        last = found["key"].lower()
        if last in given and last in _KNOWN:
            raise _malformed(number, f"`{last}` is given twice")
        given[last] = _Given(number, (found["value"] or "").strip(), ())
    return given


def _one(given: dict[str, _Given], key: str) -> str:
    if key not in given:
        return ""
    one = given[key]
    if one.below:
        raise _malformed(one.below[0][0], f"`{key}` takes one line of text")
    if one.text[:1] in {"[", "{", "|", ">", "&", "*"}:
        raise _malformed(one.line, f"`{key}` takes plain text; put it in quotes")
    return _scalar(one.text, one.line)


def _many(one: _Given) -> tuple[str, ...]:
    if one.below:
        if one.text and not one.text.startswith("#"):
            raise _malformed(one.below[0][0], "`labels` has both a value and lines under it")
        values = [_item(number, line) for number, line in one.below if not line.lstrip().startswith("#")]
    elif one.text.startswith("["):
        values = _flow(one)
    else:
        values = _scalar(one.text, one.line).split(",")
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _item(number: int, line: str) -> str:
    found = _ITEM.fullmatch(line)
    if not found:
        raise _malformed(number, f"expected `- label`, found {line.strip()!r}")
    return _scalar((found["value"] or "").strip(), number)


def _flow(one: _Given) -> list[str]:
    inside = _COMMENT.sub("", one.text).rstrip()
    if not inside.endswith("]"):
        raise _malformed(one.line, "the list has no closing `]` in its line")
    return [_scalar(part.strip(), one.line) for part in _PART.findall(inside[1:-1])]


def _scalar(text: str, line: int) -> str:
    if text[:1] in {'"', "'"}:
        found = _QUOTED.fullmatch(text)
        if not found:
            raise _malformed(line, f"the quote is not closed, or text follows it: {text}")
        if found["single"] is not None:
            return found["single"].replace("''", "'")
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), found["double"])
    return _COMMENT.sub("", text).strip()


def _malformed(line: int, what: str) -> UsageError:
    return UsageError(
        f"front matter, line {line}: {what}",
        hint="it holds `title: …`, `labels: a, b`, `priority: …`, each in a line, between two lines `---`",
    )
