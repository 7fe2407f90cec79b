"""Statements that SQLAlchemy compiles once: to look one up and to bind its values takes it as long as the server."""

from collections.abc import Callable, Mapping
from typing import Any, Self

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect
from sqlalchemy.types import TypeEngine

Bind = Callable[[Any], Any]


class Compiled:
    """A statement whose values are all parameters, by name, for a driver that takes them so."""

    def __init__(self, text: str, binds: Mapping[str, Bind]) -> None:
        self._text = text
        self._binds = tuple(binds.items())

    @classmethod
    def of(cls, statement: ClauseElement, dialect: Dialect) -> Self:
        made = dialect.statement_compiler(dialect, statement)
        return cls(str(made), {name: bind_of(one.type, dialect) for one, name in made.bind_names.items()})

    def execute(self, db: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        return db.exec_driver_sql(self._text, {name: bind(values[name]) for name, bind in self._binds})


def bind_of(type_: TypeEngine[Any], dialect: Dialect) -> Bind:
    """What makes a value of the type one that the driver takes."""
    return type_.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
