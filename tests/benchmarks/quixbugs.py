# ruff: noqa: T201 - the output is the point
"""`adw run` on the programs of QuixBugs (https://github.com/jkoppel/QuixBugs), which is fetched beside this project.

    python -m tests.benchmarks.quixbugs CHECKOUT [--timeout SECONDS] [PROGRAM…]

Each program becomes a repository of its own, without the corrected versions, with an issue that names the failing test
file. No model is asked: a script answers every phase and gives the collection's own fix. So it says nothing about any
model. What it tries is the program: repositories, checks, edits, commits, time limits and outcomes on real code.
"""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.driven import Driven, Json, commit_all, drive, phase_of, pytest_settings
from tests.benchmarks.reference_fix import Replacement, fixed, replacements
from tests.servers.replies import Reply, call, says

LIMIT_S = 60.0
"""Seconds for a test run. A healthy one takes under two on an idle machine."""


@dataclass(frozen=True)
class Program:
    name: str
    path: str
    tests: str
    fix: tuple[Replacement, ...]

    @property
    def issue(self) -> str:
        return (
            f"# {self.name} is wrong\n\n"
            f"The tests in `{self.tests}` fail: `{self.name}` does not do what it should, and the tests are right.\n"
        )


def programs(checkout: Path, wanted: list[str]) -> Iterator[Program]:
    """Those that are `wanted`, or all that have tests."""
    for tests in sorted((checkout / "python_testcases").glob("test_*.py")):
        name = tests.stem.removeprefix("test_")
        if wanted and name not in wanted:
            continue
        buggy, correct = (
            (checkout / folder / f"{name}.py").read_text(encoding="utf-8")
            for folder in ("python_programs", "correct_python_programs")
        )
        fix = replacements(buggy, fixed(buggy, correct))
        yield Program(name, f"python_programs/{name}.py", f"python_testcases/{tests.name}", fix)


class Answers:
    """The script: a plan, the fix once, an approval."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._fixed = False

    def __call__(self, request: Json, _number: int) -> Reply:
        match phase_of(request):
            case "plan":
                return self._plan()
            case "review":
                return says("", call("done", verdict="approve", findings=[]))
            case _:
                return self._fix()

    def _plan(self) -> Reply:
        program = self._program
        summary = f"{program.name} is wrong in one place; the collection's own fix goes there."
        steps = [f"{program.path}, {program.name}: put in the fix"]
        done = call("done", summary=summary, steps=steps, change=[program.path], create=[], tests=[program.tests])
        return says("", done)

    def _fix(self) -> Reply:
        """Once; where that was not enough, the script knows nothing else."""
        fix = () if self._fixed else self._program.fix
        self._fixed = True
        edits = [call("edit", path=self._program.path, old=one.old, new=one.new) for one in fix]
        return says("", *edits, call("done", summary="the fix is in"))


def run(checkout: Path, program: Program, limit_s: float) -> Driven:
    """The program's issue from plan to review."""
    with tempfile.TemporaryDirectory(prefix="adw-quixbugs-") as place:
        scratch = Path(place)
        folder, issue = scratch / "repository", scratch / "issue.md"
        subprocess.run(["git", "clone", "--quiet", str(checkout), str(folder)], check=True)
        for corrected in folder.glob("correct_*"):
            shutil.rmtree(corrected)
        settings = pytest_settings(program.tests, timeout_s=limit_s)
        (folder / ".adw.toml").write_text(settings, encoding="utf-8")
        commit_all(folder, "Without the corrected versions")
        issue.write_text(program.issue, encoding="utf-8")
        return drive(folder, issue, Answers(program), scratch)


def main() -> None:
    parser = argparse.ArgumentParser(description="`adw run` on QuixBugs; answers are scripted, the fix is given")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--timeout", type=float, default=LIMIT_S, metavar="SECONDS")
    parser.add_argument("program", nargs="*")
    asked = parser.parse_args()
    print("| program | outcome | exit code | calls | tokens | seconds |\n|---|---|---:|---:|---:|---:|")
    ended = []
    for program in programs(asked.checkout, asked.program):
        driven = run(asked.checkout, program, asked.timeout)
        ended.append(driven)
        print(row(program.name, driven), flush=True)
        for error in driven.envelope["errors"]:
            print(f"<!-- {program.name}: {error['code']}: {error['message']} -->", flush=True)
    print(totals(ended))


def row(name: str, driven: Driven) -> str:
    columns = (driven.outcome, driven.exit_code, len(driven.billed), f"{driven.total:,}", f"{driven.seconds:.0f}")
    return f"| {name} | " + " | ".join(map(str, columns)) + " |"


def totals(ended: list[Driven]) -> str:
    """The last line of the table: how many passed, and sums."""
    passed = sum(driven.outcome == "passed" for driven in ended)
    calls = sum(len(driven.billed) for driven in ended)
    tokens = sum(driven.total for driven in ended)
    seconds = sum(driven.seconds for driven in ended)
    return f"| {len(ended)} programs | {passed} passed | | {calls} | {tokens:,} | {seconds:.0f} |"


if __name__ == "__main__":
    main()
