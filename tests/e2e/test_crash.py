"""kill -9 and resume: the same end, nothing paid twice, nothing done twice."""

import json

from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, PLAN, SECOND_FIX, WRONG_FIX, Project, sample_project, wait_for

SCRIPT = [PLAN, WRONG_FIX, SECOND_FIX, APPROVE]
"""All four phases ask: the first fix is wrong, the test phase mends it."""
KINDS = (
    "run_started",
    "phase_started",
    "check_started",
    "check_ended",
    "call_started",
    "call_ended",
    "tools_ended",
    "phase_ended",
    "tools_ended",
    "check_started",
    "call_started",
    "call_ended",
)
"""Before and behind every kind of step, in the order in which they come; the last ones in the test phase."""


def _tree(project: Project) -> str:
    branch = project.git("branch", "--list", "adw/*", "--format=%(refname:short)")
    return project.git("rev-parse", f"{branch}^{{tree}}")


def _entries(project: Project) -> list[tuple[int, int]]:
    """Calls and tokens of the ledger's rows."""
    ended = project.adw("usage", "report", "--json")
    rows = json.loads(ended.stdout)["data"]["rows"]
    return [(row["calls"], row["usage"]["fresh"] + row["usage"]["cache_write_5m"]) for row in rows]


def test_a_run_killed_at_every_kind_of_step_ends_like_one_that_was_not(tmp_path):
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    with MessagesApi(SCRIPT) as api:
        whole = sample_project(tmp_path / "whole", api.url)
        assert whole.adw("run", "issue.md").returncode == 0
    with MessagesApi(SCRIPT) as again:
        killed = sample_project(tmp_path / "killed", again.url)
        _kill(killed)
        assert [one.body for one in again.requests] == [one.body for one in api.requests]
    assert _tree(killed) == _tree(whole)
    assert _entries(killed) == _entries(whole)


def _kill(project: Project) -> None:
    """One process after the other, each killed a little further on; the last one comes to the end."""
    first, *others = KINDS
    process = project.python("-m", "tests.e2e.crashing", first, "0", "run", "issue.md")
    (run_id,) = project.run_ids()
    for kind in others:
        assert process.returncode == -9, process.stderr
        process = project.python("-m", "tests.e2e.crashing", kind, process.stdout.strip(), "resume", run_id)
    assert process.returncode == -9, process.stderr
    assert project.adw("resume", run_id).returncode == 0


def test_a_run_killed_while_the_model_answers_asks_again_only_that(tmp_path):
    with MessagesApi([PLAN.stopping(2, "hang"), PLAN, *SCRIPT[1:]]) as api:
        project = sample_project(tmp_path, api.url)
        process = project.start("run", "issue.md")
        assert api.hanging.wait(60)
        process.kill()
        process.wait()
        api.release()
        (run_id,) = project.run_ids()
        code, envelope = project.envelope("resume", run_id)
        assert code == 0, envelope
        assert len(api.requests) == 5
        assert api.requests[0].body == api.requests[1].body


def test_a_run_killed_in_the_middle_of_its_tests_runs_them_again(tmp_path):
    reached, go_on = tmp_path / "reached", tmp_path / "go-on"
    with MessagesApi(SCRIPT) as api:
        project = sample_project(tmp_path, api.url)
        # Outside of the sandbox, so that the tests can say where they are.
        with (project.folder / ".adw.toml").open("a") as settings:
            settings.write('[checks]\nsandbox = "off"\n')
        (project.folder / "conftest.py").write_text(
            "import pathlib, time\n"
            "def pytest_sessionstart():\n"
            f"    pathlib.Path({str(reached)!r}).touch()\n"
            f"    while not pathlib.Path({str(go_on)!r}).exists():\n"
            "        time.sleep(0.02)\n"
        )
        project.git("add", "--all")
        project.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qam", "tests that wait")
        process = project.start("run", "issue.md")
        wait_for(reached.exists)
        process.kill()
        process.wait()
        go_on.touch()
        (run_id,) = project.run_ids()
        assert project.adw("resume", run_id).returncode == 0
        assert len(api.requests) == len(SCRIPT)
