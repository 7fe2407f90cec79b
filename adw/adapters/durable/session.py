"""DBOS over one database, from launch to the end."""

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dbos import DBOS, DBOSClient, DBOSConfig, Serializer
from dbos._migration import get_sqlite_migration_versions, should_migrate

from adw.adapters.durable.storage import Database

APPLICATION = "adw"
_SCHEMA = "dbos"
"""Of its tables in PostgreSQL."""


@contextmanager
def launched(database: Database, version: str, prepare: Callable[[], None], name: str = "") -> Iterator[None]:
    """DBOS over the database, for as long as the block runs; `name` is this process' there: one of its own if empty.

    `prepare` registers workflows and says which queues are listened to. `version`: only work of the same one is done.
    """
    _quieten()
    engine = database.engine()
    try:
        with database.in_our_words():
            database.check_usable()
            DBOS(config=_config(engine, version, name or str(uuid.uuid4())))
            prepare()
            DBOS.launch()
        yield
    finally:
        DBOS.destroy(destroy_registry=True)
        engine.dispose()


@contextmanager
def looking(database: Database) -> Iterator[DBOSClient]:
    """DBOS' tables in the database, to look at and to put work into; made where they are missing."""
    _quieten()
    engine = database.engine()
    try:
        with database.in_our_words():
            database.check_usable()
            if not _prepared(engine):
                with launched(database, "", lambda: DBOS.listen_queues([])):
                    pass
            client = DBOSClient(
                system_database_engine=engine,
                serializer=Json(),
                application_name=APPLICATION,
                retry_connection_errors=False,
            )
        try:
            yield client
        finally:
            client.destroy()
    finally:
        engine.dispose()


def _prepared(engine: sqlalchemy.Engine) -> bool:
    """Whether all of DBOS' tables are there: another process may be making them."""
    if engine.dialect.name == "sqlite":
        there, latest = get_sqlite_migration_versions(engine)
        return there >= latest
    return not should_migrate(engine, _SCHEMA, use_listen_notify=False)


def _quieten() -> None:
    quiet = logging.getLogger("dbos")
    if not quiet.handlers:
        quiet.addHandler(logging.NullHandler())  # Else DBOS adds one that writes to standard error.


def _config(engine: sqlalchemy.Engine, version: str, name: str) -> DBOSConfig:
    return {
        "name": APPLICATION,
        "system_database_engine": engine,
        "application_version": version,
        "executor_id": name,
        "serializer": Json(),
        "log_level": "CRITICAL",
        "enable_otlp": False,
        # DBOS.destroy waits for the end of such an interval. No run waits for notifications.
        "notification_listener_polling_interval_sec": 0.05,
        "use_listen_notify": False,
    }


class Json(Serializer):
    """Stored values are JSON that anyone can read; DBOS' default is pickle."""

    def name(self) -> str:
        return "adw_json"

    def serialize(self, data: Any) -> str:
        return json.dumps(data, allow_nan=False)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805 - the name in DBOS' own base class
        return json.loads(serialized_data)
