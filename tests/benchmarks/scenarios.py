# ruff: noqa: T201 - the output is the point
"""The two scripted scenarios of the specification: what a run costs where every decision of the model is given.

    python -m tests.benchmarks.scenarios [small] [batched] [long]

small: one bug, three failing tests, a package of ten files. Target: 5,000 tokens over all calls.
batched: 12 file reads, 4 edits, 3 test runs of 2,100 lines, as ADW's prompts ask for them: several acts in a turn.
Target: 40,000 tokens.
long: the same with one act a turn. No target; it shows what turns cost.

Tokens are those of the text on the wire (`ctok`; an upper bound on Python 3.11, where it does not install), input and
output over all calls. What the provider adds of its own, such as its prompt that explains tools, is not in them.
"""

import sys
import tempfile
from collections.abc import Iterable
from itertools import chain, zip_longest
from pathlib import Path

from tests.benchmarks.driven import MODEL, Driven, Json, drive, phase_of
from tests.benchmarks.made_projects import Made, long, small
from tests.benchmarks.spent import Row, by_part, by_phase, ledger_total
from tests.servers.replies import Reply, call, says

SMALL_TARGET, BATCHED_TARGET = 5_000, 40_000


class Script:
    """Answers phase by phase from lists; a conversation that asks for more than its list holds is told `done`."""

    def __init__(self, plan: Iterable[Reply], build: Iterable[Reply]) -> None:
        approve = says("", call("done", verdict="approve", findings=[]))
        self._answers = {"plan": iter(plan), "build": iter(build), "review": iter([approve])}

    def __call__(self, request: Json, _number: int) -> Reply:
        return next(self._answers[phase_of(request)], says("", call("done", summary="nothing is left to do")))


def planned(made: Made) -> Reply:
    return says(
        "",
        call(
            "done",
            summary=made.issue.splitlines()[-1],
            steps=[f"{bug.path}: {bug.fix.old} becomes {bug.fix.new}" for bug in made.bugs],
            change=[bug.path for bug in made.bugs],
            create=[],
            tests=[made.tests],
        ),
    )


def edits(made: Made) -> list[Json]:
    return [call("edit", path=bug.path, old=bug.fix.old, new=bug.fix.new) for bug in made.bugs]


DONE = call("done", summary="The issue is resolved.")
TEST = call("run_checks", checks=["test"])


def sources(made: Made) -> list[str]:
    return [path for path in made.files if path.startswith("stations/") and made.files[path]]


def small_script(made: Made) -> Script:
    """Plan, edit and `done` in one turn, review."""
    return Script([planned(made)], [says("", *edits(made), DONE)])


def long_script(made: Made) -> Script:
    """One act a turn: 12 reads, then edits with a test run behind each of the first three."""
    reads = [says("", call("read", paths=[path])) for path in sources(made)]
    acts = chain.from_iterable(zip_longest(edits(made), [TEST] * 3))
    return Script([*reads, planned(made)], [*(says("", act) for act in acts if act), says("", DONE)])


def batched_script(made: Made) -> Script:
    """All reads in one turn, two edits a turn, and the test runs."""
    first, second, third, fourth = edits(made)
    turns = [says("", first, second, TEST), says("", third, TEST), says("", fourth, TEST), says("", DONE)]
    return Script([says("", call("read", paths=sources(made))), planned(made)], turns)


SCENARIOS = {
    "small": (small, small_script, SMALL_TARGET),
    "long": (long, long_script, 0),
    "batched": (long, batched_script, BATCHED_TARGET),
}


def play(name: str, scratch: Path) -> tuple[Driven, int]:
    """The scenario's run, and its ledger's sum."""
    make, script, _ = SCENARIOS[name]
    made = make()
    made.plant(scratch / "project")
    issue = scratch / "issue.md"
    issue.write_text(made.issue, encoding="utf-8")
    driven = drive(scratch / "project", issue, script(made), scratch)
    return driven, ledger_total(driven)


def show(title: str, rows: Iterable[Row]) -> None:
    found = list(rows)
    columns = list(found[0].tokens)
    print(f"\n| {title} | {' | '.join(columns)} | total |\n|---|{'---:|' * (len(columns) + 1)}")
    for row in found:
        print(f"| {row.name} | " + " | ".join(f"{row.tokens[column]:,}" for column in columns) + f" | {row.total:,} |")


def main(names: list[str]) -> None:
    for name in names:
        with tempfile.TemporaryDirectory(prefix="adw-scenario-") as place:
            driven, in_ledger = play(name, Path(place))
        target = SCENARIOS[name][2]
        print(f"\n## {name}: {driven.outcome}, {len(driven.billed)} calls, {driven.seconds:.0f} s")
        print(
            f"\n{driven.total:,} tokens on the wire, {in_ledger:,} in the ledger"
            + f"; target {target:,}" * bool(target)
        )
        show("phase", by_phase(driven))
        show("what was sent and answered", by_part(driven, MODEL))


if __name__ == "__main__":
    main(sys.argv[1:] or list(SCENARIOS))
