# ruff: noqa: T201 - the output is the point
"""How fast Claude Code's logs are imported, beside ccusage on the same files.

    python -m tests.benchmarks.import_claude [MEGABYTES] [CCUSAGE]

Makes logs of so many megabytes (default 100: the figure for a gigabyte is ten times as long), then imports them into a
new ledger, imports them again, and, where CCUSAGE is the folder of an installed `ccusage@17` and node is there, lets it
report on the same files. Each is a process of its own; memory is the largest that it had. The logs go to TMPDIR.

Twice: with lines as long as the median of real ones, and dense, with hardly a word said: four times as many answers.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.claude_logs import write_logs

ROOT = Path(__file__).parents[2]
PADDINGS = {"usual": 2_000, "dense": 100}
"""Letters that the model said in each line: of the usual ones, a line has 1.5 KB, as the median of real ones."""


def made(folder: Path, megabytes: int, padding: int) -> tuple[int, int]:
    """Logs of at least so many megabytes; bytes and files."""
    size = files = seed = 0
    while size < megabytes * 1_000_000:
        seed += 1
        write_logs(folder / f"part-{seed}", sessions=24, turns=200, padding=padding, seed=seed)
        found = list((folder / f"part-{seed}").rglob("*.jsonl"))
        size += sum(one.stat().st_size for one in found)
        files += len(found)
    return size, files


def timed(name: str, command: list[str | Path], variables: dict[str, str]) -> str:
    """Run it, say what it took, return what it printed."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | variables, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process.stdout:
        out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, processor = time.perf_counter() - started, used.ru_utime + used.ru_stime
    print(f"{name:24} {seconds:8.1f} s   {processor:8.1f} s of processor   at most {used.ru_maxrss / 1024:6.0f} MB")
    return out


def main(megabytes: int, ccusage: str) -> None:
    for kind, padding in PADDINGS.items():
        with tempfile.TemporaryDirectory() as name:
            size, files = made(Path(name) / "logs", megabytes, padding)
            print(
                f"{kind}: {size / 1e6:.0f} MB in {files} files; for a gigabyte times {1e9 / size:.1f}; "
                f"load {os.getloadavg()[0]:.0f}"
            )
            measured(Path(name), ccusage)


def measured(folder: Path, ccusage: str) -> None:
    """Imports, and reports, of the logs in the folder."""
    parts = sorted((folder / "logs").iterdir())
    variables = {"XDG_DATA_HOME": str(folder / "data"), "CLAUDE_CONFIG_DIR": ",".join(map(str, parts))}
    command = [sys.executable, "-m", "adw", "usage", "import", "claude-code", "--json"]
    first = json.loads(timed("adw, first import", command, variables))["data"]
    again = json.loads(timed("adw, second import", command, variables))["data"]
    print(f"{first['answers']:,} answers, {first['usage']['total']:,} tokens; the second time {again['new']} new")
    if ccusage:
        script = Path(ccusage).resolve() / "dist" / "index.js"
        told = timed("ccusage", ["node", script, "daily", "--offline", "--json", "--timezone", "UTC"], variables)
        theirs = json.loads(told)["totals"]["totalTokens"]
        print(f"ccusage: {theirs:,} tokens: {'the same' if theirs == first['usage']['total'] else 'NOT the same'}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2] if len(sys.argv) > 2 else "")
