"""Places for ledgers: in memory, in a file, on a PostgreSQL server of the tests' own."""

from contextlib import ExitStack

import pytest

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.quota import NO_QUOTA
from tests.conformance.postgresql_server import server
from tests.fakes.memory_ledger import MemoryLedger


@pytest.fixture(scope="session")
def postgresql():
    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """An empty place for a ledger, as `SqlLedger.open` takes it."""
    if request.param == "sqlite":
        return tmp_path / "ledger.db"
    return request.getfixturevalue("postgresql").new_database()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def ledger_with(request, tmp_path):
    """Opens the one ledger of a test; its quota is the argument."""
    with ExitStack() as opened:

        def opening(quota=NO_QUOTA):
            if request.param == "memory":
                return MemoryLedger(quota=quota)
            where = tmp_path / "ledger.db"
            if request.param == "postgresql":
                where = request.getfixturevalue("postgresql").new_database()
            return opened.enter_context(SqlLedger.open(where, quota=quota))

        yield opening


@pytest.fixture
def ledger(ledger_with):
    return ledger_with()
