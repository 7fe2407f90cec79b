import json
from pathlib import Path

import pytest

from adw.adapters.recorded_model import RecordingModel, ReplayModel
from adw.context.redact import Redactor
from adw.domain.codec import dump
from adw.domain.messages import Message, ModelRequest, Opaque, Text, ToolCall, ToolResult, ToolSpec
from adw.errors import ModelError, ReplayMismatch, StorageError, UsageError
from tests.fakes.scripted_model import ScriptedModel, says

SECRET = "correct-horse-battery"  # noqa: S105 - nobody's


def request(text="fix it", *messages, **fields):
    return ModelRequest(
        model="m",
        system=(Text("You fix code.\nBe brief.", cache=True),),
        tools=(ToolSpec("edit", "edits", {"type": "object", "properties": {"path": {"type": "string"}}}),),
        messages=(Message("user", (Text(text),)), *messages),
        max_tokens=100,
        **fields,
    )


def record(path, *calls, **options):
    """A recording of these requests and answers."""
    model = RecordingModel(ScriptedModel([answer for _, answer in calls]), path, Redactor((SECRET,)), **options)
    for asked, _ in calls:
        model.complete(asked)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.json"


class TestRecording:
    def test_the_file_holds_every_call_so_far_and_the_note(self, path):
        first, second = (request("a"), says("one")), (request("b"), says("two"))
        record(path, first, second, note="Written by hand.")
        stored = json.loads(path.read_text())
        assert stored == {
            "schema": "adw.recording/1",
            "note": "Written by hand.",
            "calls": [{"request": dump(asked), "answer": dump(answer)} for asked, answer in (first, second)],
        }

    def test_it_is_written_after_each_call_and_leaves_no_other_file(self, path):
        model = RecordingModel(ScriptedModel([says("one"), ModelError("down")]), path, Redactor())
        model.complete(request("a"))
        assert len(json.loads(path.read_text())["calls"]) == 1
        with pytest.raises(ModelError, match="down"):
            model.complete(request("b"))
        assert len(json.loads(path.read_text())["calls"]) == 1
        assert list(path.parent.iterdir()) == [path]

    def test_the_run_gets_the_answer_as_it_came_and_the_file_gets_it_without_secrets(self, path):
        answer = says(f"the key is {SECRET}", ToolCall("1", "edit", {SECRET: [f"x{SECRET}"]}))
        model = RecordingModel(ScriptedModel([answer]), path, Redactor((SECRET,)))
        assert model.complete(request(f"use {SECRET} and sk-ant-{'a1' * 20}")) == answer
        assert SECRET not in path.read_text()
        assert "sk-ant-" not in path.read_text()

    def test_text_outside_ascii_stays_readable(self, path):
        record(path, (request("Größe ≥ 5"), says("ok")))
        assert "Größe ≥ 5" in path.read_text(encoding="utf-8")

    def test_a_new_run_replaces_a_recording(self, path):
        record(path, (request("old"), says("old")))
        record(path, (request("new"), says("new")))
        assert [call["request"]["messages"][0]["blocks"][0]["text"] for call in calls(path)] == ["new"]

    def test_a_resumed_run_goes_on_with_its_recording(self, path):
        record(path, (request("a"), says("one")), note="by hand")
        record(path, (request("b"), says("two")), resumed=True)
        assert [texts(call) for call in calls(path)] == [("a", "one"), ("b", "two")]
        assert json.loads(path.read_text())["note"] == "by hand"

    def test_a_resumed_run_whose_file_is_gone_starts_a_new_one(self, path):
        record(path, (request("b"), says("two")), resumed=True)
        assert len(calls(path)) == 1

    def test_a_call_that_is_asked_again_after_a_kill_is_kept_once(self, path):
        record(path, (request("a"), says("one")), (request("b"), says("two")))
        record(path, (request("b"), says("two again")), (request("b"), says("three")), resumed=True)
        assert [texts(call) for call in calls(path)] == [("a", "one"), ("b", "two again"), ("b", "three")]

    def test_a_file_that_is_no_recording_is_not_overwritten(self, path):
        path.write_text("my notes")
        with pytest.raises(UsageError, match=r"run\.json is no adw\.recording/1 file"):
            record(path, (request(), says("x")))
        assert path.read_text() == "my notes"

    def test_a_folder_that_is_not_there_is_said_before_anything_is_asked(self, tmp_path):
        with pytest.raises(UsageError, match="cannot be written"):
            RecordingModel(ScriptedModel([]), tmp_path / "no" / "run.json", Redactor())

    def test_a_write_that_is_refused_is_a_storage_error_and_leaves_nothing_behind(self, path):
        model = RecordingModel(ScriptedModel([says("one"), says("two")]), path, Redactor())
        model.complete(request("a"))
        path.unlink()
        path.mkdir()
        (path / "in the way").touch()
        with pytest.raises(StorageError, match=r"the recording .*run\.json cannot be written"):
            model.complete(request("b"))
        assert list(path.parent.iterdir()) == [path]

    def test_a_folder_that_is_gone_is_a_storage_error(self, tmp_path):
        folder = tmp_path / "gone"
        folder.mkdir()
        model = RecordingModel(ScriptedModel([says("one")]), folder / "run.json", Redactor())
        folder.rmdir()
        with pytest.raises(StorageError, match="No such file or directory"):
            model.complete(request())


class TestReplay:
    def test_it_answers_the_recorded_requests_in_their_order(self, path):
        first = says("one", ToolCall("1", "edit", {"path": "a.py"}), ToolCall("2", "edit", {}, invalid='{"pa'))
        record(path, (request("a"), first), (request("b"), says("two")))
        model = ReplayModel(path)
        assert model.complete(request("a")) == first
        assert model.complete(request("b")).text == "two"

    def test_every_kind_of_block_survives_the_file(self, path):
        conversation = (
            Message("assistant", (Opaque({"type": "thinking", "signature": "x"}), ToolCall("1", "edit", {"n": [1.5]}))),
            Message("user", (ToolResult("1", "no", error=True, cache=True), Text("go on"))),
        )
        asked = request("a", *conversation, effort="high")
        record(path, (asked, says("one")))
        assert ReplayModel(path).complete(asked).text == "one"

    def test_requests_with_secrets_match_what_was_redacted(self, path):
        record(path, (request(f"use {SECRET}"), says("ok")))
        assert ReplayModel(path, Redactor((SECRET,))).complete(request(f"use {SECRET}")).text == "ok"

    def test_one_call_more_than_recorded_is_a_mismatch(self, path):
        record(path, (request("a"), says("one")))
        model = ReplayModel(path)
        model.complete(request("a"))
        with pytest.raises(ReplayMismatch, match=r"run\.json ends after call 1, and the run asks once more"):
            model.complete(request("a"))

    def test_an_empty_recording_answers_nothing(self, path):
        path.write_text('{"schema": "adw.recording/1", "calls": []}')
        with pytest.raises(ReplayMismatch, match="ends after call 0"):
            ReplayModel(path).complete(request("a"))

    def test_the_first_request_of_a_resumed_run_may_be_any_call_and_the_first_that_fits_is_taken(self, path):
        record(path, *((request(text), says(str(n))) for n, text in enumerate(["a", "b", "b", "c"])))
        model = ReplayModel(path)
        assert [model.complete(request(text)).text for text in ("b", "b", "c")] == ["1", "2", "3"]

    def test_later_requests_may_skip_no_call(self, path):
        record(path, *((request(text), says(text)) for text in ("a", "b", "c")))
        model = ReplayModel(path)
        model.complete(request("a"))
        with pytest.raises(ReplayMismatch, match=r"call 2 of 3 differs .* at messages\[0\]\.blocks\[0\]\.text line 1"):
            model.complete(request("c"))

    def test_a_mismatch_keeps_the_place(self, path):
        record(path, *((request(text), says(text)) for text in ("a", "b")))
        model = ReplayModel(path)
        model.complete(request("a"))
        with pytest.raises(ReplayMismatch):
            model.complete(request("other"))
        assert model.complete(request("b")).text == "b"

    def test_a_secret_is_not_shown_in_a_mismatch(self, path):
        record(path, (request("a"), says("one")))
        with pytest.raises(ReplayMismatch) as raised:
            ReplayModel(path, Redactor((SECRET,))).complete(request(f"b {SECRET}"))
        assert SECRET not in raised.value.message
        assert "[redacted]" in raised.value.message


LONG = "x" * 500


@pytest.mark.parametrize(
    ("recorded", "asked", "place", "lines"),
    [
        (
            request("1\n2\nthree\n4"),
            request("1\n2\ndrei\n4"),
            "messages[0].blocks[0].text line 3",
            ('"three"', '"drei"'),
        ),
        (request("1\n2"), request("1\n2\n3"), "messages[0].blocks[0].text line 3", ("(nothing)", '"3"')),
        (request("a "), request("a"), "messages[0].blocks[0].text line 1", ('"a "', '"a"')),
        (
            request("a"),
            request("a", Message("user", ())),
            "messages[1]",
            ("(nothing)", '{"role": "user", "blocks": []}'),
        ),
        (request("a"), request("a", effort="low"), "effort line 1", ('""', '"low"')),
        (
            request(LONG + "a" + LONG),
            request(LONG + "b" + LONG),
            "messages[0].blocks[0].text line 1 column 421",
            ('"' + "x" * 80 + "a" + "x" * 78 + "…", '"' + "x" * 80 + "b" + "x" * 78 + "…"),
        ),
        (
            request("a", Message("user", (Text("x"),))),
            request("a", Message("user", (ToolCall("1", "edit", {}),))),
            "messages[1].blocks[0].text",
            ('"x"', "(nothing)"),
        ),
        (
            request("a", Message("assistant", (ToolCall("1", "edit", {"n": 1}),))),
            request("a", Message("assistant", (ToolCall("1", "edit", {"n": 2}),))),
            "messages[1].blocks[0].input.n",
            ("1", "2"),
        ),
    ],
)
def test_a_mismatch_names_the_place_and_shows_both_lines(path, recorded, asked, place, lines):
    record(path, (recorded, says("x")))
    with pytest.raises(ReplayMismatch) as raised:
        ReplayModel(path).complete(asked)
    expected = (
        f"call 1 of 1 differs from the recording run.json at {place}\n  recorded: {lines[0]}\n  asked:    {lines[1]}"
    )
    assert raised.value.message == expected
    assert raised.value.retried


class TestFile:
    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("{", "Invalid JSON"),
            ("[]", "Input should be an object"),
            ('{"schema": "adw.recording/2", "calls": []}', "schema: Input should be 'adw.recording/1'"),
            ('{"schema": "adw.recording/1", "cals": []}', "cals: Extra inputs are not permitted"),
            (
                '{"schema": "adw.recording/1", "calls": [{"request": {}, "answer": {}}]}',
                "call 1: model: Field required",
            ),
        ],
    )
    def test_what_is_no_recording_is_refused_with_the_place(self, path, text, fault):
        path.write_text(text)
        with pytest.raises(UsageError) as raised:
            ReplayModel(path)
        assert fault in raised.value.message
        assert str(path) in raised.value.message

    def test_bytes_that_are_no_text_are_refused(self, path):
        path.write_bytes(b"\xff\xfe{}")
        with pytest.raises(UsageError, match="is no adw"):
            ReplayModel(path)

    @pytest.mark.parametrize("missing", [Path("nowhere.json"), Path()])
    def test_a_file_that_cannot_be_read_is_refused(self, tmp_path, missing):
        with pytest.raises(UsageError, match="cannot be read"):
            ReplayModel(tmp_path / missing)

    def test_fields_with_defaults_may_be_left_out_by_hand(self, path):
        write(path, lambda request, answer: (request.pop("effort"), answer.pop("detail")))
        assert ReplayModel(path).complete(request("a")).text == "one"

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            (lambda request, _: request.update(temperature=1), "request.temperature"),
            (lambda _, answer: answer.update(stopp="end_turn"), "answer.stopp"),
            (lambda _, answer: answer["blocks"][0].update(txt="x"), "answer.blocks[0].txt"),
        ],
    )
    def test_a_key_that_nobody_reads_is_refused_with_its_place(self, path, change, place):
        write(path, change)
        with pytest.raises(UsageError) as raised:
            ReplayModel(path)
        assert f"call 1: {place} is no key that a recording has" in raised.value.message

    def test_a_tools_free_form_input_is_no_unknown_key(self, path):
        asked = request("a", Message("assistant", (ToolCall("1", "edit", {"anything": {"at": ["all"]}}),)))
        record(path, (asked, says("one")))
        assert ReplayModel(path).complete(asked).text == "one"


def calls(path):
    return json.loads(path.read_text())["calls"]


def texts(call):
    return call["request"]["messages"][0]["blocks"][0]["text"], call["answer"]["blocks"][0]["text"]


def write(path, change):
    """A recording of one call, changed by hand."""
    record(path, (request("a"), says("one")))
    stored = json.loads(path.read_text())
    change(stored["calls"][0]["request"], stored["calls"][0]["answer"])
    path.write_text(json.dumps(stored))
