"""The first difference between two requests, as people look for it."""

import json
from dataclasses import dataclass
from itertools import takewhile

from adw.domain.codec import JsonValue

SHOWN = 160
"""Characters of a differing line that a message shows."""


@dataclass(frozen=True, slots=True)
class Difference:
    place: str
    """`messages[1].blocks[0].text line 12`; with a column where the line is long and begins the same."""
    recorded: str
    """What stands there, as JSON, cut to 160 characters."""
    asked: str


def first_difference(recorded: JsonValue, asked: JsonValue, place: str = "") -> Difference:
    """Where two unequal JSON values differ first."""
    if isinstance(recorded, str) and isinstance(asked, str):
        return _first_line(recorded, asked, place)
    if isinstance(recorded, dict) and isinstance(asked, dict):
        key = next(key for key in [*recorded, *asked] if _at(recorded, key) != _at(asked, key))
        return first_difference(recorded.get(key), asked.get(key), f"{place}.{key}" if place else key)
    if isinstance(recorded, list) and isinstance(asked, list):
        index = _common(recorded, asked)
        one, other = (side[index] if index < len(side) else None for side in (recorded, asked))
        return first_difference(one, other, f"{place}[{index}]")
    return Difference(place, _shown(recorded), _shown(asked))


def _at(side: dict[str, JsonValue], key: str) -> tuple[bool, JsonValue]:
    return key in side, side.get(key)


def _first_line(recorded: str, asked: str, place: str) -> Difference:
    one, other = recorded.split("\n"), asked.split("\n")
    line = _common(one, other)
    left, right = (side[line] if line < len(side) else None for side in (one, other))
    place = f"{place} line {line + 1}"
    if left is None or right is None or max(len(left), len(right)) <= SHOWN:
        return Difference(place, _shown(left), _shown(right))
    start = max(0, _common(left, right) - SHOWN // 2)
    return Difference(f"{place} column {start + 1}", _shown(left[start:]), _shown(right[start:]))


def _common(one: str | list[JsonValue], other: str | list[JsonValue]) -> int:
    """How many items the two have in common at the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shown(value: JsonValue) -> str:
    text = "(nothing)" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
