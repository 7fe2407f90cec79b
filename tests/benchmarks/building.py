"""How long it takes to build a request when nothing has changed but the last turn, and what counting costs.

    python -m tests.benchmarks.building

A conversation whose context has some 50,000 tokens: forty turns of reading a made-up project. Each figure is the
median of several calls; the counter is the one that a run has, with its counts on disk.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from adw.adapters.counters.memo import WORTH_STORING
from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.counters.store import CountStore
from adw.domain.messages import Message, Text, ToolCall, ToolResult
from adw.domain.run import Phase
from adw.domain.section import Priority, Section, Zone
from adw.domain.weights import NAMED
from adw.workflow.dialogue import Brief, Dialogue
from adw.workflow.kit import Kit
from adw.workflow.tool_inputs import DoneInput
from adw.workflow.tool_specs import EDIT_TOOLS
from tests.fakes.prices import FixedPrices
from tests.support.kit import shop, spec

MODEL = "claude-opus-4-8"
TURNS = 40
Figures = dict[str, float]
P = ParamSpec("P")
T = TypeVar("T")


def source(number: int, lines: int = 75) -> str:
    """Made-up code: names of its own in every file."""
    return "\n".join(
        f"def rate_{number}_{line}(items: list[Item_{number}], factor_{line}: Decimal) -> Decimal:\n"
        f"    return sum((item.price_{line} * factor_{line} for item in items), Decimal('0.{line:02}'))\n"
        for line in range(lines // 3)
    )


def turn(number: int) -> tuple[Message, Message]:
    path = f"shop/tables_{number}.py"
    call = ToolCall(f"read-{number}", "read", {"paths": [path]})
    said = Text(f"rate_{number}_3 may be what is wrong; shop/tables_{number + 1}.py uses it.")
    return (
        Message("assistant", (said, call)),
        Message("user", (ToolResult(call.id, f"## {path}\n{source(number)}"),)),
    )


def sections() -> tuple[Section, ...]:
    files = (Section(f"file a_{n}.py", f"## a_{n}.py\n{source(1000 + n)}", Priority.HIGH) for n in range(4))
    return (
        Section("system", "You build. " * 80, Priority.CRITICAL, Zone.STABLE),
        Section("issue", "# Issue: rates\n" + "rate_7_3 is wrong. " * 20, Priority.CRITICAL),
        *files,
    )


@contextmanager
def conversation(weights: str, counts: Path | None) -> Iterator[tuple[Dialogue, Kit]]:
    """A dialogue over a kit in memory, but with the counter of a run."""
    made = spec()
    models = {phase: type(made.models[phase])(MODEL) for phase in Phase}
    world = shop([], models=models, weights=NAMED[weights])
    world.prices = FixedPrices({MODEL: 1_000_000})
    world.counter = counter_for_runtime(counts)
    brief = Brief(Phase.BUILD, 1, sections, EDIT_TOOLS, DoneInput, "build/1")
    held: list[tuple[Dialogue, Kit]] = []

    def work(kit: Kit) -> None:
        held.append((Dialogue(kit, brief), kit))

    world.within(work)
    yield held[0]


def timed(body: Callable[P, T], *given: P.args, **named: P.kwargs) -> tuple[float, T]:
    """Milliseconds of the processor (the machine may have other work), and what came of it."""
    begun = time.process_time()
    found = body(*given, **named)
    return (time.process_time() - begun) * 1000, found


def median(times: Iterable[tuple[float, object]]) -> float:
    return statistics.median(one for one, _ in times)


def building(weights: str) -> Figures:
    """Milliseconds to build and count the next request: the last ten that were appended to, and that were folded."""
    with conversation(weights, None) as (dialogue, kit):
        figures: dict[str, list[float]] = {"tokens": [], "count": [], "appended": [], "folded": []}
        dialogue.next_request("")
        for number in range(TURNS):
            answer, results = turn(number)
            dialogue.add(answer, results, edited=False)
            # What is new is counted whatever is done; here it is what is old that is of interest.
            for block in (*answer.blocks, *results.blocks):
                if isinstance(block, Text | ToolResult):
                    kit.counter.count_text(block.text if isinstance(block, Text) else block.content, MODEL)
            took, made = timed(dialogue.next_request, "")
            figures["folded" if made.folded else "appended"].append(took)
            took, tokens = timed(kit.counter.count_request, made.request)
            figures["count"].append(took)
            figures["tokens"].append(tokens)
        return {
            "last_tokens": figures["tokens"][-1],
            "folds": len(figures["folded"]),
            "count_ms": statistics.median(figures["count"][-10:]),
            **{
                f"{what}_ms": statistics.median(figures[what][-10:]) for what in ("appended", "folded") if figures[what]
            },
        }


def counting() -> Figures:
    """Milliseconds to count texts, and to look a count up in a file."""
    counter = counter_for_runtime()
    counter.count_text("to load the vocabulary", MODEL)
    figures: Figures = {}
    for size in (WORTH_STORING, 1_000, 4_000, 16_000, 64_000):
        texts = [source(number, 3 * size // 100 + 10)[:size] for number in range(8)]
        figures[f"count_{size}_chars_ms"] = median(timed(counter.count_text, text, MODEL) for text in texts)
    with tempfile.TemporaryDirectory() as folder:
        store = CountStore(Path(folder, "counts.db"))
        keys = [number.to_bytes(16, "big") for number in range(1, 200)]
        figures["store_first_ms"] = timed(store.put, bytes(16), 1)[0]
        figures["store_put_ms"] = median(timed(store.put, key, 1) for key in keys)
        figures["store_get_ms"] = median(timed(store.get, key) for key in keys)
        store.close()
    return figures


def main() -> None:
    figures = {"counting": counting(), **{f"building at {name}": building(name) for name in ("raw", "cost")}}
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
