"""Hooks of a run that is killed, interrupted and resumed to its end: everything is told once."""

import json
import signal

from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, FIX, PLAN, sample_project

TELL = """["sh", "-c", 'cat >> "$0"; echo >> "$0"; env | grep -c API_KEY; exit 3', "told.jsonl"]"""


def test_every_phase_and_every_end_is_told_once_whatever_happens_to_the_run(tmp_path):
    with MessagesApi([PLAN, FIX.stopping(4, "hang"), FIX, APPROVE]) as api:
        project = sample_project(tmp_path, api.url)
        # The user's own file: it holds in each repository.
        own = tmp_path / "home" / ".config" / "adw" / "config.toml"
        own.parent.mkdir(parents=True)
        own.write_text(f"[hooks]\non_phase_end = {TELL}\non_run_end = {TELL}\n", encoding="utf-8")

        def told():
            lines = (project.folder / "told.jsonl").read_text(encoding="utf-8").splitlines()
            return [(one["hook"], one.get("phase", one["outcome"])) for one in map(json.loads, lines)]

        killed = project.python("-m", "tests.e2e.crashing", "call_started", "8", "run", "issue.md")
        assert killed.returncode == -9, killed.stderr
        assert told() == [("on_phase_end", "plan")]

        (run_id,) = project.run_ids()
        process = project.start("resume", run_id, "--json")
        assert api.hanging.wait(120)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert told()[1:] == [("on_run_end", "cancelled")]

        code, shown = project.envelope("resume", run_id)
        assert code == 0, shown
        ended = [("on_phase_end", "build"), ("on_phase_end", "test"), ("on_phase_end", "review")]
        assert told()[2:] == [*ended, ("on_run_end", "passed")]
        # They say how many keys they see, and fail: none, and the run passed all the same.
        assert shown["warnings"] == ["hooks.on_run_end: sh ended with exit code 3: 0"]
        log = (project.folder / ".adw" / "runs" / run_id / "events.jsonl").read_text(encoding="utf-8")
        assert log.count("hooks.on_phase_end: sh ended with exit code 3: 0") == 4
        assert len(api.requests) == 4
