# ruff: noqa: T201 - the output is the point
"""What durability costs: the journal's launch, its steps, and coming back to them.

    python -m tests.benchmarks.journal [ROUNDS]

One process, one journal after the other in a temporary folder (TMPDIR says where; take one on a disk). A step stores
5,000 characters, as a small answer or report does. Next to it stands what a bare SQLite takes for one such row in a
transaction of its own: what is above that is the price of the workflow engine.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

_BEFORE = time.perf_counter()

from adw.adapters.clock import StopFlag  # noqa: E402 - what it takes to import is measured too
from adw.adapters.durable import DbosJournal  # noqa: E402

IMPORT_S = time.perf_counter() - _BEFORE
STEPS = 50
STORED = "x" * 5_000


class Stopped(Exception):
    """Leaves a run between two steps, as a crash would."""


@dataclass
class Timed:
    """One execution of a run, in seconds."""

    launch: float = 0.0
    """From the call to the first line of the body."""
    steps: list[float] = field(default_factory=list)
    end: float = 0.0
    """From the body's last line until everything is stored and closed."""


def execute(path: Path | str, steps: int, stop_before: int | None = None) -> Timed:
    """A run of so many steps; left before one of them, where that is given."""
    timed = Timed()
    journal = DbosJournal(path, "run", StopFlag())
    started = time.perf_counter()
    ended = [started]

    def body() -> None:
        timed.launch = time.perf_counter() - started
        for number in range(steps):
            if number == stop_before:
                raise Stopped
            timed.steps.append(seconds(lambda: journal.step("a step", lambda: {"text": STORED})))
        ended[0] = time.perf_counter()

    try:
        journal.run(body)
    except Stopped:
        return timed
    timed.end = time.perf_counter() - ended[0]
    return timed


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def bare_rows(path: Path) -> list[float]:
    """Seconds for each row that SQLite commits alone, with its usual care for the disk."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE step (number INTEGER PRIMARY KEY, text TEXT)")
        connection.commit()

        def insert() -> None:
            with connection:
                connection.execute("INSERT INTO step (text) VALUES (?)", (STORED,))

        return [seconds(insert) for _ in range(STEPS)]


def main(rounds: int) -> None:
    fresh, again, bare = [], [], []
    with tempfile.TemporaryDirectory(prefix="adw-journal-") as place:
        for number in range(rounds):
            path = Path(place) / f"{number}.db"
            fresh.append(execute(path, STEPS + 1, stop_before=STEPS))
            again.append(execute(path, STEPS + 1))
            bare += bare_rows(Path(place) / f"bare-{number}.db")
    row = median(bare)
    stored = median(one for timed in fresh for one in timed.steps)
    taken = median(one for timed in again for one in timed.steps[:STEPS])
    print(f"medians of {rounds} rounds of {STEPS} steps; import of the journal: {IMPORT_S:.2f} s\n")
    print("| what | milliseconds | in rows of a bare SQLite |\n|---|---:|---:|")
    for name, took in (
        ("a row of a bare SQLite", row),
        ("launch of a new run", median(timed.launch for timed in fresh)),
        ("a step", stored),
        ("launch of a resumed run", median(timed.launch for timed in again)),
        ("a step taken from the journal", taken),
        ("the end: result stored, engine closed", median(timed.end for timed in again)),
    ):
        print(f"| {name} | {took * 1000:.1f} | {took / row:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
