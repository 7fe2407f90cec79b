"""Connections: how the ledger's database is opened, and what a transaction means there."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from adw.errors import ConfigError

COUNTED = {"preserve_rowcount": True}
"""For statements of which somebody asks how many rows they changed: without it PostgreSQL's are not known."""
_WRITES = "adw_writes"
_ALONE = "adw_alone"
_RESTS_SINCE = "adw_rests_since"
_RESTED_S = 1.0
"""A connection that was used within this time is taken for alive: to ask takes as long as half of what it is for."""
_HINT = "Give a file, or a URL like postgresql://user@host/database, in ADW_DATABASE_URL."
_NOT_FOR_EVER = {
    "connect_timeout": 15,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
"""For libpq: without it a run whose network is cut waits for a quarter of an hour. Seconds, and milliseconds."""
_MIGRATION_LOCK = "adw ledger migrations"


def ledger_url(where: Path | str) -> URL:
    """A path is an SQLite file (its folder is made), whatever has a `:` and slashes a SQLAlchemy URL.

    Raises ConfigError for a URL of another database: there, transactions would not keep the limits.
    """
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
    except ArgumentError as fault:
        raise ConfigError("ADW_DATABASE_URL is not a database URL", hint=_HINT) from fault
    if url.get_backend_name() in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url
    if url.get_backend_name() == "sqlite":
        return url
    raise ConfigError(f"ADW_DATABASE_URL: no ledger on {url.get_backend_name()!r}", hint=_HINT)


def place(url: URL) -> str:
    """The database as errors name it, without a password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.difference_update_query(("password", "sslpassword")).render_as_string()


def engine_for(url: URL, *, patience_s: float) -> Engine:
    """Nothing is opened yet. A writer waits `patience_s` seconds for the one before it."""
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=_NOT_FOR_EVER)
        event.listen(engine, "connect", _configure_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "checkin", _rests)
        event.listen(engine, "checkout", partial(_try_rested, engine))
        return engine
    engine = create_engine(url, connect_args={"timeout": patience_s})
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_postgresql(connection: Any, _record: object) -> None:
    from psycopg.types.numeric import Int8Dumper  # noqa: PLC0415 - only where there is a server

    # Else numbers have types by how large they are, and the server prepares a statement for each mix of them anew.
    connection.adapters.register_dumper(int, Int8Dumper)
    # Also for statements that are a transaction of their own: see `_begin_postgresql`.
    connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED")


def _begin_postgresql(db: Connection) -> None:
    # BEGIN is ours as it is in SQLite: a statement that is a transaction of its own goes without, in one round trip.
    # Sums are read behind a lock: a snapshot from before it would not hold what others did meanwhile.
    if not db.get_execution_options().get(_ALONE):
        db.exec_driver_sql("BEGIN ISOLATION LEVEL READ COMMITTED")


def _rests(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_RESTS_SINCE] = time.monotonic()


def _try_rested(engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A server may have gone and come again while a model answered: then the pool makes another connection."""
    if time.monotonic() - record.info.get(_RESTS_SINCE, time.monotonic()) < _RESTED_S:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as fault:
        raise DisconnectionError from fault


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions begin too late for IMMEDIATE: BEGIN is ours (`_begin_sqlite`).
    connection.isolation_level = None
    # In WAL a crash of the program loses nothing; a power cut may lose the last commits but corrupts nothing.
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(db: Connection) -> None:
    options = db.get_execution_options()
    if not options.get(_ALONE):
        # A write lock from the start: what is read inside stays true until what is written because of it.
        db.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as db, db.begin():
        yield db


@contextmanager
def writing(engine: Engine, lock: str = "") -> Iterator[Connection]:
    """A transaction that no other one of the same `lock` overlaps: in SQLite no other writer at all."""
    with engine.connect().execution_options(**{_WRITES: True}) as db, db.begin():
        if lock and db.dialect.name == "postgresql":
            db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock, 0))))
        yield db


def alone(engine: Engine) -> Engine:
    """The same connections, for statements that are each a transaction of its own: done when it returns."""
    return engine.execution_options(**{_ALONE: True})


@contextmanager
def unless_another_does_it() -> Iterator[None]:
    """Of two processes that change a new file's journal at once, SQLite refuses one without letting it wait."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other migration overlaps."""
    if engine.dialect.name == "sqlite":
        # Readers and the writer don't wait for each other in WAL. It is kept in the file, and set outside of any
        # transaction: on the driver's own connection.
        with closing(engine.raw_connection()) as connection, unless_another_does_it():
            connection.cursor().execute("PRAGMA journal_mode = WAL")
    with writing(engine, _MIGRATION_LOCK) as db:
        yield db
