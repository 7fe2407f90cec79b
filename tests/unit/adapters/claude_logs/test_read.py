import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adw.adapters.claude_logs import stage as staging
from adw.adapters.claude_logs.read import default_folders, log_files, project_of, read_files
from adw.adapters.claude_logs.stage import Stage, Staged
from adw.domain.usage import Usage
from adw.errors import StorageError, UsageError
from tests.support.claude_logs import GOOD, text


def line(number, output=4, **more):
    message = GOOD["message"] | {"id": f"msg_{number}", "usage": GOOD["message"]["usage"] | {"output_tokens": output}}
    return GOOD | {"requestId": f"req_{number}", "message": message} | more


def staged(*files):
    """What the stage holds of the files, by session, and what went past."""
    with Stage() as stage:
        seen = read_files(files, stage)
        return {one.id: list(one.staged) for one in stage.sessions()}, seen, len(stage)


def put(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(*lines), encoding="utf-8")
    return path


def test_folders_are_the_named_ones_else_both_that_claude_code_uses(tmp_path):
    for name in ("home/.claude", "home/.config/claude", "a", "b"):
        (tmp_path / name / "projects").mkdir(parents=True)
    home = {"HOME": str(tmp_path / "home")}
    assert default_folders(home) == (
        tmp_path / "home/.config/claude/projects",
        tmp_path / "home/.claude/projects",
    )
    several = {"CLAUDE_CONFIG_DIR": f"{tmp_path}/a, {tmp_path}/b,{tmp_path}/none,"}
    assert default_folders(home | several) == (tmp_path / "a/projects", tmp_path / "b/projects")
    assert default_folders({"HOME": str(tmp_path / "a")}) == ()


def test_logs_are_found_at_any_depth_and_once(tmp_path):
    deep = put(tmp_path / "projects" / "p" / "s" / "subagents" / "agent-1.jsonl")
    top = put(tmp_path / "projects" / "p" / "s.jsonl")
    put(tmp_path / "projects" / "p" / "notes.md")
    (tmp_path / "projects" / "p" / "link.jsonl").symlink_to(top)
    found = log_files([tmp_path, tmp_path / "projects", top])
    assert {one.resolve() for one in found} == {deep, top}
    assert len(found) == 2
    named = put(tmp_path / "stream.json")
    assert log_files([named]) == (named,)


def test_a_path_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="no such file or folder"):
        log_files([tmp_path / "none"])


@pytest.mark.parametrize(
    ("path", "project"),
    [
        ("/h/.claude/projects/-h-shop/s.jsonl", "-h-shop"),
        ("/h/.claude/projects/-h-shop/s/subagents/a.jsonl", "-h-shop"),
        ("/h/projects/me/.claude/projects/-x/s.jsonl", "-x"),
        ("/elsewhere/logs/run.jsonl", "logs"),
        ("/h/projects/s.jsonl", "projects"),
    ],
)
def test_a_log_belongs_to_the_project_of_its_folder(path, project):
    assert project_of(Path(path)) == project


def test_the_largest_output_stays_with_the_first_time(tmp_path):
    log = put(
        tmp_path / "s.jsonl",
        line(1, 5, timestamp="2026-10-01T08:00:02Z"),
        line(1, 90, timestamp="2026-10-01T08:00:03Z"),
        line(1, 7, timestamp="2026-10-01T08:00:01Z"),
    )
    (answers,), seen, count = (*staged(log)[0].values(),), *staged(log)[1:]
    assert [(one.usage.output, one.at) for one in answers] == [(90, datetime(2026, 10, 1, 8, 0, 1, tzinfo=UTC))]
    assert (seen.answers, count) == (3, 1)


def test_answers_go_to_disk_in_batches_and_come_back_in_order_of_time(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "_BATCH", 3)
    lines = [line(number, timestamp=f"2026-10-01T08:00:{50 - number:02}Z") for number in range(10)]
    found, _, _ = staged(put(tmp_path / "s.jsonl", *lines, *lines))
    assert [one.key for one in found["s"]] == [f"claude-code:msg_{number}:req_{number}" for number in range(9, -1, -1)]


def test_a_result_takes_the_place_of_the_answers_of_its_stream(tmp_path):
    stream = {name: value for name, value in line(1).items() if name not in {"timestamp", "sessionId", "requestId"}}
    usage = {"input_tokens": 10, "output_tokens": 20}
    log = put(
        tmp_path / "out.json",
        stream | {"session_id": "s"},
        line(2, sessionId="other"),
        {"type": "result", "session_id": "s", "uuid": "a", "usage": usage},
        {"type": "result", "session_id": "s", "uuid": "b", "usage": usage},
    )
    found, _, _ = staged(log)
    assert [(one.usage, one.is_result, one.model) for one in found["s"]] == [
        (Usage(fresh=10, output=20), True, GOOD["message"]["model"])
    ] * 2
    assert [one.is_result for one in found["other"]] == [False]


def test_of_sums_that_grow_the_last_holds(tmp_path):
    def result(uuid, tokens):
        used = {"inputTokens": tokens, "outputTokens": 1}
        return {"type": "result", "session_id": "s", "uuid": uuid, "usage": None, "modelUsage": {"m": used}}

    found, _, _ = staged(put(tmp_path / "out.json", result("a", 10), result("b", 30)))
    assert [(one.model, one.usage.fresh) for one in found["s"]] == [("m", 30)]


def test_a_stream_that_was_cut_has_the_time_of_its_file(tmp_path):
    stream = {name: value for name, value in line(1).items() if name not in {"timestamp", "sessionId"}}
    log = put(tmp_path / "out.json", stream | {"session_id": "s"})
    found, _, _ = staged(log)
    assert found["s"][0].at == datetime.fromtimestamp(log.stat().st_mtime, UTC)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path):
    folder = tmp_path / "a.jsonl"
    folder.mkdir()
    found, seen, _ = staged(folder, put(tmp_path / "b.jsonl", line(1)))
    assert (seen.files, len(found["s"])) == (1, 1)
    assert seen.unreadable == [f"{folder}: Is a directory"]


def test_a_full_disk_is_told():
    with Stage() as stage:
        stage._db.execute("PRAGMA max_page_count = 3")
        one = Staged("", "s", "p", "m" * 1000, Usage(), datetime(2026, 1, 1, tzinfo=UTC))
        for number in range(100):
            stage.add(
                Staged(f"{number}", *[getattr(one, name) for name in ("session", "project", "model", "usage", "at")])
            )
        with pytest.raises(StorageError, match="temporary file"):
            len(stage)


def test_a_disk_that_fails_while_answers_are_read_is_told(tmp_path):
    with Stage() as stage:
        read_files([put(tmp_path / "s.jsonl", *map(line, range(3)))], stage)
        session = next(stage.sessions())
        stage._db.close()
        with pytest.raises(StorageError, match="temporary file"):
            list(session.staged)


def test_a_folder_may_have_any_name(tmp_path):
    log = put(tmp_path / os.fsdecode(b"projects/-caf\xe9") / os.fsdecode(b"s\xff.jsonl"), line(1, sessionId=None))
    found, _, _ = staged(log)
    ((one,),) = found.values()
    assert (one.project, one.session) == ("-caf?", "s?")


def test_a_closed_stage_refuses():
    with Stage() as stage:
        pass
    with pytest.raises(StorageError):
        stage.drop(0, "s")


def test_torn_lines_are_counted_by_why(tmp_path):
    log = put(tmp_path / "s.jsonl", line(1), line(2, -1), {**line(3), "timestamp": "then"})
    log.write_bytes(log.read_bytes() + b'{"usage": ' + json.dumps(line(4)).encode())
    _, seen, count = staged(log)
    assert (dict(seen.left_out), count) == ({"numbers": 1, "time": 1, "torn": 1}, 1)
