# ruff: noqa: T201 - the output is the point
"""What commands cost before and beside their work: whole processes, against a Python that does nothing.

    python -m tests.benchmarks.startup [ROUNDS]

Each round runs every command once, so that a busy moment of the machine falls on all of them. Printed are medians:
processor time (user and system, children included) as a ratio to `python -c pass`, which other programs on the machine
hardly change; the wall clock's ratio and seconds; how many modules were imported, and which heavy ones.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from adw.wiring.demo import RECORDING, plant_sample
from tests.benchmarks.driven import environment

COMMANDS: tuple[tuple[str, ...], ...] = (("--version",), ("--help",), ("runs", "list"), ("usage", "report"), ("demo",))
HEAVY = ("anthropic", "dbos", "sqlalchemy", "git", "genai_prices", "tiktoken", "ctok", "jinja2", "pydantic", "rich")
_LOADED = """
import atexit, json, os, sys
def tell():
    with open(os.environ["ADW_MODULES"], "w") as file:
        json.dump(sorted(sys.modules), file)
atexit.register(tell)
from adw.__main__ import main
sys.argv = ["adw", *sys.argv[1:]]
sys.exit(main())
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of one process."""

    processor: float
    wall: float


@dataclass(frozen=True)
class Bench:
    """Where commands are measured."""

    folder: Path
    variables: dict[str, str]

    def cost(self, *arguments: str) -> Cost:
        """Of one Python process, which must end well."""
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
        return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - started)

    def modules(self, *arguments: str) -> list[str]:
        """The modules that `adw` with these arguments has in the end, those of a bare Python included."""
        told = self.folder.parent / "modules.json"
        subprocess.run(
            [sys.executable, "-c", _LOADED, *arguments],
            cwd=self.folder,
            env={**self.variables, "ADW_MODULES": str(told)},
            capture_output=True,
            check=True,
        )
        names: list[str] = json.loads(told.read_text(encoding="utf-8"))
        return names


def bench(scratch: Path) -> Bench:
    """The sample with one run behind it, so that there is something to list."""
    place = plant_sample(scratch)
    made = Bench(place.folder, environment(scratch))
    made.cost("-m", "adw", "run", "issue.md", "--replay", str(RECORDING))
    return made


def measure(made: Bench, rounds: int) -> dict[tuple[str, ...], list[Cost]]:
    """Costs by arguments; `("-c", "pass")` is the Python that does nothing."""
    lines = {("-c", "pass"): ("-c", "pass"), **{words: ("-m", "adw", *words) for words in COMMANDS}}
    costs: dict[tuple[str, ...], list[Cost]] = {name: [] for name in lines}
    for _ in range(rounds):
        for name, arguments in lines.items():
            costs[name].append(made.cost(*arguments))
    return costs


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="adw-startup-") as place:
        made = bench(Path(place))
        costs = measure(made, rounds)
        loaded = {words: made.modules(*words) for words in COMMANDS}
    nothing = costs.pop(("-c", "pass"))
    processor, wall = median(one.processor for one in nothing), median(one.wall for one in nothing)
    print(f"python -c pass: {processor:.3f} s of processor time, {wall:.3f} s; medians of {rounds} rounds\n")
    print("| command | processor | wall clock | seconds | modules | heavy ones |\n|---|---:|---:|---:|---:|---|")
    for words, found in costs.items():
        used, took = median(one.processor for one in found), median(one.wall for one in found)
        heavy = ", ".join(name for name in HEAVY if name in loaded[words]) or "none"
        print(
            f"| `adw {' '.join(words)}` | {used / processor:.1f} | {took / wall:.1f} | {took:.2f} "
            f"| {len(loaded[words])} | {heavy} |"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
