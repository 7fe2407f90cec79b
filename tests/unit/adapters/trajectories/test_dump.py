import json

import pytest

from adw.adapters.trajectories.dump import dumping, wire
from adw.domain.messages import Message, Opaque, Text, ToolCall, ToolResult
from adw.errors import StorageError

_MESSAGES = (
    Message("user", (Text("task", cache=True),)),
    Message("assistant", (Opaque({"type": "thinking"}), Text("look"), ToolCall("c", "bash", {"command": "ls"}))),
    Message("user", (ToolResult("c", "a.py"),)),
)


def test_a_request_is_written_as_the_api_takes_it():
    assert wire("be short", _MESSAGES) == {
        "system": "be short",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "task"}]},
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking"},
                    {"type": "text", "text": "look"},
                    {"type": "tool_use", "id": "c", "name": "bash", "input": {"command": "ls"}},
                ],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "a.py"}]},
        ],
    }


def test_every_call_is_one_line(tmp_path):
    path = tmp_path / "calls.jsonl"
    with dumping(path) as dump:
        dump.write("run", "adw", 0, wire("", _MESSAGES), 311)
        dump.write("run", "adw", 1, {"system": "half \ud800, line\u2028end"}, 0)
        assert not path.exists()
    first, second = map(json.loads, path.read_text("utf-8").rstrip("\n").split("\n"))
    assert {name: value for name, value in first.items() if name != "request"} == {
        "id": "run",
        "policy": "adw",
        "call": 0,
        "output_tokens": 311,
    }
    assert second["call"] == 1


def test_a_dump_that_was_not_finished_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), dumping(tmp_path / "calls.jsonl"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(StorageError, match="cannot write"), dumping(tmp_path / "no" / "folder.jsonl"):
        pass
