"""Syntax trees and queries over them, in bounded time whatever stands in a file."""

from functools import cache
from importlib import import_module
from time import thread_time

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Point, Query, QueryCursor

from adw.adapters.symbols.languages import Language

MAX_PARSE_S = 2.0
"""Ordinary files of 500 KB take 0.05 s."""
_CHUNK = 1 << 16
_MAX_ERROR = 5_000
"""Parts of a stretch of text in which the parser finds no syntax. A query takes 0.2 s for 16,000."""
_MAX_DEPTH = 10_000
"""Of a node that a query looks at. In a tree with more than 65,535 levels it would never end (tree-sitter 0.26.1)."""


class TooHardError(Exception):
    """The file would take too long."""


@cache
def tools(language: Language) -> tuple[Parser, Query, Query]:
    """Its parser, and the queries for definitions and for uses."""
    grammar = Grammar(getattr(import_module(language.package), language.grammar)())
    return Parser(grammar), Query(grammar, language.definitions), Query(grammar, language.uses)


def parse(parser: Parser, content: bytes, most_s: float) -> Node:
    """The tree's root, fit for queries. `most_s` is processor time. Raises TooHardError."""
    until = thread_time() + most_s

    def read(offset: int, _at: Point) -> bytes:
        return content[offset : offset + _CHUNK]

    def enough(_offset: int, _has_error: bool) -> bool:  # noqa: FBT001 - tree-sitter calls it so
        return thread_time() > until

    try:
        root = parser.parse(read, progress_callback=enough).root_node
    except ValueError as error:  # "Parsing failed": stopped
        parser.reset()
        raise TooHardError from error
    _check(root)
    return root


def _check(root: Node) -> None:
    """Raises TooHardError where the syntax is wrong throughout: a query's time is quadratic in an error's parts.

    That queries can be stopped from within is no way out: it crashes the interpreter (tree-sitter 0.26.1).
    """
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error and node.child_count > _MAX_ERROR:
            raise TooHardError
        if node.has_error:
            waiting.extend(node.children)


def cursor(query: Query) -> QueryCursor:
    """What runs the query."""
    made = QueryCursor(query)
    made.set_max_start_depth(_MAX_DEPTH)
    return made
