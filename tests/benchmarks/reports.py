# ruff: noqa: T201 - the output is the point
"""How large reports are beside the output that they stand for, and how fast logs are read, over all recordings.

    python -m tests.benchmarks.reports

The corpus is every recording under tests/fixtures whose log has more than 20 KB. A report is what a model gets
(`adw.checks.compact`). Rates are of processor time, for the log alone.
"""

import json
import lzma
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adw.checks import report
from adw.checks.compact import compact
from adw.checks.tool import Evidence, Kind, Place
from adw.checks.tools import recognised, tool
from adw.domain.run import CheckSpec

FIXTURES = Path(__file__).parents[1] / "fixtures"
LARGE = 20_000
TARGET = 0.012
ROUNDS = 3


@dataclass
class Sum:
    logs: int = 0
    failures: int = 0
    raw: int = 0
    report: int = 0
    seconds: float = 0.0

    def row(self, name: str) -> str:
        rate = self.raw / 1e6 / self.seconds if self.seconds else 0.0
        return (
            f"| {name} | {self.logs} | {self.failures:,} | {self.raw / 1000:,.0f} | {self.report / self.raw:.2%} "
            f"| {rate:,.0f} |"
        )


def recordings() -> Iterator[Evidence]:
    for path in sorted(FIXTURES.glob("*/**/*.json*")):
        raw = path.read_bytes()
        stored: Any = json.loads(lzma.decompress(raw) if path.suffix == ".xz" else raw)
        if isinstance(stored, dict) and {"exit_code", "log", "files", "place"} <= stored.keys():
            files = {name: content.encode() for name, content in stored.pop("files").items()}
            place, command = Place(**stored.pop("place")), tuple(stored.pop("command", ()))
            yield Evidence(**stored, files=files, place=place, command=command)


def main() -> None:
    sums: dict[str, Sum] = defaultdict(Sum)
    for evidence in recordings():
        size = len(evidence.log.encode())
        reader = recognised(evidence.log)
        if size <= LARGE or reader.name == "exit":
            continue
        check = CheckSpec("test", reader.name, evidence.command)
        made = report.build(check, evidence, tool(reader.name).read(evidence), "")
        began = time.process_time()
        for _ in range(ROUNDS):
            reader.parse(evidence.log, evidence.place.root)
        took = (time.process_time() - began) / ROUNDS
        kind = "tests" if reader.kind is Kind.TEST else "findings"
        for name in (f"{reader.name} ({kind})", f"all {kind}"):
            one = sums[name]
            one.logs += 1
            one.failures += len(made.failing)
            one.raw += size
            one.report += len(compact(made).encode())
            one.seconds += took
    print("| tool | logs | failures | KB | report | MB/s |\n|---|---:|---:|---:|---:|---:|")
    for name in sorted(sums, key=lambda name: (name.startswith("all"), name)):
        print(sums[name].row(name))


if __name__ == "__main__":
    main()
