import json
from pathlib import Path

import pytest

from adw.adapters.call_files import CallFolder
from adw.domain.call import CallFacts, SectionFact
from adw.domain.messages import Answer, Message, ModelRequest, Text, ToolCall
from adw.domain.usage import Usage
from adw.errors import StorageError

_REQUEST = ModelRequest("m", (Text("system"),), (), (Message("user", (Text("häuser"),)),), 100)
_FACTS = CallFacts("build", 0, 1, "build/1", (SectionFact("issue", "content", 12, "0123456789abcdef"),))
_ANSWER = Answer((Text("yes"), ToolCall("1", "read", {"paths": ["a.py"]})), "tool_use", Usage(fresh=3, output=4), "m-1")


def test_an_answer_is_found_again_by_another_process_for_the_very_same_request(tmp_path: Path) -> None:
    CallFolder(tmp_path).keep("run-1:0001", _REQUEST, _ANSWER, _FACTS)
    assert CallFolder(tmp_path).find("run-1:0001", _REQUEST) == _ANSWER


def test_another_request_or_another_key_finds_nothing(tmp_path: Path) -> None:
    files = CallFolder(tmp_path)
    files.keep("run-1:0001", _REQUEST, _ANSWER, _FACTS)
    other = ModelRequest("m", _REQUEST.system, (), (Message("user", (Text("hauser"),)),), 100)
    assert files.find("run-1:0001", other) is None
    assert files.find("run-1:0002", _REQUEST) is None


def test_people_can_read_what_was_sent(tmp_path: Path) -> None:
    CallFolder(tmp_path / "calls").keep("run-1:0001", _REQUEST, _ANSWER, _FACTS)
    text = (tmp_path / "calls" / "0001.json").read_text(encoding="utf-8")
    assert json.loads(text)["facts"]["sections"][0]["name"] == "issue"
    assert "häuser" in text
    assert json.loads(text)["key"] == "run-1:0001"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_a_torn_file_is_as_good_as_none(tmp_path: Path, share: float) -> None:
    files = CallFolder(tmp_path)
    files.keep("run-1:0001", _REQUEST, _ANSWER, _FACTS)
    path = tmp_path / "0001.json"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert files.find("run-1:0001", _REQUEST) is None


@pytest.mark.parametrize("foreign", ["[]", "null", "{}", '{"request": 1}', "\xff"])
def test_a_foreign_file_is_as_good_as_none(tmp_path: Path, foreign: str) -> None:
    (tmp_path / "0001.json").write_text(foreign, encoding="latin-1")
    assert CallFolder(tmp_path).find("run-1:0001", _REQUEST) is None


def test_an_answer_that_is_none_is_as_good_as_none(tmp_path: Path) -> None:
    files = CallFolder(tmp_path)
    files.keep("run-1:0001", _REQUEST, _ANSWER, _FACTS)
    path = tmp_path / "0001.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "answer": {}}), encoding="utf-8")
    assert files.find("run-1:0001", _REQUEST) is None


def test_what_is_half_written_is_never_read(tmp_path: Path) -> None:
    files = CallFolder(tmp_path)
    files.keep("run-1:0001", _REQUEST, _ANSWER, _FACTS)
    (tmp_path / "0001.json").rename(tmp_path / "0001.part")
    assert files.find("run-1:0001", _REQUEST) is None


def test_text_that_no_encoding_holds_is_kept_all_the_same(tmp_path: Path) -> None:
    """JSON from a provider may carry half of a surrogate pair."""
    files = CallFolder(tmp_path)
    torn = Answer((Text("\ud83d"),), "end_turn", Usage(), "m")
    files.keep("run-1:0001", _REQUEST, torn, _FACTS)
    assert files.find("run-1:0001", _REQUEST) == torn


def test_a_disk_that_refuses_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "calls").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StorageError, match=r"0001\.json") as caught:
        CallFolder(tmp_path / "calls").keep("run-1:0001", _REQUEST, _ANSWER, _FACTS)
    assert caught.value.hint
