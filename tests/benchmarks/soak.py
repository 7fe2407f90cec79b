# ruff: noqa: T201, S311 - the output is the point; dice are thrown by a seed, so that it can be repeated
"""Many runs, many machines, and what kills them.

    python -m tests.benchmarks.soak runs [--runs 200] [--machines 4] [--kills 60] [--seed 1] [--double]
    python -m tests.benchmarks.soak quota           a quota that ends
    python -m tests.benchmarks.soak cut             a worker in a network of its own, which is cut (root, iproute2)
    python -m tests.benchmarks.soak takeover        from kill -9 until another worker goes on
    python -m tests.benchmarks.soak throughput      runs a minute, and what bounds it
    python -m tests.benchmarks.soak journal         a step of a run, on SQLite and on PostgreSQL
    python -m tests.benchmarks.soak memory          an idle worker

Needs a PostgreSQL server's programs and git. Everything is made for the occasion, in temporary folders.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adw.adapters.durable.queue import DbosQueue
from tests.benchmarks import queue_figures
from tests.conformance.postgresql_server import server
from tests.servers.messages_api import Script
from tests.support.audit import Audit, audit, sums
from tests.support.fleet import LIGHT, Fleet, WatchedApi, descendants, fleet
from tests.support.network import Network, network
from tests.support.project import by_phase, wait_for

TOKENS = 4_000
"""Of one run, at most. With a quota of twice as much nobody comes near its alert."""
RESERVED = 100_000
"""The worst cases of calls under way and of those that were killed: what they hold is not there for others."""
_LOOK_S = 0.5


@contextmanager
def site(slowest_s: float = 0.0, seed: int = 0, script: Script = by_phase) -> Iterator[Fleet]:
    with (
        server() as postgresql,
        tempfile.TemporaryDirectory(prefix="adw-soak-") as scratch,
        WatchedApi(script, slowest_s=slowest_s, seed=seed) as api,
        fleet(postgresql, Path(scratch), api) as found,
    ):
        yield found


class Killer:
    """Kills something every so often, and starts what is dead again a while later.

    `at`: numbers of requests to the model; each kill comes when so many have been made, and no sooner.
    """

    def __init__(self, fleet: Fleet, kills: int, every_s: float, seed: int, at: tuple[int, ...] = ()) -> None:
        self._fleet = fleet
        self._at = at
        self._left = kills
        self._every_s = every_s
        self._random = random.Random(seed)
        self._next = time.monotonic() + self._pause()
        self._back: dict[str, float] = {}
        self.kills: list[tuple[str, float]] = []
        self.kinds: list[str] = []

    def look(self) -> None:
        now = time.monotonic()
        for machine in self._fleet.machines:
            if self._back.get(machine.name, now + 1) <= now:
                del self._back[machine.name]
                machine.start()
        if self._left and (self._at or now >= self._next) and self._far_enough():
            self._kill()
            self._next = now + self._pause()

    def _far_enough(self) -> bool:
        return not self._at or len(self._fleet.api.requests) >= self._at[len(self.kinds)]

    def _kill(self) -> None:
        alive = [machine for machine in self._fleet.machines if machine.name not in self._back]
        if not alive:
            return
        machine = self._random.choice(alive)
        kind = self._random.choice(("worker", "machine", "child"))
        self.kills.append((machine.name, time.monotonic()))
        if kind == "child":
            if not machine.kill_child():
                self.kills.pop()
                return
        else:
            machine.kill(whole=kind == "machine")
            self._back[machine.name] = time.monotonic() + self._random.uniform(0, 2 * self._every_s)
        self.kinds.append(kind)
        self._left -= 1

    def _pause(self) -> float:
        return self._random.uniform(0.2, 1.8) * self._every_s


def soak(fleet: Fleet, killer: Killer, limit_s: float) -> Audit:
    """Until every run has ended; what does not hold then."""
    end = time.monotonic() + limit_s
    told = 0
    while time.monotonic() < end and len(ended(fleet)) < len(fleet.titles):
        killer.look()
        if len(ended(fleet)) >= told + 20:
            told = len(ended(fleet))
            print(f"{told} pushed, {len(killer.kinds)} killed, load {os.getloadavg()[0]:.1f}", flush=True)
        time.sleep(_LOOK_S)
    settle(fleet, end)
    return audit(fleet, killer.kills)


def ended(fleet: Fleet) -> list[str]:
    """The branches on the remote."""
    return fleet.git("for-each-ref", "--format=%(refname)", "refs/heads/adw").splitlines()


def settle(fleet: Fleet, end: float) -> None:
    """Let what is pushed be stored as ended, then stop the workers."""
    queue = DbosQueue(fleet.database)
    while time.monotonic() < end and any(row.state != "ended" for row in queue.rows()):
        time.sleep(_LOOK_S)
    for machine in fleet.machines:
        if machine.worker is not None and machine.worker.poll() is None:
            machine.stop()


def runs(arguments: argparse.Namespace) -> int:
    with site(arguments.slowest, arguments.seed) as fleet:
        began = time.monotonic()
        fleet.configure(f"{LIGHT}[quota]\nmonthly_tokens = {TOKENS * arguments.runs * 2 + RESERVED}\n")
        fleet.queue(arguments.runs)
        for number in range(arguments.machines):
            fleet.machine(f"m{number}", concurrency=2 if number == 0 and arguments.double else 1).start()
        killer = Killer(fleet, arguments.kills, arguments.every, arguments.seed)
        found = soak(fleet, killer, arguments.limit)
        took = time.monotonic() - began
        counts = {kind: killer.kinds.count(kind) for kind in ("worker", "machine", "child")}
        print(f"{arguments.runs} runs, {arguments.machines} machines, killed: {counts}, {took:.0f} s")
        tell(fleet, found)
    return bool(found.faults)


def tell(fleet: Fleet, found: Audit) -> None:
    """What was found; where something does not hold, what there is to find out why."""
    print(found)
    if found.faults:
        for one in fleet.api.asked(fleet.titles):
            print(one.machine, one.title, hash(one.body), one.asked_at, one.answered_at, one.tokens)
        for row in fleet.rows():
            print(row)
        for machine in fleet.machines:
            print(machine.name, (machine.place.folder / "log").read_text("utf-8")[-3000:])


def cut(arguments: argparse.Namespace) -> int:
    """A worker loses its network in the middle of a run; another one, which has it, is there."""
    with network() as net, cut_site(net, arguments.seed) as (fleet, tcp):
        far = fleet.machine("far", database=tcp)
        near = fleet.machine("near")
        fleet.queue(arguments.runs)
        far.start(before=net.inside)
        wait_for(lambda: len(fleet.api.answers) >= arguments.after, 120)
        net.cut()
        at = time.monotonic()
        under_way = fleet.api.asked(fleet.titles)[-1].title
        pids = descendants(far.pid)
        near.start()
        ends = dict.fromkeys(("its run is stopped", "the worker has ended", "another has the run"), 0.0)

        def looked() -> bool:
            asked = fleet.api.asked(fleet.titles)
            holds = (
                not any(Path(f"/proc/{pid}").exists() for pid in pids),
                far.worker is not None and far.worker.poll() is not None,
                any(one.machine == "near" and one.title == under_way for one in asked),
            )
            for (what, moment), whether in zip(tuple(ends.items()), holds, strict=True):
                ends[what] = moment or whether * (time.monotonic() - at)
            return all(ends.values())

        wait_for(looked, 300)
        net.heal()
        settle(fleet, time.monotonic() + 300)
        stopped, ended, taken = ends.values()
        found = audit(fleet, [("far", at + max(stopped, ended))], instant_s=max(stopped, ended))
        late = [one for one in fleet.api.asked(fleet.titles) if one.machine == "far" and one.asked_at > at]
        found.need(max(stopped, ended) <= taken, f"two at work: {ends}")
        found.need(not late, f"asked by the machine that was cut off: {late}")
        found.need(found.lost <= 1, f"{found.lost} answers lost")
        print(", ".join(f"{what} after {seconds:.1f} s" for what, seconds in ends.items()))
        tell(fleet, found)
    return bool(found.faults)


@contextmanager
def cut_site(net: Network, seed: int) -> Iterator[tuple[Fleet, str]]:
    with (
        server(net.server, net.addresses) as postgresql,
        tempfile.TemporaryDirectory(prefix="adw-soak-") as scratch,
        WatchedApi(slowest_s=1.0, seed=seed, host=net.server) as api,
        fleet(postgresql, Path(scratch), api) as found,
    ):
        yield found, postgresql.by_tcp(found.database)


def quota(arguments: argparse.Namespace) -> int:
    """A quota that ends: what is left waits, and a worker that drains says so. Nothing goes over."""
    limit = arguments.runs * TOKENS // 2
    with site(seed=arguments.seed) as fleet:
        fleet.configure(f"{LIGHT}[quota]\nmonthly_tokens = {limit}\n")
        fleet.queue(arguments.runs)
        for number in range(3):
            fleet.machine(f"m{number}").start("--drain")
        for machine in fleet.machines:
            assert machine.worker is not None
            machine.worker.wait(arguments.limit)
        found = Audit()
        found.billed = sum(one.tokens for one in fleet.api.asked(fleet.titles))
        sums(fleet, found)
        states = Counter(row["state"] for row in fleet.rows())
        found.need(found.billed <= limit, f"{found.billed} of {limit} tokens")
        found.need(set(states) <= {"ended", "waiting", "queued"}, f"{states}")
        found.need(states["waiting"], f"nothing waits: {states}")
        print(f"{found.billed} of {limit} tokens, {dict(states)}")
        tell(fleet, found)
    return bool(found.faults)


def throughput(arguments: argparse.Namespace) -> int:
    print(f"a run's imports: {queue_figures.importing():.2f} s")
    print("| workers | runs a minute | processor seconds a run | git | check | Python | processors used | load |")
    for workers in arguments.workers:
        with site() as fleet:
            queue_figures.throughput(fleet, workers, arguments.runs)
    return 0


def takeover(arguments: argparse.Namespace) -> int:
    with site(script=queue_figures.HangsFirst()) as fleet:
        queue_figures.takeover(fleet, arguments.rounds)
    return 0


def journal(arguments: argparse.Namespace) -> int:
    with server(fsync="on") as postgresql, tempfile.TemporaryDirectory(prefix="adw-soak-") as scratch:
        queue_figures.journals(postgresql, Path(scratch), arguments.rounds)
    return 0


def memory(arguments: argparse.Namespace) -> int:
    with site() as fleet:
        queue_figures.idle(fleet, arguments.seconds)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    many = commands.add_parser("runs")
    many.add_argument("--runs", type=int, default=200)
    many.add_argument("--machines", type=int, default=4)
    many.add_argument("--kills", type=int, default=60)
    many.add_argument("--every", type=float, default=10.0, help="mean seconds between two kills")
    many.add_argument("--slowest", type=float, default=2.0, help="seconds that an answer may take")
    many.add_argument("--seed", type=int, default=1)
    many.add_argument("--limit", type=float, default=3600.0, help="seconds until it is given up")
    many.add_argument("--double", action="store_true", help="the first machine does two runs at a time")
    many.set_defaults(act=runs)
    away = commands.add_parser("cut")
    away.add_argument("--runs", type=int, default=1)
    away.add_argument("--after", type=int, default=1, help="answers before the cut")
    away.add_argument("--seed", type=int, default=1)
    away.set_defaults(act=cut)
    spent = commands.add_parser("quota")
    spent.add_argument("--runs", type=int, default=8)
    spent.add_argument("--seed", type=int, default=1)
    spent.add_argument("--limit", type=float, default=240.0, help="seconds until it is given up")
    spent.set_defaults(act=quota)
    fast = commands.add_parser("throughput")
    fast.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    fast.add_argument("--runs", type=int, default=12)
    fast.set_defaults(act=throughput)
    deaths = commands.add_parser("takeover")
    deaths.add_argument("--rounds", type=int, default=10)
    deaths.set_defaults(act=takeover)
    steps = commands.add_parser("journal")
    steps.add_argument("--rounds", type=int, default=5)
    steps.set_defaults(act=journal)
    quiet = commands.add_parser("memory")
    quiet.add_argument("--seconds", type=float, default=20.0)
    quiet.set_defaults(act=memory)
    arguments = parser.parse_args()
    return arguments.act(arguments)


if __name__ == "__main__":
    sys.exit(main())
