"""ADW's own runs as trajectories: the calls that a run keeps, put together to conversations again."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from adw.context.trajectory import Trajectory, Turn
from adw.domain.call import CallFacts
from adw.domain.messages import Answer, Message, ModelRequest, Text, ToolResult


class KeptCall(Protocol):
    """A call as the run kept it."""

    @property
    def request(self) -> ModelRequest: ...
    @property
    def answer(self) -> Answer: ...
    @property
    def facts(self) -> CallFacts: ...


def trajectories(run_id: str, calls: Sequence[KeptCall]) -> tuple[Trajectory, ...]:
    """A trajectory for each conversation of the run, in order.

    What was folded in the run is whole again: every result stands in the request that follows it.
    """
    return tuple(_trajectory(run_id, number, talk) for number, talk in enumerate(_conversations(calls), start=1))


def _conversations(calls: Sequence[KeptCall]) -> Iterator[list[KeptCall]]:
    """Calls of one conversation stand together; its turns are counted from 1."""
    talk: list[KeptCall] = []
    for call in calls:
        if talk and call.facts.turn <= talk[-1].facts.turn:
            yield talk
            talk = []
        talk.append(call)
    if talk:
        yield talk


def _trajectory(run_id: str, number: int, talk: Sequence[KeptCall]) -> Trajectory:
    first = talk[0]
    return Trajectory(
        id=f"{run_id}/{number}-{first.facts.phase}",
        model=first.request.model,
        task=_text(first.request.messages[0]),
        turns=tuple(_turn(call, after) for call, after in zip(talk, (*talk[1:], None), strict=True)),
        system="\n\n".join(block.text for block in first.request.system),
        tools=first.request.tools,
    )


def _turn(call: KeptCall, after: KeptCall | None) -> Turn:
    """`after`: the next call of the conversation. Its request has what came back, if the answer entered the history."""
    answer = call.answer
    back = _back(answer, after.request.messages) if after else None
    results = tuple(back.get(one.id, "") for one in answer.calls) if back is not None else ()
    # The last answer of a conversation is in no request; nothing follows from it.
    return Turn(answer.text, answer.calls, results, usage=answer.usage, remembered=after is None or back is not None)


def _back(answer: Answer, messages: Sequence[Message]) -> dict[str, str] | None:
    """Results by call, from the message behind the answer; None where the answer is not there."""
    for said, heard in pairwise(messages):
        if said.role == "assistant" and said.blocks == answer.blocks:
            return {block.call_id: block.content for block in heard.blocks if isinstance(block, ToolResult)}
    return None


def _text(message: Message) -> str:
    return "\n\n".join(block.text for block in message.blocks if isinstance(block, Text))
