"""A trajectory's calls under a policy: what each would have sent, cost and still shown."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from adw.context.ablation.caching import Part, PromptCache
from adw.context.ablation.conversation import CountText, Sent
from adw.context.ablation.policies import Policy
from adw.context.evidence import Evidence, Needs
from adw.context.trajectory import Trajectory, Turn, command_of, joined
from adw.domain.messages import Block, Message, Text, ToolCall, ToolResult, ToolSpec
from adw.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it would have been sent."""

    number: int
    """From 0 on."""
    messages: tuple[Message, ...]
    usage: Usage
    evidence: Evidence


@dataclass(slots=True)
class Replay:
    """One trajectory, ready to be replayed under any number of policies. `count` has the tokens of a text alone."""

    trajectory: Trajectory
    count: CountText
    needs: Needs = field(init=False)
    _gauge: "_Gauge" = field(init=False)

    def __post_init__(self) -> None:
        self.needs = Needs.of(self.trajectory)
        self._gauge = _Gauge(self.count, self.needs.rows_of)

    def calls(self, policy: Policy) -> Iterator[Call]:
        """Call by call. Tokens are those of the texts; what a provider puts around them is not in them."""
        trajectory = self.trajectory
        conversation = policy.begin(trajectory, self.count)
        cache = PromptCache()
        opening = self._opening()
        fixed = [self.needs.rows_of(text) for text in (trajectory.system, trajectory.task)]
        for number, turn in enumerate(trajectory.turns):
            sent = conversation.sent()
            input_usage = cache.bill(self._parts(opening, sent, breakpoints=policy.breakpoints))
            shown = [*fixed, *map(self.needs.rows_of, sent.extra), *map(self._gauge.rows, sent.messages)]
            yield Call(
                number,
                joined((_opening_message(trajectory.task, sent), *sent.messages)),
                input_usage + Usage(output=self._output(turn)),
                self.needs.kept(number, shown),
            )
            if turn.remembered:
                conversation.add(turn)

    def _opening(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """What all calls begin with and its tokens: system prompt and tools; task."""
        trajectory = self.trajectory
        head = self.count(trajectory.system) + sum(self.count(_spec(tool)) for tool in trajectory.tools)
        return (trajectory.system, head + trajectory.unseen), (trajectory.task, self.count(trajectory.task))

    def _parts(self, opening: tuple[tuple[str, int], ...], sent: Sent, *, breakpoints: bool) -> list[Part]:
        """With breakpoints where ADW sets them: behind the stable part, the opening, the record, and at the end."""
        parts = [Part(text, tokens, 1, breakpoints) for text, tokens in opening]
        parts += [Part(text, self.count(text)) for text in sent.extra]
        parts += [Part(one, self._gauge.tokens(one), len(one.blocks)) for one in sent.messages]
        for last in (len(opening) + len(sent.extra) - 1, len(parts) - 1) if breakpoints else ():
            part = parts[last]
            parts[last] = Part(part.content, part.tokens, part.blocks, breakpoint=True)
        return parts

    def _output(self, turn: Turn) -> int:
        """As billed; counted where that is not known."""
        if turn.usage is not None:
            return turn.usage.output
        return sum(map(self.count, (turn.text, *turn.commands)))


class _Gauge:
    """Tokens and rows of messages. Policies hand on the same objects from call to call, so each is measured once."""

    def __init__(self, count: CountText, rows: Callable[[str], frozenset[int]]) -> None:
        self._count = count
        self._rows = rows
        self._texts: dict[str, tuple[int, frozenset[int]]] = {}
        self._known: dict[int, tuple[Message, int, frozenset[int]]] = {}

    def tokens(self, message: Message) -> int:
        return self._measured(message)[1]

    def rows(self, message: Message) -> frozenset[int]:
        return self._measured(message)[2]

    def _measured(self, message: Message) -> tuple[Message, int, frozenset[int]]:
        known = self._known.get(id(message))
        if known is None:
            measured = [self._text(_text(block)) for block in message.blocks]
            rows = frozenset(row for _, found in measured for row in found)
            # With the message, so that its id is not given to another.
            known = self._known[id(message)] = (message, sum(tokens for tokens, _ in measured), rows)
        return known

    def _text(self, text: str) -> tuple[int, frozenset[int]]:
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = (self._count(text), self._rows(text))
        return known


def _opening_message(task: str, sent: Sent) -> Message:
    return Message("user", tuple(Text(text) for text in (task, *sent.extra) if text.strip()))


def _spec(tool: ToolSpec) -> str:
    return f"{tool.name} {tool.description} {json.dumps(tool.schema, ensure_ascii=False)}"


def _text(block: Block) -> str:
    match block:
        case Text():
            return block.text
        case ToolCall():
            return command_of(block)
        case ToolResult():
            return block.content
    return ""
