"""Numbered, append-only migrations. What stands here once is never changed: a new one is added behind it.

All missing ones are applied in one transaction, so that a database is never between two versions, and of several
processes that open a new database at once, one does it and the others wait.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from adw.adapters.ledger import grouped, held, rollups
from adw.adapters.ledger.tables import applied_migrations
from adw.errors import StorageError


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


# The two databases differ in how they count rows, hold times and name floats; the rest of a table is the same text.
_SQLITE = {"id": "INTEGER PRIMARY KEY AUTOINCREMENT", "time": "DATETIME", "float": "REAL"}
_POSTGRESQL = {
    "id": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "time": "TIMESTAMPTZ",
    "float": "DOUBLE PRECISION",
}

_LEDGER_MIGRATIONS = """CREATE TABLE IF NOT EXISTS ledger_migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at {time} NOT NULL DEFAULT CURRENT_TIMESTAMP)"""

_TABLES_1 = (
    """CREATE TABLE entries (
        id {id},
        key TEXT NOT NULL UNIQUE,
        run_id TEXT NOT NULL,
        issue TEXT NOT NULL,
        phase TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        turn INTEGER NOT NULL,
        model TEXT NOT NULL,
        fresh BIGINT NOT NULL CHECK (fresh >= 0),
        cache_read BIGINT NOT NULL CHECK (cache_read >= 0),
        cache_write_5m BIGINT NOT NULL CHECK (cache_write_5m >= 0),
        cache_write_1h BIGINT NOT NULL CHECK (cache_write_1h >= 0),
        output BIGINT NOT NULL CHECK (output >= 0),
        counted_input BIGINT NOT NULL CHECK (counted_input >= 0),
        cost_pico_usd BIGINT CHECK (cost_pico_usd >= 0),
        prompt_version TEXT NOT NULL,
        flags TEXT NOT NULL,
        duration_s {float} NOT NULL,
        outcome TEXT NOT NULL,
        created_at {time} NOT NULL)""",
    "CREATE INDEX entries_run_id ON entries (run_id)",
    "CREATE INDEX entries_created_at ON entries (created_at)",
    """CREATE TABLE reservations (
        key TEXT PRIMARY KEY,
        run_id TEXT NOT NULL,
        tokens BIGINT NOT NULL CHECK (tokens >= 0),
        pico_usd BIGINT NOT NULL CHECK (pico_usd >= 0),
        created_at {time} NOT NULL)""",
    "CREATE INDEX reservations_run_id ON reservations (run_id)",
    "CREATE INDEX reservations_created_at ON reservations (created_at)",
    """CREATE TABLE quota_tracking (
        workflow_id TEXT PRIMARY KEY,
        total_tokens BIGINT NOT NULL,
        fresh_tokens BIGINT NOT NULL,
        cached_tokens BIGINT NOT NULL,
        output_tokens BIGINT NOT NULL,
        cache_hit_rate {float} NOT NULL,
        quota_percentage {float},
        optimization_flags TEXT NOT NULL,
        created_at {time} NOT NULL)""",
    "CREATE INDEX quota_tracking_created_at ON quota_tracking (created_at)",
)

_APPEND_ONLY_SQLITE = tuple(
    f"CREATE TRIGGER entries_no_{act.lower()} BEFORE {act} ON entries "
    "BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END"
    for act in ("UPDATE", "DELETE")
)

_APPEND_ONLY_POSTGRESQL = (
    """CREATE FUNCTION entries_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'entries is append-only'; END $$""",
    """CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
        FOR EACH STATEMENT EXECUTE FUNCTION entries_append_only()""",
)

MIGRATIONS = (
    Migration(
        1,
        "entries, reservations, quota_tracking",
        sqlite=tuple(statement.format_map(_SQLITE) for statement in _TABLES_1) + _APPEND_ONLY_SQLITE,
        postgresql=tuple(statement.format_map(_POSTGRESQL) for statement in _TABLES_1) + _APPEND_ONLY_POSTGRESQL,
    ),
    Migration(
        2,
        "usage_sums, time_sums, alerts; reservations by input and output",
        sqlite=rollups.sqlite(_SQLITE),
        postgresql=rollups.postgresql(_POSTGRESQL),
    ),
    Migration(
        3,
        "PostgreSQL: held_if_it_fits; SQLite: adding",
        sqlite=grouped.sqlite(),
        postgresql=held.postgresql(),
    ),
)


def version(db: Connection) -> int:
    """Number of the last migration that was applied; 0 for a database without a ledger."""
    if not db.dialect.has_table(db, applied_migrations.name):
        return 0
    return db.scalar(select(func.max(applied_migrations.c.number))) or 0


def check_known(found: int, place: str, known: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Raises StorageError for a database that a newer ADW has made."""
    if found > known[-1].number:
        raise StorageError(
            f"the ledger at {place} has version {found}, this ADW knows versions up to {known[-1].number}",
            hint="Update adw, or name another ledger with ADW_DATABASE_URL.",
        )


def migrate(db: Connection, place: str, known: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Apply what is missing. `db` is inside a write transaction that holds the ledger alone."""
    sqlite = db.dialect.name == "sqlite"
    db.exec_driver_sql(_LEDGER_MIGRATIONS.format_map(_SQLITE if sqlite else _POSTGRESQL))
    found = version(db)
    check_known(found, place, known)
    for migration in known:
        if migration.number > found:
            for statement in migration.sqlite if sqlite else migration.postgresql:
                db.exec_driver_sql(statement)
            db.execute(
                insert(applied_migrations).values(
                    number=migration.number, name=migration.name, applied_at=func.current_timestamp()
                )
            )
