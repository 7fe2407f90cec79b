"""Ctrl-C and `adw cancel`: the run ends at once, says how to go on, and leaves no process and no spoilt terminal."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, FIX, GOOD, PLAN, sample_project, wait_for
from tests.support.terminal import Terminal

WAITING = """
import os, pathlib, subprocess, sys, time

def pytest_sessionstart():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    pathlib.Path({reached!r}).write_text(f"{{os.getpid()}} {{child.pid}}")
    while not pathlib.Path({go_on!r}).exists():
        time.sleep(0.02)
    child.kill()
"""


def said(project):
    return (project.folder.parent / "stdout").read_text(), (project.folder.parent / "stderr").read_text()


def gone(pid):
    """Whether the process has ended; one that is not yet reaped has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def test_ctrl_c_while_the_model_answers_and_a_resume_that_pays_only_what_is_left(tmp_path):
    with MessagesApi([PLAN, FIX.stopping(4, "hang"), FIX, APPROVE]) as api:
        project = sample_project(tmp_path, api.url)
        process = project.start("run", "issue.md", "--json")
        assert api.hanging.wait(120)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert api.hung_up.wait(60)
        out, err = said(project)
        (run_id,) = project.run_ids()
        shown = json.loads(out)
        assert [one["code"] for one in shown["errors"]] == ["interrupted"]
        assert shown["errors"][0]["hint"] == f"resume with: adw resume {run_id}"
        assert shown["data"]["record"]["outcome"] == "cancelled"
        assert shown["data"]["calls"] == 1
        assert "Traceback" not in err

        assert project.adw("resume", run_id).returncode == 0
        assert len(api.requests) == 4
        assert api.requests[1].body == api.requests[2].body


@contextmanager
def in_background(*, ignored: bool) -> Iterator[None]:
    """Processes that are started here do not hear ctrl-C, like those that a script starts with `&`."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if ignored else signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("way", ["ctrl-c", "cancel"])
def test_a_run_that_is_stopped_while_tests_run_leaves_no_process(tmp_path, way):
    reached, go_on = tmp_path / "reached", tmp_path / "go-on"
    with MessagesApi(GOOD) as api:
        project = sample_project(tmp_path, api.url)
        # Outside of the sandbox, so that the tests can say where they are, and have processes that others can see.
        with (project.folder / ".adw.toml").open("a") as settings:
            settings.write('[checks]\nsandbox = "off"\n')
        (project.folder / "conftest.py").write_text(WAITING.format(reached=str(reached), go_on=str(go_on)))
        project.git("add", "--all")
        project.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "tests that wait")
        with in_background(ignored=way == "cancel"):
            process = project.start("run", "issue.md")
        wait_for(lambda: reached.exists() and len(reached.read_text().split()) == 2, 120)
        pids = reached.read_text().split()
        (run_id,) = project.run_ids()
        if way == "cancel":
            ended = project.adw("cancel", run_id[:-2])
            assert (ended.returncode, ended.stderr) == (0, "")
            assert ended.stdout == f"{run_id} is cancelled; resume with: adw resume {run_id}\n"
        else:
            process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert f"hint: resume with: adw resume {run_id}\n" in said(project)[1]
        wait_for(lambda: all(gone(pid) for pid in pids))
        assert api.requests == []

        go_on.touch()
        if way == "cancel":
            again = project.adw("cancel", run_id, "--json")
            assert again.returncode == 2
            assert "has ended: cancelled" in again.stdout
        else:
            assert project.adw("resume", run_id).returncode == 0
            assert len(api.requests) == len(GOOD)


def test_a_second_ctrl_c_waits_for_nothing(tmp_path):
    """A model that does not let go of the line is no reason to wait."""
    with MessagesApi([PLAN.stopping(1, "hang")]) as api:
        project = sample_project(tmp_path, api.url)
        process = project.start("run", "issue.md")
        assert api.hanging.wait(120)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        (run_id,) = project.run_ids()
        err = said(project)[1]
        assert f"adw resume {run_id}" in err
        assert "Traceback" not in err
        assert project.envelope("runs", "list")[1]["data"]["runs"][0]["outcome"] in {"cancelled", None}


def test_the_live_display_shows_where_the_run_is_and_gives_the_terminal_back(tmp_path):
    with MessagesApi([PLAN, FIX.stopping(4, "hang")]) as api:
        project = sample_project(tmp_path, api.url)
        with Terminal(project, "run", "issue.md", "--budget-tokens", "200000") as terminal:
            terminal.read_until(lambda _: api.hanging.is_set())
            seen = len(terminal.text)
            terminal.read_until(lambda text: "call ·" in text[seen:] and "tokens to claude" in text[seen:])
            panel = terminal.text[seen:]
            assert "build: turn 1" in panel
            assert re.search(r"1 call · [\d,]+ of 200,000 tokens, \$[\d.]+ · [\d.]+ (s|min)", panel), panel
            assert "\x1b[?25l" in terminal.text  # the cursor is hidden while the panel is there
            terminal.process.send_signal(signal.SIGINT)
            terminal.read_until(lambda text: "resume with: adw resume" in text)
            assert terminal.process.wait(60) == 130
            assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")
            assert terminal.settings() == terminal.before
