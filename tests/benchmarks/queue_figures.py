# ruff: noqa: T201 - the output is the point
"""How fast queued runs are, what they take, and how soon a dead worker is stood in for: used by `soak`."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from adw.adapters.durable.queue import DbosQueue
from tests.benchmarks.journal import STEPS, Timed, execute
from tests.conformance.postgresql_server import Server
from tests.support.fleet import Fleet, Machine, memory, spent
from tests.support.project import PLAN, by_phase, wait_for

IMPORTS = (
    "import adw.cli.queue, adw.wiring.working, adw.wiring.assembly, adw.adapters.durable,"
    " adw.adapters.anthropic_model, adw.workflow.run"
)
"""Most of what a run's process imports."""


def at_work(fleet: Fleet, number: int) -> None:
    """Start so many workers, each on a machine of its own, and wait until they are there."""
    for _ in range(number):
        fleet.machine(f"m{len(fleet.machines)}").start()
    queue = DbosQueue(fleet.database)
    wait_for(lambda: len(queue.workers()) == len(fleet.machines), 120)


def pushed(fleet: Fleet) -> int:
    return len(fleet.git("for-each-ref", "--format=%(refname)", "refs/heads/adw").splitlines())


def throughput(fleet: Fleet, workers: int, runs: int) -> None:
    """A row of the table: runs a minute, and processor seconds per run by what takes them."""
    books = fleet.remote.parent / "books"
    shims(fleet, books)
    at_work(fleet, workers)
    fleet.queue(workers)  # each has its clone then
    wait_for(lambda: pushed(fleet) == workers, 300)
    time.sleep(3)  # the last of them is stored as ended
    for path in books.iterdir():
        path.unlink()
    before, began, load = cpu(fleet), time.monotonic(), os.getloadavg()[0]
    fleet.queue(runs)
    queued = time.monotonic()
    wait_for(lambda: pushed(fleet) == workers + runs, 1200)
    took = time.monotonic() - began
    time.sleep(3)
    whole = (cpu(fleet) - before) / runs
    git, check = (booked(books / name) / runs for name in ("git", "sh"))
    print(
        f"| {workers} | {60 * runs / took:.1f} | {whole:.2f} | {git:.2f} | {check:.2f} | {whole - git - check:.2f} |"
        f" {whole * runs / took:.2f} | {load:.1f} to {os.getloadavg()[0]:.1f} | {queued - began:.1f}",
        flush=True,
    )


def cpu(fleet: Fleet) -> float:
    return sum(spent(machine.pid) for machine in fleet.machines)


def shims(fleet: Fleet, books: Path) -> None:
    """Before git and the check's shell in every machine's PATH: what they take is written down."""
    folder = fleet.remote.parent / "shims"
    for made in (books, folder):
        made.mkdir(exist_ok=True)
    for name in ("git", "sh"):
        real = shutil.which(name)
        (folder / name).write_text(f'#!/bin/bash\n{real} "$@"\nstatus=$?\ntimes >> {books / name}\nexit $status\n')
        (folder / name).chmod(0o755)
    fleet.developer.variables["PATH"] = f"{folder}:{fleet.developer.variables['PATH']}"


def booked(path: Path) -> float:
    """Seconds, of what bash's `times` wrote: two lines a command, its own and its children's, user and system."""

    def seconds(text: str) -> float:
        minutes, rest = text.rstrip("s").split("m")
        return 60 * float(minutes) + float(rest)

    return sum(map(seconds, path.read_text().split())) if path.exists() else 0.0


def importing() -> float:
    """Processor seconds of a process that imports what a run's does, and ends."""
    before = os.times()
    for _ in range(5):
        subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used / 5


class HangsFirst:
    """The first answer about each issue hangs, so that whoever asked can be killed meanwhile."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, request: dict[str, Any], number: int) -> Any:
        text = repr(request)
        key = text[text.index("Cart 0") :][:9]
        if key in self._seen:
            return by_phase(request, number)
        self._seen.add(key)
        return PLAN.stopping(2, "hang")


def takeover(fleet: Fleet, rounds: int) -> None:
    """From `kill -9` until another machine has the run, and until it asks what was being asked."""
    import psycopg  # noqa: PLC0415 - a test's own

    at_work(fleet, 2)
    taken, asked = [], []
    with psycopg.connect(fleet.database, autocommit=True) as database:
        for number in range(rounds):
            fleet.queue(1)
            wait_for(lambda number=number: len(fleet.api.requests) == 4 * number + 1, 120)
            victim = _who(fleet)
            holder = _holder(database)
            victim.kill(whole=True)
            killed = time.monotonic()
            taken.append(_until(lambda holder=holder: _holder(database) not in {holder, ""}) - killed)
            wait_for(lambda number=number: len(fleet.api.requests) > 4 * number + 1, 120)
            asked.append(fleet.api.came[4 * number + 1] - killed)
            victim.start()
            wait_for(lambda number=number: pushed(fleet) == number + 1, 120)
            wait_for(lambda: len(DbosQueue(fleet.database).workers()) == 2, 120)
            print(f"{taken[-1]:.2f} {asked[-1]:.2f}", flush=True)
    for what, found in (("it is another's", taken), ("it is gone on with", asked)):
        print(f"| {what} | {median(found):.1f} s | {max(found):.1f} s |")


def _who(fleet: Fleet) -> Machine:
    last = fleet.api.asked(fleet.titles)[-1].machine
    return next(machine for machine in fleet.machines if machine.name == last)


def _holder(database: Any) -> str:
    """The worker that has the run under way."""
    found = database.execute(
        "SELECT executor_id FROM dbos.workflow_status WHERE status = 'PENDING' AND queue_name = 'adw_runs'"
    ).fetchone()
    return str(found[0]) if found else ""


def _until(holds: Callable[[], bool]) -> float:
    wait_for(holds, 120)
    return time.monotonic()


def journals(postgresql: Server, scratch: Path, rounds: int) -> None:
    """The same steps on SQLite and on PostgreSQL, both with care for the disk."""
    found: dict[str, list[Timed]] = {"SQLite": [], "PostgreSQL": []}
    for number in range(rounds):
        for kind, where in (("SQLite", scratch / f"{number}.db"), ("PostgreSQL", postgresql.new_database())):
            found[kind].append(execute(where, STEPS))
    for kind, timed in found.items():
        step = median(one for time_ in timed for one in time_.steps)
        launch = median(time_.launch for time_ in timed)
        print(f"| {kind} | {1000 * launch:.0f} ms | {1000 * step:.1f} ms |")


def idle(fleet: Fleet, seconds: float) -> None:
    """What a worker takes that has nothing to do."""
    at_work(fleet, 1)
    (machine,) = fleet.machines
    time.sleep(5)
    before = spent(machine.pid)
    time.sleep(seconds)
    used = (spent(machine.pid) - before) / seconds
    print(f"idle worker: {memory(machine.pid) / 2**20:.0f} MiB PSS, {100 * used:.1f}% of a processor")
