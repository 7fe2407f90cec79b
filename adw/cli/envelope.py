"""The JSON envelope that SPEC §1 promises, piece by piece: a report may have fifty thousand lines."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from adw.cli.kinds import is_check
from adw.cli.problem import Problem
from adw.domain.codec import dump

SCHEMA = 1
_USAGE_FIELDS = {"fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output"}
_NESTED = {dict, list}
_MANY = 1000
"""Values in a row: of more, only so many are made into JSON at a time."""

_encoded = json.JSONEncoder(ensure_ascii=False).encode


def envelope(
    command: str, data: Iterable[str] = ("null",), *, warnings: Sequence[str] = (), problem: Problem | None = None
) -> Iterator[str]:
    """One line of JSON. `data`, JSON too, may stand beside errors: a run that failed is told in full."""
    errors = [{"code": problem.code, "message": problem.message, "hint": problem.hint}] if problem else []
    head = {"schema": SCHEMA, "command": command, "ok": problem is None}
    yield f'{_encoded(head)[:-1]}, "data": '
    yield from data
    yield f', "warnings": {_encoded(list(warnings))}, "errors": {_encoded(errors)}}}\n'


def told(result: Any) -> Iterable[str]:
    """What a command returned (a dataclass) as an envelope's `data`."""
    if is_check(result):
        from adw.cli.json_checks import told as told_of_checks  # noqa: PLC0415  # for checks only

        return (_encoded(told_of_checks(result)),)
    long = {one.name: value for one in fields(result) if _is_long(value := getattr(result, one.name))}
    # What cannot be told has to fail here, before half of an envelope is written.
    dumped = dump(replace(result, **dict.fromkeys(long, ())))
    dumped.pop("warnings", None)  # the envelope has a place of its own for them
    return _members(_with_totals(dumped), long)


def _is_long(value: object) -> bool:
    return isinstance(value, tuple) and len(value) > _MANY


def _members(dumped: dict[str, Any], long: dict[str, tuple[object, ...]]) -> Iterator[str]:
    between = "{"
    for name, value in dumped.items():
        yield f"{between}{_encoded(name)}: "
        yield from _elements(long[name]) if name in long else (_encoded(value),)
        between = ", "
    yield "}"


def _elements(values: tuple[object, ...]) -> Iterator[str]:
    between = "["
    for start in range(0, len(values), _MANY):
        some = values[start : start + _MANY]
        alike = tuple[type(some[0]), ...] if len(set(map(type, some))) == 1 else None  # type: ignore[misc]
        yield f"{between}{_encoded(_with_totals(dump(some, alike)))[1:-1]}"
        between = ", "
    yield "]"


def _with_totals(value: Any) -> Any:
    """Token counts with the sums that readers of JSON would have to know how to make."""
    if isinstance(value, list):
        return [_with_totals(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if len(value) == len(_USAGE_FIELDS) and value.keys() == _USAGE_FIELDS:
        total = sum(value.values())
        sent = total - value["output"]
        return {"total": total, **value, "cache_hit_rate": round(value["cache_read"] / sent, 4) if sent else 0.0}
    return {name: _with_totals(inner) if type(inner) in _NESTED else inner for name, inner in value.items()}
