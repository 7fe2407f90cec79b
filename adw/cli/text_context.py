"""Requests for people: sections as a table, then the text with its cache breakpoints."""

from collections.abc import Iterator

from rich.console import RenderableType

from adw.cli.pieces import Raw, cell, grid
from adw.domain.results import ContextShown, ShownCall

_BREAKPOINT = "──────── cache breakpoint ────────\n"


def shown(result: ContextShown) -> Iterator[RenderableType | Raw]:
    """Call by call."""
    if not result.calls:
        yield cell("no calls yet")
    for call in result.calls:
        yield from _call(call)


def _call(call: ShownCall) -> Iterator[RenderableType | Raw]:
    facts = call.facts
    total = sum(block.tokens for block in call.blocks)
    head = f"call {call.call}: {facts.phase}, attempt {facts.attempt}, turn {facts.turn}, prompt {facts.prompt_version}"
    yield cell(f"{head}; {total:,} tokens to {call.model}, {call.max_tokens:,} reserved for output")
    table = grid("section", "zone", ">tokens", "hash")
    for section in facts.sections:
        table.add_row(cell(section.name), section.zone, f"{section.tokens:,}", section.digest)
    yield table
    for left_out in facts.excluded:
        yield cell(f"left out: {left_out.name}, {left_out.tokens:,} tokens ({left_out.reason})")
    if facts.folded:
        yield cell("turns were folded for this call")
    if call.differs:
        yield cell(f"first section that differs from the call before: {call.differs}")
    for block in call.blocks:
        yield Raw(f"[{block.place}, {block.tokens:,} tokens]\n{block.text}\n")
        if block.cache_breakpoint:
            yield Raw(_BREAKPOINT)
