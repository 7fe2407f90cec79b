"""What every ModelClient promises: the same answers, whoever gives them.

Each client is made for a list of answers. The scripted one gives them as they are, the replaying one from a recording
of that, and the one over HTTP from a server that says them in the API's words.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from adw.adapters.anthropic_model import AnthropicModel
from adw.adapters.recorded_model import RecordingModel, ReplayModel
from adw.context.redact import Redactor
from adw.domain.messages import Answer, Block, Message, ModelRequest, Opaque, Text, ToolCall, ToolResult, ToolSpec
from adw.domain.usage import Usage
from adw.errors import ModelError
from adw.ports import ModelClient
from tests.fakes.clock import FixedClock
from tests.fakes.scripted_model import ScriptedModel
from tests.servers.messages_api import MessagesApi
from tests.servers.replies import Reply

Exchange = tuple[ModelRequest, Answer]
Make = Callable[[Sequence[Exchange]], ModelClient]

THINKING = {"type": "thinking", "thinking": "Both files matter.", "signature": "c2lnbmVk" * 9}
STOPS = {"context_window": "model_context_window_exceeded", "other": "pause_turn"}


def scripted(exchanges: Sequence[Exchange], _folder: Path, _stack: ExitStack) -> ModelClient:
    return ScriptedModel([answer for _, answer in exchanges])


def recording(exchanges: Sequence[Exchange], folder: Path, stack: ExitStack) -> ModelClient:
    return RecordingModel(scripted(exchanges, folder, stack), folder / "run.json", Redactor())


def replaying(exchanges: Sequence[Exchange], folder: Path, stack: ExitStack) -> ModelClient:
    recorder = recording(exchanges, folder, stack)
    for request, _ in exchanges:
        recorder.complete(request)
    return ReplayModel(folder / "run.json")


def over_http(exchanges: Sequence[Exchange], _folder: Path, stack: ExitStack) -> ModelClient:
    api = stack.enter_context(MessagesApi([reply(answer) for _, answer in exchanges]))
    return AnthropicModel(
        api_key="sk-test", auth_token=None, base_url=api.url, stop=threading.Event(), clock=FixedClock()
    )


def reply(answer: Answer) -> Reply:
    usage = answer.usage
    return Reply(
        content=tuple(wire(block) for block in answer.blocks),
        stop_reason=STOPS.get(answer.stop, answer.stop),
        stop_details={"type": "refusal", "category": None, "explanation": answer.detail} if answer.detail else None,
        usage={
            "input_tokens": usage.fresh,
            "cache_read_input_tokens": usage.cache_read,
            "cache_creation_input_tokens": usage.cache_write,
            "cache_creation": {
                "ephemeral_5m_input_tokens": usage.cache_write_5m,
                "ephemeral_1h_input_tokens": usage.cache_write_1h,
            },
            "output_tokens": usage.output,
        },
        headers={"request-id": answer.request_id},
    )


def wire(block: Block) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"type": "text", "text": block.text}
    if isinstance(block, ToolCall):
        return {"type": "tool_use", "id": block.id, "name": block.name, "input": block.invalid or block.input}
    assert isinstance(block, Opaque)
    return block.raw


@pytest.fixture(params=[scripted, recording, replaying, over_http], ids=lambda make: make.__name__)
def make(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:
        yield lambda exchanges: request.param(exchanges, tmp_path, stack)


def asked(*messages: Message) -> ModelRequest:
    return ModelRequest(
        model="claude-test",
        system=(Text("You fix code.", cache=True),),
        tools=(ToolSpec("read", "Reads.", {"type": "object"}),),
        messages=(Message("user", (Text("Fix it."),)), *messages),
        max_tokens=100,
        effort="low",
    )


def says(*blocks: Block, **fields: Any) -> Answer:
    return Answer(
        **{
            "blocks": blocks,
            "stop": "end_turn",
            "usage": Usage(fresh=3, output=5),
            "model": "claude-test",
            "request_id": "req_1",
            **fields,
        }
    )


@pytest.mark.parametrize(
    "answer",
    [
        says(Text("Done.")),
        says(ToolCall("1", "read", {"path": "a"}), ToolCall("2", "read", {"path": "b"}), stop="tool_use"),
        says(Text("I look."), ToolCall("1", "read", {"lines": [1, None], "deep": {"x": 1.5}}), stop="tool_use"),
        says(Opaque(THINKING), Text("I look."), ToolCall("1", "read", {}), stop="tool_use"),
        says(Opaque({"type": "redacted_thinking", "data": "ZW5j"}), Text("Done.")),
        says(ToolCall("1", "read", {}, invalid='{"path": "a'), stop="max_tokens"),
        says(Text("Zeile 1\nZeile 2\r\n\tGröße 😀 </tag>  ")),
        says(),
    ],
    ids=["text", "parallel calls", "text and call", "thinking", "redacted thinking", "broken call", "bytes", "empty"],
)
def test_blocks_come_whole_and_in_order(make: Make, answer: Answer) -> None:
    assert make([(asked(), answer)]).complete(asked()) == answer


@pytest.mark.parametrize("stop", ["end_turn", "tool_use", "max_tokens", "refusal", "context_window", "other"])
def test_the_stop_reason_is_kept(make: Make, stop: Any) -> None:
    assert make([(asked(), says(Text("x"), stop=stop))]).complete(asked()).stop == stop


def test_a_refusal_says_why(make: Make) -> None:
    answer = make([(asked(), says(stop="refusal", detail="Not this."))]).complete(asked())
    assert (answer.stop, answer.detail) == ("refusal", "Not this.")


@pytest.mark.parametrize("usage", [Usage(1, 2, 3, 4, 5), Usage(fresh=1, output=1), Usage()])
def test_every_class_of_usage_is_kept(make: Make, usage: Usage) -> None:
    assert make([(asked(), says(Text("x"), usage=usage))]).complete(asked()).usage == usage


def test_a_conversation_goes_on_with_what_came_back(make: Make) -> None:
    first = says(Opaque(THINKING), Text("I look."), ToolCall("1", "read", {"path": "a"}), stop="tool_use")
    again = asked(
        Message("assistant", first.blocks), Message("user", (ToolResult("1", "text", cache=True), Text("Go on.")))
    )
    client = make([(asked(), first), (again, says(Text("Done.")))])
    assert client.complete(asked()).blocks == first.blocks
    assert client.complete(again).text == "Done."


def test_one_question_more_than_there_are_answers_is_a_model_error(make: Make) -> None:
    client = make([(asked(), says(Text("x")))])
    client.complete(asked())
    with pytest.raises(ModelError):
        client.complete(asked(Message("assistant", (Text("x"),)), Message("user", (Text("more"),))))
