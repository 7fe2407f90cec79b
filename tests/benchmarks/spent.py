"""Where the tokens of a run went: by phase and class, and by what they were spent on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from adw.adapters.counters.runtime import counter_for_runtime
from tests.benchmarks.driven import Driven, Json, phase_of
from tests.servers.billing import text_of
from tests.support.bill import CLASSES


@dataclass(frozen=True)
class Row:
    name: str
    tokens: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.tokens.values())


def by_phase(driven: Driven) -> list[Row]:
    """What the server billed, by phase and class; all of it in the last row."""
    phases: dict[str, dict[str, int]] = {}
    for request, billed in zip(driven.requests, driven.billed, strict=True):
        sums = phases.setdefault(phase_of(request), dict.fromkeys(CLASSES, 0))
        for name, tokens in billed.items():
            sums[name] += tokens
    return [*(Row(name, tokens) for name, tokens in phases.items()), Row("all", driven.by_class())]


def by_part(driven: Driven, model: str) -> list[Row]:
    """Input by what it was, summed over the calls of each phase: what was sent ten times counts ten times."""
    counter = counter_for_runtime()
    phases: dict[str, dict[str, int]] = {}
    for request, billed in zip(driven.requests, driven.billed, strict=True):
        sums = phases.setdefault(phase_of(request), dict.fromkeys((*PARTS, "output"), 0))
        for part, block in parts(request):
            sums[part] += counter.count_text(text_of(block), model)
        sums["output"] += billed["output"]
    return [Row(name, tokens) for name, tokens in phases.items()]


PARTS = ("system and tools", "sections", "results", "calls")


def parts(request: Json) -> Iterator[tuple[str, Json]]:
    """Every block of a request with the part that it belongs to, one of PARTS."""
    for block in (*request["system"], *request["tools"]):
        yield "system and tools", block
    for block in request["messages"][0]["content"]:
        yield "sections", block
    for message in request["messages"][1:]:
        part = "calls" if message["role"] == "assistant" else "results"
        for block in message["content"]:
            yield part, block


def ledger_total(driven: Driven) -> int:
    """The ledger's sum over everything in it."""
    _, envelope = driven.project.envelope("usage", "report")
    usage: dict[str, Any] = envelope["data"]["total"]["usage"]
    return int(usage["total"])
