# ruff: noqa: T201 - the output is the point
"""What `adw test` adds to the runner's own time: whole processes, the command alone against the command through ADW.

    python -m tests.benchmarks.check_overhead [ROUNDS]

Each round runs everything once, so that a busy moment of the machine falls on all of it. Printed are medians: the wall
clock, processor time (user and system, children included), and what ADW adds to both. `nothing` is a command that does
nothing: what is left is ADW itself. A red run is measured without and with the second look at what failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.driven import environment

TARGET_S = 0.5
HEAVY = ("anthropic", "dbos", "sqlalchemy", "git", "genai_prices", "tiktoken", "ctok", "jinja2", "mcp")
GREEN = "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): pass\n"
RED = GREEN.replace("pass", "self.assertEqual(1, 2)")


@dataclass(frozen=True)
class Case:
    """A project with one command."""

    name: str
    command: tuple[str, ...]
    tests: str = ""
    tool: str = "exit"
    sandbox: str = "off"


CASES = (
    Case("nothing", ("true",)),
    Case("nothing, in the sandbox", ("true",), sandbox="auto"),
    Case("unittest, green", (sys.executable, "-m", "unittest", "-q"), GREEN, "unittest"),
    Case("unittest, red, looked at twice", (sys.executable, "-m", "unittest", "-q"), RED, "unittest"),
    Case("pytest, green", (sys.executable, "-m", "pytest", "-q"), GREEN, "pytest"),
)


@dataclass(frozen=True)
class Cost:
    """Seconds of one process and all that it started."""

    wall: float
    processor: float


def made(case: Case, folder: Path) -> Path:
    """The case as a folder to run it in."""
    folder.mkdir()
    (folder / ".git").mkdir()
    words = ", ".join(repr(word) for word in case.command)
    config = f'[checks]\nsandbox = "{case.sandbox}"\n[checks.test]\ncommand = [{words}]\ntool = "{case.tool}"\n'
    (folder / ".adw.toml").write_text(config, encoding="utf-8")
    if case.tests:
        (folder / "test_it.py").write_text(case.tests, encoding="utf-8")
    return folder


def cost(arguments: tuple[str, ...], folder: Path, variables: dict[str, str]) -> Cost:
    started = time.perf_counter()
    process = subprocess.Popen(
        arguments, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime)


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="adw-overhead-") as place:
        scratch = Path(place)
        variables = environment(scratch)
        folders = {case: made(case, scratch / str(number)) for number, case in enumerate(CASES)}
        alone: dict[Case, list[Cost]] = {case: [] for case in CASES}
        through: dict[Case, list[Cost]] = {case: [] for case in CASES}
        pure: list[Cost] = []
        for _ in range(rounds):
            pure.append(cost((sys.executable, "-c", "pass"), scratch, variables))
            for case, folder in folders.items():
                alone[case].append(cost(case.command, folder, variables))
                through[case].append(cost((sys.executable, "-m", "adw", "test"), folder, variables))
        heavy = _imported(folders[CASES[0]], variables)
    print(f"medians of {rounds} rounds; python -c pass: {median(one.wall for one in pure):.3f} s")
    print(f"heavy modules that `adw test` imports: {', '.join(heavy) or 'none'}; target: at most {TARGET_S} s more\n")
    print("| command | alone, s | through ADW, s | added, s | added processor time, s |\n|---|---:|---:|---:|---:|")
    for case in CASES:
        walls = [median(one.wall for one in costs[case]) for costs in (alone, through)]
        used = [median(one.processor for one in costs[case]) for costs in (alone, through)]
        added, worked = walls[1] - walls[0], used[1] - used[0]
        print(f"| {case.name} | {walls[0]:.2f} | {walls[1]:.2f} | {added:.2f} | {worked:.2f} |")


def _imported(folder: Path, variables: dict[str, str]) -> list[str]:
    telling = "import sys; from adw.__main__ import main; sys.argv = ['adw', 'test']; main(); print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", telling], cwd=folder, env=variables, capture_output=True, text=True, check=True
    )
    return sorted({*told.stdout.split()} & {*HEAVY})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
