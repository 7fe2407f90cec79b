"""From sections and turns to one request: fixed order, stable first, breakpoints where prefixes end (SPEC §3)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from adw.context.counting import count_messages
from adw.context.fit import Fitted, fit
from adw.domain.call import SectionFact
from adw.domain.messages import Block, Message, ModelRequest, Text, ToolResult, ToolSpec
from adw.domain.run import ModelChoice
from adw.domain.section import Exclusion, Section, Zone


@dataclass(frozen=True, slots=True)
class Built:
    request: ModelRequest
    sections: tuple[SectionFact, ...]
    """What it is made of, in order; the turns are not sections."""
    excluded: tuple[Exclusion, ...]
    folded: bool = False
    """Whether turns were folded for it."""


def build(
    sections: tuple[Section, ...],
    turns: tuple[Message, ...],
    tools: tuple[ToolSpec, ...],
    choice: ModelChoice,
    *,
    count: Callable[[str], int],
    room: int,
    breakpoints: bool = True,
) -> Built:
    """The request, with sections fitted by priority into what the turns leave of `room` tokens.

    Raises BudgetExceeded where the critical sections alone are too large; the turns are for the guard to judge.
    Without `breakpoints` nothing is offered to the prompt cache.
    """
    fitted = fit(sections, count, room, count_messages(turns, choice.model, count))
    request = ModelRequest(
        model=choice.model,
        system=_marked(_blocks(fitted.kept, (Zone.STABLE,))),
        tools=tools,
        messages=(Message("user", _opening(fitted.kept)), *_with_breakpoint(turns)),
        max_tokens=choice.max_tokens,
        effort=choice.effort,
    )
    return Built(request if breakpoints else _unmarked(request), _facts(fitted), fitted.excluded)


def _facts(fitted: Fitted) -> tuple[SectionFact, ...]:
    return tuple(
        SectionFact(one.name, one.zone, tokens, sha256(one.text.encode("utf-8", "surrogatepass")).hexdigest()[:16])
        for one, tokens in zip(fitted.kept, fitted.tokens, strict=True)
    )


def _blocks(sections: tuple[Section, ...], zones: tuple[Zone, ...]) -> tuple[Text, ...]:
    """One block for each zone that has sections."""
    texts = ("\n\n".join(s.text for s in sections if s.zone is zone) for zone in zones)
    return tuple(Text(text) for text in texts if text)


def _opening(sections: tuple[Section, ...]) -> tuple[Text, ...]:
    """With breakpoints behind the content and at the end: the API allows four in all."""
    content = _blocks(sections, (Zone.CONTENT,))
    rest = _blocks(sections, (Zone.REPORT, Zone.RECORD))
    return (*_marked(content), *_marked(rest))


def _marked(blocks: tuple[Text, ...]) -> tuple[Text, ...]:
    """The blocks with a breakpoint behind the last."""
    return (*blocks[:-1], replace(blocks[-1], cache=True)) if blocks else ()


def _unmarked(request: ModelRequest) -> ModelRequest:
    """The request without any breakpoint."""
    messages = (Message(one.role, tuple(_plain(block) for block in one.blocks)) for one in request.messages)
    return replace(request, system=tuple(replace(one, cache=False) for one in request.system), messages=tuple(messages))


def _plain(block: Block) -> Block:
    return replace(block, cache=False) if isinstance(block, Text | ToolResult) else block


def _with_breakpoint(turns: tuple[Message, ...]) -> tuple[Message, ...]:
    """The turns with a breakpoint on the very last block, so that the next turn reads all of this one."""
    if not turns:
        return ()
    *before, last = turns
    *blocks, end = last.blocks
    if isinstance(end, Text | ToolResult):
        end = replace(end, cache=True)
    return (*before, Message(last.role, (*blocks, end)))
