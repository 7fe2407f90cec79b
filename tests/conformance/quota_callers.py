"""Processes that make calls of random sizes against one quota, some of which are killed on the way.

    python -m tests.conformance.quota_callers LEDGER PROCESSES CALLS

One process forks them: to start fifty interpreters takes longer than all that they do.
"""

import json
import os
import random
import selectors
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.quota import Quota
from adw.domain.usage import Usage
from adw.domain.weights import Weights
from adw.errors import QuotaExceeded
from tests.fakes.entries import entry, reservation

ROOT = Path(__file__).parents[2]
WEIGHTS = Weights(1, 0, 1.25, 5)
NOW = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)
MOST = 1800
"""Tokens that a call may hold."""


def quota_for(processes):
    """About half of what the processes would take."""
    return Quota(daily_tokens=20_000 * processes, weights=WEIGHTS)


def is_doomed(number):
    return number % 3 == 0


def storm(where, processes, calls):
    """What each process said that it settled, by its number."""
    ended = subprocess.run(
        [sys.executable, "-m", __name__, str(where), str(processes), str(calls)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def main(where, processes, calls):
    """Fork the callers, kill those that are doomed in the middle of what they do, print what all of them said."""
    pids, told = [], []
    with selectors.DefaultSelector() as pipes:
        for number in range(processes):
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                with os.fdopen(writing, "w", encoding="ascii", buffering=1) as said:
                    call(where, number, calls, processes, said)
                os._exit(0)
            os.close(writing)
            pids.append(pid)
            told.append(b"")
            pipes.register(reading, selectors.EVENT_READ, number)
        while pipes.get_map():
            for pipe, _ in pipes.select():
                chunk = os.read(pipe.fd, 4096)
                told[pipe.data] += chunk
                if not chunk:
                    pipes.unregister(pipe.fd)
                elif is_doomed(pipe.data) and told[pipe.data].count(b"\n") >= 2 + pipe.data % 4:
                    os.kill(pids[pipe.data], signal.SIGKILL)
    for number, pid in enumerate(pids):
        _, status = os.waitpid(pid, 0)
        if status != (signal.SIGKILL if is_doomed(number) else 0):
            raise SystemExit(f"caller {number} ended with status {status}")
    json.dump([lines.decode().split() for lines in told], sys.stdout)


def call(where, number, calls, processes, said):
    """One process: every call reserved, and most of them settled at less than what they held; a few are released."""
    dice = random.Random(number)  # noqa: S311 - the same calls every time
    with SqlLedger.open(where if "://" in where else Path(where), quota=quota_for(processes)) as ledger:
        for one in range(calls):
            key, sent, most = f"{number}:{one}", dice.randrange(1, 1500), dice.randrange(1, 300)
            asked = reservation(key, sent + most, output=most, run_id=f"run-{number}", at=NOW)
            try:
                ledger.reserve(asked, budget_tokens=0, budget_usd=0.0)
            except QuotaExceeded:
                continue
            # Of those that are doomed, one in two waits for its end with a call that is held, the others go on.
            if is_doomed(number) and number % 2 and one == 3:
                wait_for_the_end(said)
            if dice.random() < 0.1:
                ledger.release(key)
                continue
            read = dice.randrange(0, sent + 1)
            usage = Usage(cache_read=read, cache_write_5m=sent - read, output=dice.randrange(0, most + 1))
            ledger.settle(entry(key, usage, run_id=f"run-{number}", at=NOW))
            said.write(f"{key}\n")
    if is_doomed(number):
        wait_for_the_end(said)


def wait_for_the_end(said):
    said.write("\n" * 9)
    signal.pause()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
