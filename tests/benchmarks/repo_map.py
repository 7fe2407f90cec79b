"""Times, memory and size of the repository map: `python -m tests.benchmarks.repo_map [REPOSITORY]`.

Without an argument a repository of 10,000 files in ten languages is made. Each line is a process of its own: cold with
no cache, warm with it, and warm after one file of a hundred has changed.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.git.blobs import GitBlobs
from adw.adapters.git.repository import Repository
from adw.adapters.symbols.index import TreeSitterIndex
from adw.adapters.symbols.store import SymbolStore
from adw.context.survey import survey

ISSUE = (
    "Wrong total\n`total_of_order` forgets the discount: Order.apply_discount rounds down. See also the invoice page."
)
_WORDS_TEXT = "order invoice discount customer total page price tax report stock address mail queue token user"
_WORDS = _WORDS_TEXT.split()
_LANGUAGES = {
    "py": (
        "class {T}:\n",
        "    def {f}(self, amount, unit=None):\n",
        "        amount += {g}(amount) + self.{h}(unit)\n",
        "",
    ),
    "ts": (
        "export class {T} {{\n",
        "  {f}(amount: number) {{\n",
        "    amount += {g}(amount) + this.{h}(1);\n",
        "  }}\n",
    ),
    "go": ("package x\n", "func {f}(amount int) int {{\n", "\tamount += {g}(amount) + {h}(1)\n", "}}\n"),
    "rs": ("pub struct {T};\n", "pub fn {f}(amount: i32) {{\n", "    amount += {g}(amount) + {h}(1);\n", "}}\n"),
    "java": ("class {T} {{\n", "  int {f}(int amount) {{\n", "    amount += {g}(amount) + {h}(1);\n", "  }}\n"),
    "c": ("#include <stdio.h>\n", "int {f}(int amount) {{\n", "  amount += {g}(amount) + {h}(1);\n", "}}\n"),
    "rb": ("class {T}\n", "  def {f}(amount)\n", "    amount += {g}(amount) + {h}(1)\n", "  end\n"),
    "php": (
        "<?php\nclass {T} {{\n",
        "  function {f}($amount) {{\n",
        "    $amount += {g}($amount) + {h}(1);\n",
        "  }}\n",
    ),
    "cs": ("class {T} {{\n", "  int {f}(int amount) {{\n", "    amount += {g}(amount) + {h}(1);\n", "  }}\n"),
    "cpp": ("class {T};\n", "int {f}(int amount) {{\n", "  amount += {g}(amount) + {h}(1);\n", "}}\n"),
}
"""The head of a file, of a function, a line of its body, and its end."""
_FUNCTIONS, _LINES = 10, 8
_CLOSED = {"ts": "}\n", "java": "}\n", "rb": "end\n", "php": "}\n", "cs": "}\n"}


def make(folder: Path, files: int) -> None:
    """A git repository of `files` files of about 5 KB that call each other."""
    dice = random.Random(1)  # noqa: S311 - the same repository every time
    names = [f"{dice.choice(_WORDS)}_{dice.choice(_WORDS)}_{number}" for number in range(files * _FUNCTIONS)]
    suffixes = list(_LANGUAGES)
    for number in range(files):
        suffix = suffixes[number % len(suffixes)]
        head, function, line, end = _LANGUAGES[suffix]
        text = head.format(T=f"{dice.choice(_WORDS).title()}{number}")
        for name in names[number * _FUNCTIONS : (number + 1) * _FUNCTIONS]:
            lines = (line.format(g=dice.choice(names), h=dice.choice(names)) for _ in range(_LINES))
            text += function.format(f=name) + "".join(lines) + end.format()
        path = folder / dice.choice(_WORDS) / dice.choice(_WORDS) / f"{dice.choice(_WORDS)}_{number}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + _CLOSED.get(suffix, ""), encoding="utf-8")
    _commit(folder, "init", "-q", "-b", "main")


def change(folder: Path) -> None:
    """One file of a hundred gets another line."""
    for path in sorted(path for path in folder.rglob("*_*00.*") if ".git" not in path.parts):
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    _commit(folder)


def _commit(folder: Path, *before: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@localhost")
    for arguments in ((before,) if before else ()) + (("add", "-A"), (*who, "commit", "-qm", "x")):
        subprocess.run(("git", "-C", str(folder), *arguments), check=True)


def measure(folder: Path, cache: Path) -> dict[str, float]:
    """One map, in this process."""
    counter = counter_for_runtime()

    def count(text: str) -> int:
        return counter.count_text(text, "claude-sonnet-5-5")

    count("warm")
    repository = Repository.discover(folder)
    blobs = GitBlobs(repository)
    files = tuple(blob.path for blob in blobs.listed(repository.head))
    start, cpu = time.perf_counter(), time.process_time()
    symbols = TreeSitterIndex(blobs, SymbolStore(cache / "symbols", above=cache)).look(repository.head)
    looked = time.perf_counter()
    seen = survey(ISSUE, None, files, symbols, budget=1_200)
    return {
        "files": len(symbols.files),
        "symbols_s": looked - start,
        "map_s": time.perf_counter() - looked,
        "all_s": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "tokens": count(seen.map),
        "cache_mb": (cache / "symbols").stat().st_size / 1e6,
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("repository", nargs="?", type=Path)
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.cache:
        print(json.dumps(measure(given.repository, given.cache)))  # noqa: T201
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        made = given.repository or Path(scratch, "made")
        if not given.repository:
            made.mkdir()
            make(made, given.files)
        cache = Path(scratch, "cache")
        cache.mkdir()
        for label in ("cold", "warm", "1% new"):
            if label == "1% new":
                if given.repository:
                    break
                change(made)
            command = (sys.executable, "-m", "tests.benchmarks.repo_map", str(made), "--cache", str(cache))
            figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            print(f"{label:7}", "  ".join(f"{name} {value:.2f}" for name, value in figures.items()))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
