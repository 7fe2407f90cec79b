# ruff: noqa: T201 - the output is the point
"""What the ledger costs: calls a second, entries added, a million of them, and fifty processes against one quota.

    python -m tests.benchmarks.ledger calls [CALLS]       reserved and settled, by 1 and by 8 processes
    python -m tests.benchmarks.ledger durable [CALLS]     the same, where PostgreSQL waits for the disk
    python -m tests.benchmarks.ledger adding [ENTRIES]    entries of other programs, many at a time
    python -m tests.benchmarks.ledger million [ENTRIES]   `adw usage report`, `forecast` and `quota` over so many
    python -m tests.benchmarks.ledger storm               50 processes, a third of them killed by kill -9

All but `million` measure SQLite, and PostgreSQL where its server programs are: one of their own on a Unix socket, with
fsync off (but for `durable`), so that it is the program that is measured and not the disk. TMPDIR says where everything
is written.
Each call is held against a run's budget, a day's and a month's quota in a zone that is not UTC.
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.quota import OpenCalls, Quota
from adw.domain.usage import Usage
from tests.conformance import quota_callers
from tests.conformance.postgresql_server import server
from tests.fakes.entries import entry, reservation

ROOT = Path(__file__).parents[2]
QUOTA = Quota(10**15, 10**15, zone=ZoneInfo("Europe/Berlin"))
BILLED = Usage(fresh=900, cache_read=30_000, cache_write_5m=2_000, output=700)
WARM_UP = 20
"""Calls of each process before the clock starts: a connection's first statements are made and prepared."""


@dataclass(frozen=True)
class Database:
    name: str
    place: Callable[[], str]
    """Makes an empty place for a ledger."""
    processor: Callable[[], float]
    """Seconds of it that a server has taken for all connections that have ended."""


@contextmanager
def databases(*, fsync: str = "off") -> Iterator[tuple[Database, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        made = iter(range(1000))
        sqlite = Database("SQLite", lambda: str(Path(folder) / f"{next(made)}.db"), lambda: 0.0)
        try:
            with server(fsync=fsync) as running:
                yield sqlite, Database("PostgreSQL", running.new_database, running.processor_s)
        except BaseException as error:
            if type(error).__name__ != "Skipped":
                raise
            print(f"no PostgreSQL: {error}")
            yield (sqlite,)


def opened(where: str, quota: Quota = QUOTA) -> SqlLedger:
    return SqlLedger.open(where if "://" in where else Path(where), quota=quota)


def calls(count: int, *, fsync: str = "off") -> None:
    with databases(fsync=fsync) as found:
        for one in found:
            for processes in (1, 8):
                where = one.place()
                opened(where).close()
                mine, servers = _processor(), one.processor()
                rate = processes * count / _timed(where, processes, count)
                each = 1000 / processes / (count + WARM_UP)
                print(
                    f"{one.name:10} {processes} processes: {rate:7,.0f} calls reserved and settled a second, "
                    f"{each * (_processor() - mine):.2f} ms of the processor each "
                    f"and {each * (one.processor() - servers):.2f} ms of the server's; load {os.getloadavg()[0]:.0f}"
                )


def adding(count: int) -> None:
    """In chunks as an import adds them, two thousand runs of a quarter of an hour and more."""
    with databases() as found:
        for one in found:
            year = list(_year(count, 20))
            with opened(one.place()) as ledger:
                mine, began = time.process_time(), time.perf_counter()
                added = sum(ledger.add(year[first : first + 5_000]) for first in range(0, count, 5_000))
                seconds, used = time.perf_counter() - began, time.process_time() - mine
                assert added == count
                assert sum((bill.usage for bill in ledger.bills(())), Usage()) == sum((x.usage for x in year), Usage())
            print(
                f"{one.name:10} {count:,} entries added: {1e6 * seconds / count:.0f} µs each, "
                f"{1e6 * used / count:.0f} µs of the processor without the server's; load {os.getloadavg()[0]:.0f}"
            )


def _processor() -> float:
    """Seconds that children have taken of it, once they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(where: str, processes: int, count: int) -> float:
    """Seconds from the first call of the first process to the last one of the last."""
    gates, pipes = os.pipe(), os.pipe()
    children = []
    for number in range(processes):
        pid = os.fork()
        if pid == 0:
            with opened(where) as ledger:
                _calls(ledger, f"warm-{number}", WARM_UP)
                os.write(pipes[1], b".")
                os.read(gates[0], 1)
                _calls(ledger, f"run-{number}", count)
            os._exit(0)
        children.append(pid)
    for _ in children:
        os.read(pipes[0], 1)
    began = time.perf_counter()
    os.write(gates[1], b"." * processes)
    for pid in children:
        _, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit(f"a process ended with status {status}")
    return time.perf_counter() - began


def _calls(ledger: SqlLedger, run: str, count: int) -> None:
    for number in range(count):
        key, now = f"{run}:{number}", datetime.now(UTC)
        held = reservation(key, 45_000, output=8_000, usd="0.2", run_id=run, at=now)
        ledger.reserve(held, budget_tokens=10**12, budget_usd=10**6)
        ledger.settle(entry(key, BILLED, run_id=run, at=now))


def million(count: int) -> None:
    """A year in a ledger of the user's, as runs of 50 and of 20 calls; every command in a process of its own."""
    for calls_each in (50, 20):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "adw"
            home.mkdir()
            began = time.perf_counter()
            with opened(str(home / "ledger.db")) as ledger:
                ledger.add(_year(count, calls_each))
            size = (home / "ledger.db").stat().st_size / 1e6
            print(
                f"{count:,} entries of {count // calls_each:,} runs written in {time.perf_counter() - began:.0f} s: "
                f"{size:,.0f} MB; load {os.getloadavg()[0]:.1f}"
            )
            for command in COMMANDS:
                _command(folder, command)


COMMANDS = (
    "report",
    "report --json",
    "report --by issue --json",
    "report --by day --json",
    "report --by model --json",
    "report --since 300d --json",
    "report --csv report.csv",
    "report --html report.html",
    "forecast",
    "forecast --json",
    "quota",
)


def _year(count: int, calls_each: int) -> Iterator[object]:
    dice = random.Random(1)  # noqa: S311 - the same year every time
    now = datetime.now(UTC)
    for number in range(count):
        run, call = divmod(number, calls_each)
        at = now - timedelta(days=365) * (1 - number / count)
        made = entry(
            f"{run}:{call}",
            Usage(dice.randrange(2_000), dice.randrange(60_000), dice.randrange(9_000), 0, dice.randrange(2_000)),
            run_id=f"run-{run:06}",
            phase=("plan", "build", "test", "review")[4 * call // calls_each],
            model="claude-sonnet-5-5" if run % 3 else "claude-haiku-4-5",
            at=at,
        )
        yield replace(made, tag=replace(made.tag, issue=f"issue-{run}"))


def _command(home: str, command: str) -> None:
    """Best of five: processor time and seconds from start to exit, `adw`'s own start included; most memory."""
    words = [sys.executable, "-m", "adw", "usage", *command.split()]
    variables = os.environ | {"XDG_DATA_HOME": home, "PYTHONPATH": str(ROOT)}
    processor, seconds, memory = [], [], []
    for _ in range(5):
        began = time.perf_counter()
        process = subprocess.Popen(words, cwd=home, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        seconds.append(time.perf_counter() - began)
        processor.append(used.ru_utime + used.ru_stime)
        memory.append(used.ru_maxrss / 1024)
    print(
        f"adw usage {command:28} {min(processor):5.2f} s of the processor, {min(seconds):5.2f} s, {max(memory):4.0f} MB"
    )


def storm() -> None:
    processes = 50
    quota = quota_callers.quota_for(processes)
    with databases() as found:
        for one in found:
            where = one.place()
            began = time.perf_counter()
            quota_callers.storm(where, processes, 60)
            seconds = time.perf_counter() - began
            with opened(where, quota) as ledger:
                entries = list(ledger.entries())
                day, _ = ledger.standings(quota_callers.NOW)
                after, _ = ledger.standings(quota_callers.NOW + timedelta(hours=1, seconds=1))
            billed = sum((each.usage for each in entries), Usage())
            counted = quota.weights.exact(billed) + quota.weights.worst(day.held.input, day.held.output)
            assert day.billed == billed, "sums and entries differ"
            assert len({each.tag.key for each in entries}) == len(entries), "a call counts twice"
            assert counted <= quota.daily_tokens, "the quota was passed"
            assert after.held == OpenCalls(), "a reservation leaks"
            print(
                f"{one.name:10} {processes} processes, {len(entries):,} calls settled in {seconds:.1f} s: "
                f"{counted / quota.daily_tokens:.2%} of the quota, {day.held.tokens:,} tokens held by the killed"
            )


def main(what: str = "calls", count: str = "") -> None:
    match what:
        case "calls":
            calls(int(count or 500))
        case "durable":
            calls(int(count or 100), fsync="on")
        case "adding":
            adding(int(count or 50_000))
        case "million":
            million(int(count or 1_000_000))
        case "storm":
            storm()
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
