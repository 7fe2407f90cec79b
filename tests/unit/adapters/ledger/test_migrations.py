import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from adw.adapters.ledger.engine import engine_for, ledger_url, migrating, reading
from adw.adapters.ledger.ledger import SqlLedger
from adw.adapters.ledger.migrations import MIGRATIONS, Migration, migrate, version
from adw.adapters.ledger.tables import metadata
from adw.errors import StorageError
from tests.fakes.entries import entry


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ledger.db"


@pytest.fixture
def engine(file):
    engine = engine_for(ledger_url(file), patience_s=5)
    yield engine
    engine.dispose()


def bring_to(engine, known):
    with migrating(engine) as db:
        migrate(db, "here", known)


def applied(engine):
    with reading(engine) as db:
        return version(db)


def test_numbers_are_in_order_without_a_gap():
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_the_tables_that_queries_name_are_the_ones_that_migrations_make(engine):
    bring_to(engine, MIGRATIONS)
    found = inspect(engine)
    assert sorted(found.get_table_names()) == sorted(metadata.tables)
    for name, table in metadata.tables.items():
        made = {column["name"]: column["nullable"] for column in found.get_columns(name)}
        named = {column.name: column.nullable for column in table.columns}
        # An INTEGER PRIMARY KEY and a TEXT one are reported as nullable by SQLite.
        keys = set(found.get_pk_constraint(name)["constrained_columns"])
        assert {key: made[key] for key in made if key not in keys} == {
            key: named[key] for key in named if key not in keys
        }


def test_times_and_runs_are_indexed(engine):
    bring_to(engine, MIGRATIONS)
    indexed = {tuple(index["column_names"]) for index in inspect(engine).get_indexes("entries")}
    assert {("run_id",), ("created_at",)} <= indexed


def test_an_old_ledger_gets_what_it_lacks_and_keeps_its_entries(file, engine):
    with SqlLedger.open(file) as ledger:
        ledger.settle(entry("a"))
    added = Migration(len(MIGRATIONS) + 1, "more", sqlite=("CREATE TABLE more (x TEXT)",), postgresql=())
    bring_to(engine, (*MIGRATIONS, added))
    bring_to(engine, (*MIGRATIONS, added))
    assert applied(engine) == added.number
    assert "more" in inspect(engine).get_table_names()
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    db.close()


def test_a_migration_that_fails_leaves_nothing_behind(engine):
    bring_to(engine, MIGRATIONS)
    broken = Migration(
        len(MIGRATIONS) + 1, "broken", sqlite=("CREATE TABLE half (x TEXT)", "CREATE nonsense"), postgresql=()
    )
    with pytest.raises(OperationalError):
        bring_to(engine, (*MIGRATIONS, broken))
    assert applied(engine) == len(MIGRATIONS)
    assert "half" not in inspect(engine).get_table_names()


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(file, engine):
    newer = replace(MIGRATIONS[-1], number=len(MIGRATIONS) + 1, sqlite=())
    bring_to(engine, (*MIGRATIONS, newer))
    before = file.read_bytes()
    with pytest.raises(StorageError, match=f"version {newer.number}, this ADW knows versions up to") as caught:
        SqlLedger.open(file)
    assert str(file) in caught.value.message
    assert "Update adw" in caught.value.hint
    assert file.read_bytes() == before


def test_a_process_that_comes_second_finds_nothing_left_to_do(engine):
    bring_to(engine, MIGRATIONS)
    bring_to(engine, MIGRATIONS)
    assert applied(engine) == len(MIGRATIONS)
