"""Optimisations of a history that is sent whole, one at a time: from the turns so far to the turns as they are sent.

A turn that a stage leaves alone stays the same object, so that nothing is made or counted anew for it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from adw.context.record.lines import trimmed
from adw.context.record.render import GAP
from adw.context.trajectory import Turn
from adw.domain.messages import ToolCall
from adw.domain.run import Limits

Stage = Callable[[list[Turn]], list[Turn]]

WORD_CHARS = 60
_IN_A_ROW = 3


def truncate_files(turns: list[Turn]) -> list[Turn]:
    """Every result within ADW's own bounds: the middle is left out, with a mark that says how much."""
    return [_truncated(turn) for turn in turns]


def _truncated(turn: Turn) -> Turn:
    results = tuple(map(bounded, turn.results))
    return turn if results == turn.results else replace(turn, results=results)


def bounded(result: str) -> str:
    """At most `max_file_lines` lines and `max_result_chars` characters, from both ends."""
    limits = Limits()
    lines = result.split("\n")
    if len(lines) <= limits.max_file_lines and len(result) <= limits.max_result_chars:
        return result
    half = limits.max_file_lines // 2
    room = limits.max_result_chars // 2
    head = list(_within(lines[:half], room))
    tail = list(_within(lines[max(half, len(lines) - half) :][::-1], room))[::-1]
    return "\n".join([*head, f"{GAP} {len(lines) - len(head) - len(tail)} lines left out", *tail])


def _within(lines: Sequence[str], room: int) -> Iterator[str]:
    """Lines as long as there is room; the first is cut rather than left out."""
    for number, line in enumerate(lines):
        if len(line) > room:
            if number == 0:
                yield line[:room]
            return
        room -= len(line) + 1
        yield line


def modified_files_only(turns: list[Turn]) -> list[Turn]:
    """Nothing twice: lines that the newest results show again, in a row, are dropped from the older ones."""
    *older, newest = turns
    again = {row for result in newest.results for row in _rows(result)}
    return [*(_without(turn, again) for turn in older), newest]


def _rows(text: str) -> Iterator[tuple[str, ...]]:
    lines = tuple(map(trimmed, text.split("\n")))
    return (lines[at : at + _IN_A_ROW] for at in range(len(lines) - _IN_A_ROW + 1))


def _without(turn: Turn, again: set[tuple[str, ...]]) -> Turn:
    results = tuple(_less(result, again) for result in turn.results)
    return turn if results == turn.results else replace(turn, results=results)


def _less(result: str, again: set[tuple[str, ...]]) -> str:
    dropped = {at + i for at, row in enumerate(_rows(result)) if row in again for i in range(_IN_A_ROW)}
    if not dropped:
        return result
    kept: list[str] = []
    for at, line in enumerate(result.split("\n")):
        if at not in dropped:
            kept.append(line)
        elif not kept or kept[-1] != GAP:
            kept.append(GAP)
    return "\n".join(kept)


def condensed_words(turns: list[Turn]) -> list[Turn]:
    """The model's own words and calls before the last turn, each cut to the beginning of its first line."""
    *older, newest = turns
    return [*map(_condensed, older), newest]


def _condensed(turn: Turn) -> Turn:
    calls = tuple(map(_short, turn.calls))
    text = _start(turn.text)
    return turn if text == turn.text and calls == turn.calls else replace(turn, text=text, calls=calls)


def _short(call: ToolCall) -> ToolCall:
    values = {name: _start(value) if isinstance(value, str) else value for name, value in call.input.items()}
    return call if values == call.input else replace(call, input=values)


def _start(text: str) -> str:
    return text.strip().partition("\n")[0][:WORD_CHARS]
