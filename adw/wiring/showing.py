"""`adw context show`: requests exactly as they were sent, or would be."""

import json
from collections.abc import Iterator

from adw.adapters.call_files import CallFolder
from adw.adapters.counters.runtime import counter_for_runtime
from adw.context.prefix import first_difference
from adw.domain.call import CallFacts
from adw.domain.messages import Block, ModelRequest, Opaque, Text, ToolCall, ToolResult
from adw.domain.results import ContextShown, RunRequest, ShownBlock, ShownCall
from adw.errors import UnknownRun
from adw.ports import TokenCounter
from adw.wiring.dry import first_request
from adw.wiring.house import House, Place, open_house


def show_context(subject: str, phase: str, place: Place | None = None) -> ContextShown:
    """What a run sent, or what a run of an issue would send first. `phase`: of that phase only; empty for all."""
    house = open_house(place)
    try:
        run_id = house.store.load(subject).spec.id
    except UnknownRun:
        return _of_issue(house, subject)
    calls = tuple(call for call in _calls(house, run_id) if phase in ("", call.facts.phase))
    return ContextShown(run_id, sent=True, calls=calls)


def _of_issue(house: House, issue: str) -> ContextShown:
    first = first_request(house, RunRequest(issue))
    call = _shown(1, first.built.request, first.facts, first.counter, "")
    warnings = ("the baseline's report is not in it: no check was run",)
    return ContextShown(first.spec.issue.source, sent=False, calls=(call,), warnings=warnings)


def _calls(house: House, run_id: str) -> Iterator[ShownCall]:
    counter = counter_for_runtime(house.counts)
    before: CallFacts | None = None
    for number, kept in CallFolder(house.store.folder(run_id) / "calls").all():
        same = before is not None and kept.facts.turn > 1
        differs = first_difference(before, kept.facts) if same and before else ""
        yield _shown(number, kept.request, kept.facts, counter, differs)
        before = kept.facts


def _shown(number: int, request: ModelRequest, facts: CallFacts, counter: TokenCounter, differs: str) -> ShownCall:
    tools = json.dumps(
        [{"name": one.name, "description": one.description, "input_schema": one.schema} for one in request.tools]
    )
    pieces: list[tuple[str, str, bool]] = [("tools", tools, False)] if request.tools else []
    pieces += [("system", one.text, one.cache) for one in request.system]
    for place, message in enumerate(request.messages, start=1):
        pieces += [(f"{message.role} {place}", *_piece(block)) for block in message.blocks]
    blocks = tuple(
        ShownBlock(place, text, counter.count_text(text, request.model), marked) for place, text, marked in pieces
    )
    return ShownCall(number, facts, request.model, request.max_tokens, blocks, differs)


def _piece(block: Block) -> tuple[str, bool]:
    match block:
        case Text():
            return block.text, block.cache
        case ToolResult():
            return block.content, block.cache
        case ToolCall():
            return f"{block.name} {json.dumps(block.input, ensure_ascii=False)}", False
        case Opaque():
            return json.dumps(block.raw, ensure_ascii=False), False
