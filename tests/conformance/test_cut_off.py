"""What a database server is told of a machine that it hears nothing from any more."""

import socket

from sqlalchemy import text

from adw.adapters.durable.storage import CUT_OFF_S, Database
from tests.conformance.postgresql_server import server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return bound.getsockname()[1]


def test_a_server_lets_go_of_what_a_machine_that_is_cut_off_had_locked():
    with server("127.0.0.1", port=free_port()) as postgresql:
        engine = Database.at(postgresql.by_tcp(postgresql.new_database())).engine()
        with engine.connect() as connection:
            connection.rollback()
            told = {
                name: connection.execute(text(f"SHOW {name}")).scalar()
                for name in ("tcp_user_timeout", "tcp_keepalives_idle", "tcp_keepalives_interval")
            }
        engine.dispose()
    assert told == {
        "tcp_user_timeout": f"{CUT_OFF_S * 1000}",
        "tcp_keepalives_idle": f"{CUT_OFF_S // 3}",
        "tcp_keepalives_interval": f"{CUT_OFF_S // 6}",
    }
