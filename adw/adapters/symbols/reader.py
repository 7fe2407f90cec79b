"""One file's definitions and uses, out of its syntax tree."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node, Query

from adw.adapters.symbols.languages import LANGUAGES, Language
from adw.adapters.symbols.trees import MAX_PARSE_S, TooHardError, cursor, parse, tools
from adw.domain.symbols import Definition, FileSymbols

_BY_SUFFIX = {suffix: language for language in LANGUAGES for suffix in language.suffixes}
_KINDS = ("type", "function", "value", "impl")
_SHOWN_KIND = {"impl": "type"}
_MAX_DEFINITIONS = 1_000
_MAX_USES = 4_000
_MAX_NAME = 80
_MAX_SIGNATURE = 120
_WORD = re.compile(rb"\w+")
_MAX_NESTING = 20
_PADDED = re.compile(r"(?<=[(\[])\s|,?\s(?=[)\]])")
"""What breaking a signature into lines leaves inside its brackets."""
_COMMENT = re.compile(rb"\s(?:#|//)\s.*\n")
_OPENING = re.compile(r"(?:\s*(?:=>|[{:=;]))+$")
"""What begins a body."""


def language_of(path: str) -> Language | None:
    """The language by the file's suffix; None where no parser knows it."""
    return _BY_SUFFIX.get(suffix_of(path))


def suffix_of(path: str) -> str:
    """`.py`; empty where the name has none."""
    stem, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return dot + suffix if stem else ""


def read_symbols(language: Language, content: bytes, most_s: float = MAX_PARSE_S) -> FileSymbols | None:
    """What the file defines and uses; None where it takes too long. Wrong syntax costs only what stands in it.

    `most_s` is processor time, until the parser is stopped.
    """
    parser, definitions, uses = tools(language)
    try:
        root = parse(parser, content, most_s)
    except TooHardError:
        return None
    found = tuple(_nested(_definitions(definitions, root, content)[:_MAX_DEFINITIONS]))
    used = _uses(uses, root, content)
    names = dict.fromkeys(one.name for one, own in found if own)
    return FileSymbols(
        names=" ".join(names),
        references=" ".join(sorted(used)[:_MAX_USES]),
        outline="\n".join(
            f"{one.line}\t{one.end}\t{one.depth}\t{one.kind}\t{one.name}\t{one.signature}" for one, _ in found
        ),
    )


class _Found(NamedTuple):
    """A definition in the tree. Sorted, an outer one stands before its inner ones."""

    start: int
    """Its first byte."""
    minus_end: int
    kind: str
    name: str
    line: int
    end: int
    signature: str


def _definitions(query: Query, root: Node, content: bytes) -> list[_Found]:
    found: dict[tuple[int, str], _Found] = {}
    for _, captures in cursor(query).matches(root):
        kind = next(kind for kind in _KINDS if kind in captures)
        node = captures[kind][0]
        name = _name(captures["name"][0] if "name" in captures else _declared(captures["declarator"][0]), content)
        name = name.partition("<")[0] if kind == "impl" else name  # `impl Pay for Order<T>` is Order's
        key = (node.start_byte, name)
        if name and (key not in found or kind != "value"):  # a function that is assigned to a name is both
            first, last = node.start_point.row + 1, node.end_point.row + (node.end_point.column > 0)
            found[key] = _Found(
                node.start_byte, -node.end_byte, kind, name, first, last, _signature(node, name, content)
            )
    return sorted(found.values())


def _nested(found: list[_Found]) -> Iterator[tuple[Definition, bool]]:
    """Definitions with what is around them, and whether each gives its file the name."""
    around: list[_Found] = []
    for one in found:
        while around and (one.start >= -around[-1].minus_end or one[:2] == around[-1][:2]):  # `a, b = 1, 2` is both
            around.pop()
        inner = any(outer.kind == "function" for outer in around)
        kind = "inner" if inner else _SHOWN_KIND.get(one.kind, one.kind)
        yield Definition(one.line, one.end, len(around), kind, one.name, one.signature), one.kind != "impl"
        around.append(one)


def _text(node: Node, content: bytes) -> bytes:
    """The node's source: `node.text` asks the reader again, byte by byte."""
    return content[node.start_byte : node.end_byte]


def _name(node: Node, content: bytes) -> str:
    """Without any space: a name may be a string, with separators of the outline and of the store in it."""
    text = "".join(_text(node, content).decode(errors="replace").split()).rpartition("::")[2]
    return text.strip("\"'`")[:_MAX_NAME]


def _declared(node: Node) -> Node:
    """The name in a C declarator, under pointers, references and parentheses."""
    for _ in range(_MAX_NESTING):
        inner = node.child_by_field_name("declarator")
        if inner is None and node.type.endswith("_declarator") and node.named_child_count:
            inner = node.named_child(node.named_child_count - 1)
        if inner is None:
            break
        node = inner
    return node


def _signature(node: Node, name: str, content: bytes) -> str:
    """The definition's text up to its body, on one line."""
    body = node.child_by_field_name("body")
    if body is None and (value := node.child_by_field_name("value")) is not None:
        body = value.child_by_field_name("body")
    before = body.prev_sibling if body is not None else None
    while before is not None and before.is_extra:  # a comment between the head and the body
        before = before.prev_sibling
    end = node.end_byte if body is None else body.start_byte if before is None else before.end_byte
    text = content[node.start_byte : min(end, node.start_byte + 8 * _MAX_SIGNATURE)]
    if body is None:
        text = text.split(b"\n", 1)[0].split(b"{", 1)[0]
    text = _COMMENT.sub(b"", text)
    line = _OPENING.sub("", _PADDED.sub("", " ".join(text.decode(errors="replace").split())))
    line = line if name in "".join(line.split()) else f"{line} {name}"
    return line if len(line) <= _MAX_SIGNATURE else line[: _MAX_SIGNATURE - 1] + "…"


def _uses(query: Query, root: Node, content: bytes) -> set[str]:
    captures = cursor(query).captures(root)
    used = {_text(node, content) for node in captures.get("used", ())}
    for node in captures.get("path", ()):
        if words := _WORD.findall(_text(node, content).rpartition(b"/")[2]):
            used.add(words[0])
    return {text.decode(errors="replace") for text in used if 1 < len(text) <= _MAX_NAME}
