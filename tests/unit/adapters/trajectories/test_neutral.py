import json
import lzma

import pytest

from adw.adapters.trajectories import neutral
from adw.domain.messages import ToolCall
from adw.domain.usage import Usage
from adw.errors import UsageError

RUN = {
    "schema": "adw.trajectory/1",
    "id": "shop-1",
    "resolved": True,
    "model": "some-model",
    "system": "You repair.",
    "task": "Mend it.",
    "turns": [
        {
            "text": "I look.",
            "calls": [{"name": "bash", "input": {"command": "ls"}}, {"name": "bash", "input": {"command": "pwd"}}],
            "results": ["a.py", "/shop"],
            "usage": {"input_tokens": 2104, "output_tokens": 311, "cache_read_input_tokens": 100},
        },
        {"text": "Done."},
    ],
}


@pytest.fixture
def write(tmp_path):
    def written(content, name="run.json"):
        path = tmp_path / name
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(lzma.compress(raw) if name.endswith(".xz") and not isinstance(content, bytes) else raw)
        return path

    return written


@pytest.mark.parametrize("name", ["run.json", "run.json.xz"])
def test_a_run_is_read_whole(write, name):
    run = neutral.read(write(RUN, name))
    assert (run.id, run.model, run.system, run.task) == ("shop-1", "some-model", "You repair.", "Mend it.")
    first, last = run.turns
    assert first.calls == (
        ToolCall("call_0_0", "bash", {"command": "ls"}),
        ToolCall("call_0_1", "bash", {"command": "pwd"}),
    )
    assert first.results == ("a.py", "/shop")
    assert first.usage == Usage(fresh=2004, cache_read=100, output=311)
    assert (last.text, last.calls, last.results, last.usage) == ("Done.", (), (), None)


def test_more_cached_than_sent_is_no_negative_input(write):
    billed = {"input_tokens": 5, "cache_read_input_tokens": 9}
    run = neutral.read(write(RUN | {"turns": [{"text": "x", "usage": billed}]}))
    assert run.turns[0].usage == Usage(cache_read=9)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (RUN | {"schema": "adw.trajectory/2"}, "schema"),
        (RUN | {"colour": "red"}, "colour"),
        (RUN | {"turns": [{"text": "x", "tool": 1}]}, "turns.0.tool"),
        ({"schema": "adw.trajectory/1"}, "id"),
        (b"{", "EOF"),
        (b"\xff\xfe", "json"),
    ],
)
def test_what_is_no_trajectory_is_told_where(write, content, told):
    with pytest.raises(UsageError) as raised:
        neutral.read(write(content))
    assert told.lower() in raised.value.message.lower()
    assert "run.json" in raised.value.message


def test_halves_of_surrogate_pairs_become_question_marks(write):
    odd = json.dumps(RUN | {"task": "caf\u00e9 \ud83d\ude42 \udc80"}).encode()
    assert neutral.read(write(odd)).task == "café 🙂 ?"
    with pytest.raises(UsageError):
        neutral.read(write(b'{"task": "\\udc80"'))


def test_a_torn_archive_and_a_missing_file_are_told(write, tmp_path):
    whole = lzma.compress(json.dumps(RUN).encode())
    for path in (write(whole[:-20], "torn.json.xz"), write(b"no archive", "text.json.xz"), tmp_path / "gone.json"):
        with pytest.raises(UsageError) as raised:
            neutral.read(path)
        assert path.name in raised.value.message


def test_what_unpacks_to_too_much_is_refused(write, monkeypatch):
    monkeypatch.setattr(neutral, "LARGEST", 1_000)
    with pytest.raises(UsageError, match="holds more than"):
        neutral.read(write(b" " * 2_000))
