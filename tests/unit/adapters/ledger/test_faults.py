import sqlite3
import sys

import pytest
from sqlalchemy import event

from adw.adapters.ledger.engine import engine_for, ledger_url, unless_another_does_it
from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.usage import Usage
from adw.errors import ConfigError, StorageError
from tests.fakes.entries import NOW, entry, reservation


@pytest.fixture
def file(tmp_path):
    with SqlLedger.open(tmp_path / "ledger.db") as ledger:
        ledger.settle(entry("a"))
    return tmp_path / "ledger.db"


def refused(where, act=lambda _: None, **more):
    """The error that opening a ledger, or doing something with it, ends with."""
    with pytest.raises(StorageError) as caught, SqlLedger.open(where, **more) as ledger:
        act(ledger)
    assert caught.value.hint
    return caught.value.message


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path):
    file = tmp_path / "ledger.db"
    file.write_text("my diary, of more than a hundred bytes " * 9)
    assert "is not a database" in refused(file)
    assert str(file) in refused(file)
    assert file.read_text().startswith("my diary")


def test_a_corrupt_file_is_named(file):
    content = bytearray(file.read_bytes())
    content[100:] = b"\x5a" * (len(content) - 100)
    file.write_bytes(content)
    for beside in file.parent.glob("ledger.db-*"):
        beside.unlink()
    message = refused(file)
    assert "corrupt" in message
    assert str(file) in message


def test_a_read_only_ledger_can_be_read_but_not_written(file):
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    with SqlLedger.open(url) as ledger:
        assert [one.tag.key for one in ledger.entries()] == ["a"]
    assert "read-only" in refused(url, lambda ledger: ledger.settle(entry("b")))


def test_a_ledger_that_another_process_locks_is_waited_for_then_given_up(file):
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    asked = reservation("b")
    message = refused(file, lambda ledger: ledger.reserve(asked, budget_tokens=0, budget_usd=0.0), patience_s=0.05)
    assert "locked" in message
    other.execute("ROLLBACK")
    other.close()
    with SqlLedger.open(file) as ledger:
        ledger.reserve(asked, budget_tokens=0, budget_usd=0.0)


def test_a_full_disk_loses_nothing_that_was_settled(file):
    engine = engine_for(ledger_url(file), patience_s=5)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    long = "x" * 100_000  # more than fits into the pages that the file has
    with pytest.raises(StorageError, match="disk is full") as caught:
        SqlLedger(engine).settle(entry(long))
    assert str(file) in caught.value.message
    engine.dispose()
    with SqlLedger.open(file) as ledger:
        assert [one.tag.key for one in ledger.entries()] == ["a"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    assert "taken" in refused(tmp_path / "taken" / "adw" / "ledger.db")


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path):
    assert "cannot be opened" in refused(tmp_path)


def test_numbers_that_no_database_can_hold_are_refused_whole(file):
    with SqlLedger.open(file) as ledger:
        for impossible in (Usage(fresh=-1), Usage(fresh=2**63)):
            with pytest.raises(StorageError):
                ledger.settle(entry("b", impossible))
        assert [one.tag.key for one in ledger.entries()] == ["a"]


@pytest.mark.parametrize("statement", ["UPDATE entries SET fresh = 0", "DELETE FROM entries"])
def test_entries_are_never_changed_nor_deleted(file, statement):
    db = sqlite3.connect(file)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(statement)
    db.close()


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    message = refused(f"postgresql://adw:hunter2@/adw?host={tmp_path}")
    assert "postgresql+psycopg://adw:***@/adw" in message
    assert "hunter2" not in message


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match="psycopg") as caught:
        SqlLedger.open("postgresql://localhost/adw")
    assert "pip install" in caught.value.hint


def test_a_driver_that_does_not_exist_is_named():
    assert "no_such_driver" in refused("postgresql+no_such_driver://localhost/adw")


def test_a_time_without_a_zone_is_refused(file):
    with pytest.raises(StorageError, match="no time zone"), SqlLedger.open(file) as ledger:
        ledger.settle(entry("b", at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("url", ["mysql://localhost/adw", "://nowhere"])
def test_only_databases_that_keep_the_limits_are_accepted(url):
    with pytest.raises(ConfigError, match="ADW_DATABASE_URL"):
        SqlLedger.open(url)


def test_a_url_without_a_driver_gets_the_one_that_is_supported():
    assert ledger_url("postgresql://adw@host/adw").drivername == "postgresql+psycopg"
    assert ledger_url("postgresql+pg8000://adw@host/adw").drivername == "postgresql+pg8000"


def test_what_is_no_url_is_a_file(tmp_path):
    assert ledger_url("some/ledger.db").database == "some/ledger.db"
    assert ledger_url(tmp_path / "odd?name#.db").database == str(tmp_path / "odd?name#.db")


def test_folders_are_made_for_a_new_ledger(tmp_path):
    with SqlLedger.open(tmp_path / "deep" / "er" / "ledger.db") as ledger:
        ledger.settle(entry("a"))
    assert (tmp_path / "deep" / "er" / "ledger.db").is_file()


def test_the_journal_is_changed_by_one_of_those_that_open_a_new_file_at_once(tmp_path):
    one, other = (sqlite3.connect(tmp_path / "new.db", isolation_level=None, timeout=0) for _ in range(2))
    one.execute("BEGIN EXCLUSIVE")
    with unless_another_does_it():
        other.execute("PRAGMA journal_mode = WAL")
    with pytest.raises(sqlite3.OperationalError, match="no such table"), unless_another_does_it():
        one.execute("SELECT * FROM missing")
    one.close()
    other.close()
