"""Domain values to JSON and back: what the journal, the run store and recordings hold."""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

T = TypeVar("T")

JsonValue = Any
"""What `json.loads` returns."""


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("Any", kind))


def dump(value: object, kind: Hashable = None) -> JsonValue:
    """A domain value as plain JSON values; `kind` where the value's own class does not tell (unions, lists)."""
    return _adapter(kind or cast("Hashable", type(value))).dump_python(value, mode="json")


def load(kind: type[T], stored: JsonValue) -> T:
    """The value again. Raises pydantic's ValidationError where `stored` is not one of that kind."""
    loaded: T = _adapter(cast("Hashable", kind)).validate_python(stored)
    return loaded
