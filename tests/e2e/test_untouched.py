"""Whatever becomes of a run: the user's checkout, index, stash and branches are byte for byte what they were."""

import json
import signal
import sys
from dataclasses import replace

import pytest

from tests.servers.messages_api import MessagesApi
from tests.servers.replies import Refused, call, says
from tests.support.dirt import DIRT, make_user_repository, set_traps
from tests.support.fingerprint import differences, fingerprint, lost_objects, objects
from tests.support.project import Project, sample_project

HANG = "import time\n\n\ndef test_hangs():\n    time.sleep(60)\n"
TESTS = "from src.app import main\n\n\ndef test_the_answer():\n    assert main() == 42\n"
PLAN = says(
    "",
    call(
        "done", summary="42 it is", steps=["return 42"], change=["src/app.py"], create=[], tests=["tests/test_app.py"]
    ),
)
FIX = says("", call("edit", path="src/app.py", old="return 2", new="return 42"), call("done", summary="mended"))
WRONG = says(
    "",
    call("edit", path="src/app.py", old="return 2", new="return 24"),
    call("write", path="debug.log", content="a file that the user ignores\n"),
    call("write", path="staged.txt", content="mine too\n"),
    call("done", summary="mended"),
)
NOTHING = says("", call("done", summary="there is nothing to do"))
APPROVE = says("", call("done", verdict="approve", findings=[]))
REJECT = says(
    "",
    call("done", verdict="reject", findings=[{"severity": "blocker", "path": "src/app.py", "message": "no"}]),
)

ENDS = {
    "passed": ([PLAN, FIX, APPROVE], {}),
    "failed": ([PLAN, FIX, REJECT], {}),
    "no_progress": ([PLAN, WRONG, NOTHING], {"max_attempts": 1}),
    "over_budget": ([replace(PLAN, usage={"input_tokens": 9_000, "output_tokens": 100})], {"budget_tokens": 12_000}),
    "model_error": ([PLAN, Refused(400)], {}),
    "check_error": ([], {"timeout_s": 2}),
    "cancelled": ([PLAN, FIX.stopping(3, "hang")], {}),
    "killed": ([PLAN, FIX.stopping(3, "hang")], {}),
}
"""What the model says, and what the settings say, for a run to end so."""
CLEANED = ("passed", "check_error", "killed")
"""With all its commits; with no answer; in the middle of something."""


def dirty_project(tmp_path, url, number, timeout_s=20, **limits):
    """A user's repository with tests, traps, and every second way of being dirty, another half for each number."""
    checkout = make_user_repository(tmp_path / "user")
    settings = {
        "limits": {"max_attempts": 0, **limits},
        "checks.test": {"command": [sys.executable, "-m", "pytest"], "timeout_s": timeout_s},
    }
    text = "".join(
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        for name, values in settings.items()
    )
    files = {".adw.toml": text, "tests/test_app.py": TESTS, "conftest.py": ""}
    if timeout_s < 10:
        files["tests/test_hangs.py"] = HANG
    checkout.commit({name: content.encode() for name, content in files.items()}, "tests")
    for dirty in DIRT[number % 2 :: 2]:
        dirty(checkout)
    checkout.write({".adw.toml": text.encode()})  # a sparse checkout has left it out
    (tmp_path / "issue.md").write_text("# The answer is wrong\n\n`main` should return 42.\n")
    return Project(checkout.root, sample_project(tmp_path, url).variables), checkout


@pytest.mark.parametrize("outcome", ENDS)
def test_nothing_of_the_users_is_touched(tmp_path, outcome):
    script, settings = ENDS[outcome]
    with MessagesApi(script) as api:
        project, checkout = dirty_project(tmp_path, api.url, list(ENDS).index(outcome), **settings)
        set_traps(checkout, tmp_path / "sprung")
        before, stored = fingerprint(checkout.root), objects(checkout.root)

        arguments = ("run", str(tmp_path / "issue.md"), "--json")
        if outcome in {"cancelled", "killed"}:
            process = project.start(*arguments)
            assert api.hanging.wait(120)
            process.send_signal(signal.SIGINT if outcome == "cancelled" else signal.SIGKILL)
            process.wait()
        else:
            project.adw(*arguments)
        (run_id,) = project.run_ids()
        ended = json.loads((project.folder / ".adw" / "runs" / run_id / "run.json").read_text())
        assert ended["outcome"] == (None if outcome == "killed" else outcome), ended
        assert differences(before, fingerprint(checkout.root)) == []

        if outcome in CLEANED:
            assert project.adw("runs", "clean", "--force", "--yes", run_id).returncode == 0
            assert differences(before, fingerprint(checkout.root)) == []
            assert not (checkout.root / ".git" / "worktrees").exists()
        assert lost_objects(stored, checkout.root) == set()
        assert not (tmp_path / "sprung").exists()
