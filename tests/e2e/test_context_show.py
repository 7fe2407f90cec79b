"""`adw context show`: what would be sent, and what was."""

from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, PLAN, SECOND_FIX, WRONG_FIX, sample_project


def test_an_issue_shows_the_request_that_a_run_would_begin_with(tmp_path):
    project = sample_project(tmp_path)
    code, envelope = project.envelope("context", "show", "issue.md")
    assert code == 0
    (call,) = envelope["data"]["calls"]
    assert not envelope["data"]["sent"]
    assert [section["name"] for section in call["facts"]["sections"]][:2] == ["system", "issue"]
    assert any("Adding the same thing twice" in block["text"] for block in call["blocks"])
    assert [block["place"] for block in call["blocks"] if block["cache_breakpoint"]] == ["system", "user 1"]


def test_a_run_shows_every_request_as_the_server_got_it(tmp_path):
    with MessagesApi([PLAN, WRONG_FIX, SECOND_FIX, APPROVE]) as api:
        project = sample_project(tmp_path, api.url)
        assert project.adw("run", "issue.md").returncode == 0
        (run_id,) = project.run_ids()
        code, envelope = project.envelope("context", "show", run_id)
        assert code == 0
        calls = envelope["data"]["calls"]
        assert [call["facts"]["phase"] for call in calls] == ["plan", "build", "test", "review"]
        for call, received in zip(calls, api.requests, strict=True):
            sent = [block["text"] for block in received.body["system"]]
            sent += [block["text"] for message in received.body["messages"] for block in message["content"]]
            shown = [block["text"] for block in call["blocks"] if block["place"] != "tools"]
            assert shown == sent
    human = project.adw("context", "show", run_id, "--phase", "test")
    assert "call 3: test, attempt 1, turn 1" in human.stdout
    assert "cache breakpoint" in human.stdout
