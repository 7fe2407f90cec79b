"""A PostgreSQL server of the tests' own, on a Unix socket. Where its programs are missing, its tests are skipped."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

_NUMBERS = count(1)
_PORT = 5432


def _programs() -> Path | None:
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return folders[-1].parent if folders else None


class Server:
    def __init__(
        self, psycopg: ModuleType, programs: Path, folder: Path, user: str | None, address: str, port: int
    ) -> None:
        self._psycopg = psycopg
        self._address = address
        self._port = port
        self._programs = programs
        self._folder = folder
        self._user = user

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, user=self._user, cwd="/"
        )

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"adw{os.getpid()}_{next(_NUMBERS)}"
        where = f"host={self._folder} port={self._port} user=adw dbname=postgres"
        with self._psycopg.connect(where, autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}")
        port = "" if self._port == _PORT else f"&port={self._port}"
        return f"postgresql://adw@/{name}?host={self._folder}{port}"

    def by_tcp(self, database: str) -> str:
        """The URL of the same database at the server's address."""
        return database.partition("?")[0].replace("@/", f"@{self._address}:{self._port}/")

    def processor_s(self) -> float:
        """Seconds of the processor that all connections took; once every one of them has ended."""
        with self._psycopg.connect(f"host={self._folder} user=adw dbname=postgres", autocommit=True) as db:
            others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            while db.execute(f"SELECT count(*) {others}").fetchone() != (0,):
                pass
        pid = (self._folder / "data" / "postmaster.pid").read_text().split()[0]
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")  # of children that were waited for


@contextmanager
def server(address: str = "", asked_from: str = "", port: int = _PORT, *, fsync: str = "off") -> Iterator[Server]:
    """A running server, gone with the block. PostgreSQL refuses to run as root: then it runs as `nobody`.

    It listens at `address` too, if one is given, to this machine and to the network `asked_from`.
    """
    psycopg = pytest.importorskip("psycopg")
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server programs here")
    # Not pytest's own folder: `nobody` may not enter it, and a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="adw-pg-"))
    user = None
    if os.geteuid() == 0:
        user = "nobody"
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    here, data = Server(psycopg, programs, folder, user, address, port), str(folder / "data")
    try:
        here.run("initdb", "-D", data, "-A", "trust", "-U", "adw", "--no-sync", "-E", "UTF8")
        if asked_from:
            with (folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
                rules.write(f"host all all {asked_from} trust\n")
        options = f"-c listen_addresses='{address}' -c port={port} -c unix_socket_directories={folder}"
        options += f" -c fsync={fsync} -c max_connections=100"
        here.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield here
        finally:
            here.run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
