import json

import pytest

from adw.adapters.trajectories import claude_code
from adw.domain.usage import Usage
from adw.errors import UsageError


def said(content, **more):
    return {"type": "user", "message": {"role": "user", "content": content}, **more}


def result(call_id, content):
    return {"type": "tool_result", "tool_use_id": call_id, "content": content}


def answer(message_id, *blocks, output=5, **more):
    usage = {"input_tokens": 3, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20}
    message = {"id": message_id, "model": "claude-sonnet-5-5", "content": [*blocks], "role": "assistant"}
    return {"type": "assistant", "message": message | {"usage": usage | {"output_tokens": output}}, **more}


def text(words):
    return {"type": "text", "text": words}


def use(call_id, command="ls"):
    return {"type": "tool_use", "id": call_id, "name": "Bash", "input": {"command": command}}


@pytest.fixture
def read(tmp_path):
    def reading(*lines):
        path = tmp_path / "session-1.jsonl"
        raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        path.write_bytes(b"\n".join(raw) + b"\n")
        return claude_code.read(path)

    return reading


def test_a_session_is_a_task_and_turns(read):
    (run,) = read(
        {"type": "summary", "summary": "Mending", "leafUuid": "x"},
        said("Mend the cart."),
        answer("m1", text("I look.")),
        answer("m1", use("t1")),
        said([result("t1", "cart.py")]),
        answer("m2", text("Done.")),
    )
    assert (run.id, run.model, run.task, run.system) == ("session-1", "claude-sonnet-5-5", "Mend the cart.", "")
    first, last = run.turns
    assert (first.text, first.commands, first.results) == ("I look.", ("ls",), ("cart.py",))
    assert (last.text, last.results) == ("Done.", ())


def test_lines_of_one_answer_are_one_call_with_its_largest_output(read):
    (run,) = read(
        said("task"),
        answer("m1", text("a"), output=1),
        answer("m1", text("a"), use("t1"), output=40),
        answer("m1", use("t2"), output=9),
    )
    (only,) = run.turns
    assert only.text == "a"
    assert [one.id for one in only.calls] == ["t1", "t2"]
    assert only.usage == Usage(fresh=3, cache_read=100, cache_write_5m=20, output=40)


def test_parallel_calls_get_their_own_results_wherever_they_stand(read):
    (run,) = read(
        said("task"),
        answer("m1", use("t1")),
        said([result("t1", [text("one"), {"type": "image", "source": {}}])]),
        answer("m1", use("t2", "pwd")),
        said([result("t2", None), result("unknown", "x")]),
    )
    assert run.turns[0].results == ("one\n[image]", "")


def test_what_the_user_says_later_belongs_to_the_turn_before(read):
    (run,) = read(said("task"), answer("m1", text("hm")), said([text("faster!")]), answer("m2", text("ok")))
    assert [one.said for one in run.turns] == ["faster!", ""]


def test_sub_agents_are_trajectories_of_their_own(read):
    main, named, chained, deeper = read(
        said("task"),
        answer("m1", use("t1")),
        said("look for it", isSidechain=True, agentId="a7", uuid="1"),
        answer("m2", text("found"), isSidechain=True, agentId="a7", uuid="2", parentUuid="1"),
        said("and here", isSidechain=True, uuid="3", parentUuid=None),
        answer("m3", text("nothing"), isSidechain=True, uuid="4", parentUuid="3"),
        said("once more", isSidechain=True, uuid="5"),
        answer("m4", text("still nothing"), isSidechain=True, uuid="6", parentUuid="5"),
        said([result("t1", "found")]),
    )
    assert [one.id for one in (main, named, chained, deeper)] == [
        "session-1",
        "session-1/agent-a7",
        "session-1/agent-3",
        "session-1/agent-5",
    ]
    assert [one.task for one in (main, named, chained, deeper)] == ["task", "look for it", "and here", "once more"]
    assert main.turns[0].results == ("found",)


def test_a_compaction_begins_a_new_conversation(read):
    first, second = read(
        said("task"),
        answer("m1", text("a")),
        said("This session is being continued …", isCompactSummary=True),
        answer("m2", text("b")),
    )
    assert (first.id, second.id) == ("session-1", "session-1/2")
    assert second.task.startswith("This session is being continued")


def test_torn_and_unknown_lines_are_left_out(read):
    synthetic = answer("m9", text("API error"))
    synthetic["message"]["model"] = "<synthetic>"
    (run,) = read(
        b'{"type": "user", "mess',
        {"type": "file-history-snapshot", "snapshot": {}},
        {"type": "system", "subtype": "info", "message": {"content": "hook"}},
        said("task"),
        answer("m1", {"type": "thinking", "thinking": "…", "signature": "s"}, text("a")),
        synthetic,
        b"\xff\xfe",
        {"type": "assistant", "message": {"content": [text("no id, no usage")]}},
    )
    assert [one.text for one in run.turns] == ["a", "no id, no usage"]
    assert run.turns[1].usage is None


def test_a_log_without_a_call_and_a_missing_one_are_told(read, tmp_path):
    with pytest.raises(UsageError, match="no call to a model"):
        read(said("hello?"))
    with pytest.raises(UsageError, match="cannot read"):
        claude_code.read(tmp_path / "gone.jsonl")
