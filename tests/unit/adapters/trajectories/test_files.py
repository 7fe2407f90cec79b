import json

import pytest

from adw.adapters.trajectories.files import LeftOut, read
from adw.errors import UsageError

_RUN = {"schema": "adw.trajectory/1", "id": "run", "task": "t", "turns": []}
_LOG = {"type": "assistant", "message": {"id": "m", "model": "claude-sonnet-5-5", "content": []}}


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return path


def test_the_name_tells_the_format(tmp_path):
    assert [one.id for one in read(_write(tmp_path / "a.json", _RUN))] == ["run"]
    assert [one.id for one in read(_write(tmp_path / "b.jsonl", _LOG))] == ["b"]
    with pytest.raises(UsageError, match="by its name"):
        list(read(_write(tmp_path / "c.txt", _RUN)))


def test_a_folder_is_all_that_is_in_it_and_what_is_not_readable_is_told(tmp_path):
    _write(tmp_path / "b.json", _RUN | {"id": "b"})
    _write(tmp_path / "a" / "deep.jsonl", _LOG)
    _write(tmp_path / "a" / "agent-7.meta.json", {"agentType": "x"})
    _write(tmp_path / "notes.txt", "x")
    found = list(read(tmp_path))
    assert [one.id for one in found if not isinstance(one, LeftOut)] == ["deep", "b"]
    (left_out,) = [one for one in found if isinstance(one, LeftOut)]
    assert "agent-7.meta.json" in left_out.reason


def test_a_folder_without_any_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="holds no trajectory"):
        list(read(tmp_path))
