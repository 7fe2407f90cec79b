"""Files that no model can be shown: the run says why and goes on, and no request grows by them."""

import json

from tests.servers.messages_api import MessagesApi
from tests.servers.replies import call, says
from tests.support.project import APPROVE, FIX, PLAN, sample_project

WILD = ["data/huge.txt", "data/bundle.js", "data/line.js", "data/logo.png", "data/latin.txt", "data/loop", "data/self"]


def plant(project):
    """50 MB of text, one line of 5 MB and one of 1.5 MB, a binary, bytes that are no UTF-8, links in a circle."""
    data = project.folder / "data"
    data.mkdir()
    (data / "huge.txt").write_text("all work and no play\n" * 2_500_000)
    (data / "bundle.js").write_text("var a=1;" * 650_000)
    (data / "line.js").write_text("var b=2;" * 190_000)
    (data / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0" + bytes(range(256)) * 50)
    (data / "latin.txt").write_bytes("Größe: 5 Stück\n".encode("latin-1"))
    (data / "loop").symlink_to("self")
    (data / "self").symlink_to("loop")
    with (project.folder / "issue.md").open("a", encoding="utf-8") as issue:
        issue.write(f"\nSeen in {' '.join(WILD)}.\n")
    project.git("add", "--all")
    project.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "wild")


def test_a_run_goes_through_a_repository_of_unreadable_files(tmp_path):
    look = says("", call("read", paths=WILD), call("search", pattern="play|Gr"), call("read", paths=["data/line.js:1"]))
    with MessagesApi([look, PLAN, FIX, APPROVE]) as api:
        project = sample_project(tmp_path, api.url)
        plant(project)
        code, shown = project.envelope("run", "issue.md")
    assert code == 0, shown
    assert max(len(json.dumps(request.body)) for request in api.requests) < 400_000
    files, found, line = (
        block["content"] for block in api.requests[1].body["messages"][-1]["content"] if block["type"] == "tool_result"
    )
    assert "'data/huge.txt' has 52500000 bytes; at most 2000000 are read" in files
    assert "'data/bundle.js' has 5200000 bytes; at most 2000000 are read" in files
    assert "[cut here: read data/line.js" in files
    assert "data/latin.txt:1: Größe: 5 Stück" in found
    assert line.endswith("[cut here: the result is too long]") or "[cut here: read data/line.js" in line
    assert len(line) <= 20_000


def test_every_such_file_is_answered_with_its_reason(tmp_path):
    look = [says("", call("read", paths=[path])) for path in WILD[3:]]
    with MessagesApi([*look, PLAN]) as api:
        project = sample_project(tmp_path, api.url)
        plant(project)
        code, shown = project.envelope("run", "issue.md", "--until", "plan")
    assert code == 0, shown
    said = [json.dumps(request.body["messages"][-1]["content"], ensure_ascii=False) for request in api.requests[1:]]
    assert "[binary, 12809 bytes]" in said[0]
    assert "Größe: 5 Stück" in json.dumps([request.body for request in api.requests], ensure_ascii=False)
    assert "cannot be reached" in said[2]
    assert "cannot be reached" in said[3]


def test_project_instructions_that_no_model_could_be_shown_are_refused_before_anything_is_spent(tmp_path):
    with MessagesApi([PLAN]) as api:
        project = sample_project(tmp_path, api.url)
        (project.folder / "AGENTS.md").write_text("Be good.\n" * 400_000)
        project.git("add", "--all")
        project.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "much advice")
        code, shown = project.envelope("run", "issue.md")
    assert (code, api.requests) == (2, [])
    assert "'AGENTS.md' has 3600000 bytes; at most 2000000 are read" in shown["errors"][0]["message"]


def test_an_issue_of_two_hundred_thousand_tokens_is_refused_by_its_size_before_anything_is_spent(tmp_path):
    with MessagesApi([PLAN]) as api:
        project = sample_project(tmp_path, api.url)
        (project.folder / "long.md").write_text("# Long\n\n" + "Nothing works as it should. " * 33_000)
        (project.folder / ".adw.toml").write_text('[models."claude-sonnet-5-5"]\ncontext_window = 200_000\n')
        code, shown = project.envelope("run", "long.md")
    assert (code, api.requests) == (3, [])
    (error,) = shown["errors"]
    assert error["code"] == "over_budget"
    assert "section 'issue' needs" in error["message"]
    assert error["hint"]
