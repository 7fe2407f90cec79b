"""Machines that share a database and a remote, with workers that can be killed; and an API that remembers who asked."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.conformance.postgresql_server import Server
from tests.servers.messages_api import Answering, MessagesApi, Received
from tests.servers.replies import Reply
from tests.support.project import KEY, Project, by_phase, sample_project

QUEUE = """\
[queue]
retry_after_s = 1.0
max_attempts = 50
"""
LIGHT = f"""\
[checks]
sandbox = "off"
[checks.test]
command = ["sh", "check.sh"]
{QUEUE}"""
"""Checks that cost next to nothing: what is looked at is the queue."""
CHECK = 'grep -q "pieces.get" shop/cart.py || { echo "FAIL: tests/test_cart.py: it is forgotten"; exit 1; }\n'


@dataclass(frozen=True)
class Asked:
    """A request that came, and what became of it."""

    machine: str
    title: str
    """Of the issue that it is about."""
    body: str
    asked_at: float
    """Monotonic seconds, as below."""
    answered_at: float | None = None
    """When the whole answer had been sent """
    tokens: int = 0


class WatchedApi(MessagesApi):
    """Tells by the key which machine asks; each answer takes a moment of up to `slowest_s`."""

    def __init__(
        self, script: Any = by_phase, *, slowest_s: float = 0.0, seed: int = 0, host: str = "127.0.0.1"
    ) -> None:
        super().__init__(script, host=host)
        self._slowest_s = slowest_s
        self._random = random.Random(seed)  # noqa: S311 - to be repeated
        self._under_way = threading.local()
        self.answers: dict[int, tuple[float, int]] = {}
        self.came: dict[int, float] = {}

    def take(self, received: Received) -> tuple[int, Answering]:
        number, answer = super().take(received)
        self.came[number] = time.monotonic()
        return number, answer

    def whole(self, reply: Reply, body: dict[str, Any], number: int) -> dict[str, Any]:
        time.sleep(self._random.uniform(0, self._slowest_s))
        found = super().whole(reply, body, number)
        self._under_way.answer = number, sum_of(found["usage"])
        return found

    def count_answer(self) -> None:
        super().count_answer()
        number, tokens = self._under_way.answer
        self.answers[number] = time.monotonic(), tokens

    def asked(self, titles: list[str]) -> list[Asked]:
        return [self._asked(number, one, titles) for number, one in enumerate(self.requests)]

    def _asked(self, number: int, received: Received, titles: list[str]) -> Asked:
        body = repr(received.body)
        answered_at, tokens = self.answers.get(number, (None, 0))
        (title,) = (one for one in titles if one in body)
        key = received.headers["authorization"].removeprefix("Bearer ")
        return Asked(key.removeprefix(KEY), title, body, self.came[number], answered_at, tokens)


def sum_of(usage: dict[str, Any]) -> int:
    kinds = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
    return sum(usage.get(kind) or 0 for kind in kinds)


@dataclass
class Machine:
    """A folder of its own, and the worker in it."""

    name: str
    place: Project
    concurrency: int = 1
    worker: "subprocess.Popen[bytes] | None" = None

    def start(self, *arguments: str, before: tuple[str, ...] = ()) -> None:
        command = [*before, sys.executable, "-m", "adw", "worker", "--concurrency", str(self.concurrency), *arguments]
        with (self.place.folder / "log").open("ab") as log:
            self.worker = subprocess.Popen(
                command,
                cwd=self.place.folder,
                env=self.place.variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self) -> int:
        assert self.worker is not None
        return self.worker.pid

    def kill(self, *, whole: bool) -> None:
        """`kill -9` the worker; with all that it has started, as when the machine loses its power, if `whole`."""
        assert self.worker is not None
        below = descendants(self.worker.pid) if whole else []
        for pid in (self.worker.pid, *below):
            with suppressed_gone():
                os.kill(pid, signal.SIGKILL)
        self.worker.wait()

    def kill_child(self) -> bool:
        """`kill -9` one process of a run, below the worker; False where there is none."""
        assert self.worker is not None
        below = [pid for pid in descendants(self.worker.pid) if b"--child" in _read(f"/proc/{pid}/cmdline")]
        if not below:
            return False
        with suppressed_gone():
            os.kill(below[0], signal.SIGKILL)
        return True

    def stop(self) -> int:
        assert self.worker is not None
        self.worker.terminate()
        return self.worker.wait(60)


@dataclass
class Fleet:
    developer: Project
    remote: Path
    api: WatchedApi
    database: str
    machines: list[Machine] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def machine(self, name: str, concurrency: int = 1, database: str = "") -> Machine:
        """One with nothing but its own folder, and a key of its own."""
        folder = self.remote.parent / name
        (folder / ".config" / "adw").mkdir(parents=True)
        (folder / ".config" / "adw" / "config.toml").write_text(QUEUE, "utf-8")
        own = {"XDG_DATA_HOME": str(folder / "data"), "HOME": str(folder), "ANTHROPIC_API_KEY": KEY + name}
        own |= {"ADW_DATABASE_URL": database} if database else {}
        place = replace(self.developer, folder=folder, variables=self.developer.variables | own)
        self.machines.append(Machine(name, place, concurrency))
        return self.machines[-1]

    def queue(self, number: int) -> None:
        """So many issues that differ by their titles."""
        text = (self.developer.folder / "issue.md").read_text("utf-8").split("---\n", 2)[2]
        titles = [f"Cart {one:04d} forgets" for one in range(len(self.titles), len(self.titles) + number)]
        for title in titles:
            (self.developer.folder / f"{title}.md").write_text(f"---\ntitle: {title}\n---\n{text}", "utf-8")
        self.titles += titles
        code, envelope = self.developer.envelope("queue", "add", *(f"{title}.md" for title in titles))
        assert code == 0, envelope
        assert len(envelope["data"]["runs"]) == number

    def rows(self) -> list[dict[str, Any]]:
        _, envelope = self.developer.envelope("queue", "list", "--all")
        found: list[dict[str, Any]] = envelope["data"]["runs"]
        return found

    def configure(self, text: str) -> None:
        (self.developer.folder / ".adw.toml").write_text(text, "utf-8")
        self.developer.git("commit", "-qam", "Configuration")
        self.developer.git("push", "-q")

    def git(self, *arguments: str) -> str:
        """In the remote."""
        done = subprocess.run(["git", "-C", self.remote, *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()


@contextmanager
def fleet(postgresql: Server, scratch: Path, api: WatchedApi) -> Iterator[Fleet]:
    """A repository with a remote, and a database; its machines' workers are ended with the block."""
    database = postgresql.new_database()
    project = sample_project(scratch, api.url)
    variables = project.variables | {"ADW_DATABASE_URL": database}
    del variables["PYTHONDONTWRITEBYTECODE"]  # as installed: nothing is compiled for every run
    developer = replace(project, variables=variables)
    remote = scratch / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
    developer.git("remote", "add", "origin", str(remote))
    (developer.folder / ".adw.toml").write_text(LIGHT, "utf-8")
    (developer.folder / "check.sh").write_text(CHECK, "utf-8")
    developer.git("add", ".adw.toml", "check.sh")
    developer.git("commit", "-qm", "A light check")
    developer.git("push", "-q", "-u", "origin", "main")
    found = Fleet(developer, remote, api, database)
    try:
        yield found
    finally:
        for machine in found.machines:
            if machine.worker is not None and machine.worker.poll() is None:
                machine.kill(whole=True)


def spent(pid: int) -> float:
    """Processor seconds of the process and all below it, also of those that have ended."""
    ticks = 0
    for one in (pid, *descendants(pid)):
        if status := _read(f"/proc/{one}/stat"):
            ticks += sum(int(field) for field in status.rpartition(b")")[2].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Bytes of the process, with its share of what it shares with others (PSS)."""
    lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))


def descendants(pid: int) -> list[int]:
    """Of the process: those that are there now, nearest first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (status := _read(f"/proc/{entry.name}/stat")):
            parents.setdefault(int(status.rpartition(b")")[2].split()[1]), []).append(int(entry.name))
    found = list(parents.get(pid, []))
    for one in found:
        found += parents.get(one, [])
    return found


def _read(path: str) -> bytes:
    with suppressed_gone():
        return Path(path).read_bytes()
    return b""


@contextmanager
def suppressed_gone() -> Iterator[None]:
    """A process may end while it is looked at."""
    try:
        yield
    except (FileNotFoundError, ProcessLookupError):
        return
