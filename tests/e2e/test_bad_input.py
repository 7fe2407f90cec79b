"""Bad input: a clear error before a token is spent, and nothing left behind."""

import json
import os
import shutil
import sqlite3
import sys
import venv
from pathlib import Path

import pytest

from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, FIX, GOOD, PLAN, Project, sample_project

RUN = ("run", "issue.md")
LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
os.execv(sys.executable, [sys.executable, "-m", "adw", *sys.argv[2:]])
"""
"""Runs the command with a limit on the size of every file that it writes."""


@pytest.fixture
def api():
    """A server that would answer; most of these tests must not come so far."""
    with MessagesApi(GOOD) as server:
        yield server


@pytest.fixture
def project(tmp_path, api):
    return sample_project(tmp_path, api.url)


def refused(project, *arguments, stdin="", **variables):
    """The one error of a command that must not work, and its exit code."""
    ended = project.adw(*arguments, "--json", stdin=stdin, **variables)
    shown = json.loads(ended.stdout)  # exactly one envelope, nothing else
    assert set(shown) == {"schema", "command", "ok", "data", "warnings", "errors"}
    assert not shown["ok"]
    (error,) = shown["errors"]
    assert error["message"]
    assert error["hint"], error
    assert "Traceback" not in ended.stderr
    return ended.returncode, error, shown


def nothing_was_begun(project, api):
    """No run, no branch, no worktree, no request."""
    runs = project.folder / ".adw" / "runs"
    assert not runs.exists() or list(runs.iterdir()) == []
    assert project.git("branch", "--list", "adw/*") == ""
    assert len(project.git("worktree", "list").splitlines()) == 1
    assert api.requests == []


def elsewhere(project, folder):
    folder.mkdir(exist_ok=True)
    return Project(folder, project.variables)


def commit(project):
    project.git("add", "--all")
    project.git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "more")


class TestRepository:
    def test_there_must_be_one_with_a_commit_and_a_checkout(self, tmp_path, api, project):
        none = elsewhere(project, tmp_path / "none")
        (none.folder / "issue.md").write_text("# Do it\n")
        code, error, _ = refused(none, *RUN)
        assert (code, error["code"]) == (2, "workspace")
        assert "git repository" in error["message"]

        none.git("init", "-q")
        code, error, _ = refused(none, *RUN)
        assert (code, error["code"]) == (2, "workspace")
        assert "no commits" in error["message"]

        bare = elsewhere(project, tmp_path / "bare")
        bare.git("init", "-q", "--bare")
        (bare.folder / "issue.md").write_text("# Do it\n")
        code, error, _ = refused(bare, *RUN)
        assert (code, error["code"]) == (2, "workspace")
        assert "bare" in error["message"]
        assert not list(tmp_path.rglob(".adw"))
        assert api.requests == []

    def test_without_tests_nobody_knows_when_it_is_done(self, api, project):
        shutil.rmtree(project.folder / "tests")
        (project.folder / ".adw.toml").unlink()
        commit(project)
        code, error, _ = refused(project, *RUN)
        assert (code, error["code"]) == (2, "usage")
        assert "no tests found" in error["message"]
        nothing_was_begun(project, api)

    def test_a_dirty_checkout_is_left_alone_and_the_run_says_where_it_starts(self, api, project):
        (project.folder / "shop" / "cart.py").write_text("broken = (\n")
        (project.folder / "new.txt").write_text("mine\n")
        head = project.git("rev-parse", "--short=10", "HEAD")
        code, shown = project.envelope(*RUN, "--until", "plan")
        assert code == 0, shown
        (warning,) = shown["warnings"]
        assert f"starts from commit {head}" in warning
        assert "broken" not in json.dumps(api.requests[0].body)
        assert (project.folder / "shop" / "cart.py").read_text() == "broken = (\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("no-such-file.md", None, "no-such-file.md"),
        ("comments.md", b"<!-- do it\n\nnow -->\n", "empty"),
        ("binary.md", bytes(range(256)) * 4, "not UTF-8"),
        ("shop", None, "folder"),
    ],
)
def test_an_issue_that_is_none(api, project, name, content, words):
    if content is not None:
        (project.folder / name).write_bytes(content)
    code, error, _ = refused(project, "run", name)
    assert (code, error["code"]) == (2, "usage")
    assert words in error["message"]
    nothing_was_begun(project, api)


@pytest.mark.parametrize(
    ("settings", "words", "hint"),
    [
        (b"[limits\n", "line", "toml"),
        (b"[limits]\nmax_turn = 3\n", "unknown key limits.max_turn", "limits.max_turns"),
        (b'[limits]\nmax_turns = "three"\n', "expected a whole number", "docs"),
        (b"# caf\xe9\n", "not UTF-8", "UTF-8"),
        (None, "cannot be read", ".adw.toml"),
    ],
)
def test_settings_that_cannot_be_read(api, project, settings, words, hint):
    path = project.folder / ".adw.toml"
    path.unlink()
    if settings is None:
        path.mkdir()
    else:
        path.write_bytes(settings)
    code, error, _ = refused(project, *RUN)
    assert (code, error["code"]) == (2, "config")
    assert words in error["message"]
    assert hint in error["hint"]
    nothing_was_begun(project, api)


class TestModel:
    def test_a_model_that_nobody_knows_is_answered_with_the_nearest(self, api, project):
        code, error, _ = refused(project, *RUN, "--model", "claude-sonet-5-5")
        assert (code, error["code"]) == (2, "config")
        assert "'claude-sonet-5-5'" in error["message"]
        assert "claude-sonnet-5-5" in error["hint"]
        nothing_was_begun(project, api)

    def test_without_a_key_there_is_no_run(self, api, project):
        code, error, _ = refused(project, *RUN, ANTHROPIC_API_KEY=" ")
        assert (code, error["code"]) == (4, "authentication")
        assert "ANTHROPIC_API_KEY" in error["hint"]
        nothing_was_begun(project, api)

    def test_a_base_url_that_is_none(self, api, project):
        code, error, _ = refused(project, *RUN, ANTHROPIC_BASE_URL="localhost:8080")
        assert (code, error["code"]) == (2, "config")
        assert "ANTHROPIC_BASE_URL" in error["hint"]
        nothing_was_begun(project, api)

    def test_a_recording_that_cannot_be_written_or_read(self, tmp_path, api, project):
        code, error, _ = refused(project, *RUN, "--record", str(tmp_path / "missing" / "recording.json"))
        assert (code, error["code"]) == (2, "usage")
        assert "cannot be written" in error["message"]
        code, error, _ = refused(project, *RUN, "--replay", "issue.md")
        assert (code, error["code"]) == (2, "usage")
        assert "is no adw.recording/1 file" in error["message"]
        nothing_was_begun(project, api)


class TestRuns:
    def test_ids_that_mean_no_run_or_more_than_one(self, api, project):
        assert project.envelope(*RUN, "--budget-tokens", "1")[0] == 3
        (one,) = project.run_ids()
        other = one[:-3] + ("zzz" if one[-3:] != "zzz" else "yyy")
        runs = project.folder / ".adw" / "runs"
        shutil.copytree(runs / one, runs / other)
        record = runs / other / "run.json"
        record.write_text(record.read_text().replace(one, other))
        code, error, _ = refused(project, "runs", "show", "../../etc")
        assert (code, error["code"]) == (2, "unknown_run")
        code, error, _ = refused(project, "runs", "diff", one[:6])
        assert (code, error["code"]) == (2, "unknown_run")
        assert one in error["message"]
        assert other in error["message"]

        # A damaged record spoils neither the list nor the other runs.
        (runs / one / "run.json").write_text('{"spec": ')
        code, error, _ = refused(project, "resume", one)
        assert (code, error["code"]) == (1, "storage")
        assert "damaged" in error["message"]
        ended = project.adw("runs", "list", "--json")
        shown = json.loads(ended.stdout)
        assert [row["id"] for row in shown["data"]["runs"]] == [other]
        assert any(one in warning for warning in shown["warnings"]), shown
        assert project.envelope("runs", "clean", "--force", "--yes", one)[0] == 0
        assert project.run_ids() == [other]
        assert api.requests == []

    def test_two_runs_of_one_issue_at_once(self, tmp_path):
        with MessagesApi([PLAN.stopping(2, "hang"), FIX, APPROVE]) as api:
            project = sample_project(tmp_path, api.url)
            first = project.start(*RUN)
            assert api.hanging.wait(120)
            code, error, _ = refused(project, *RUN)
            assert (code, error["code"]) == (2, "run_conflict")
            assert f"process {first.pid}" in error["message"]
            (run_id,) = project.run_ids()
            assert run_id in error["hint"]
            code, error, _ = refused(project, "resume", run_id)
            assert (code, error["code"]) == (2, "run_conflict")
            assert len(api.requests) == 1
            api.release()
            assert first.wait(120) == 0
            assert project.run_ids() == [run_id]


class TestChecks:
    def test_a_python_without_pytest(self, tmp_path, api, project):
        venv.create(tmp_path / "bare", with_pip=False)
        python = str(tmp_path / "bare" / "bin" / "python")
        self.check(project, f"command = {json.dumps([python, '-m', 'pytest'])}\n")
        code, error, _ = refused(project, *RUN)
        assert (code, error["code"]) == (6, "check_error")
        assert "has no pytest" in error["message"]
        assert api.requests == []

    @pytest.mark.parametrize(
        ("conftest", "words"),
        [
            ("import time\n\ndef test_hangs():\n    time.sleep(600)\n", "time limit of 3 s"),
            ("import os, signal\n\ndef test_dies():\n    os.kill(os.getpid(), signal.SIGSEGV)\n", "died of signal 11"),
        ],
    )
    def test_tests_that_cannot_be_judged_before_any_edit(self, api, project, conftest, words):
        (project.folder / "tests" / "test_zzz.py").write_text(conftest)
        self.check(project, f"command = {json.dumps([sys.executable, '-m', 'pytest'])}\ntimeout_s = 3\n")
        code, error, shown = refused(project, *RUN)
        assert (code, error["code"]) == (6, "check_error")
        assert words in error["message"]
        assert "test_zzz.py" in error["message"]
        run_id = shown["data"]["record"]["spec"]["id"]
        assert f"adw runs log {run_id} --check test-baseline" in error["hint"]
        assert (api.requests, shown["data"]["usage"]["total"]) == ([], 0)

    @staticmethod
    def check(project, settings):
        (project.folder / ".adw.toml").write_text(f"[checks.test]\n{settings}", encoding="utf-8")
        commit(project)


def _no_database(path):
    path.write_bytes(b"This is no database. " * 100)


def _newer(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE ledger_migrations (number INTEGER PRIMARY KEY, name TEXT, applied_at TEXT)")
        db.execute("INSERT INTO ledger_migrations VALUES (99, 'later', '2030-01-01')")


class TestDisk:
    @pytest.mark.parametrize(
        ("damage", "words"),
        [
            (_no_database, "not a database"),
            (Path.mkdir, "cannot be opened"),
            (_newer, "version 99"),
        ],
    )
    def test_a_ledger_that_cannot_be_used(self, tmp_path, api, project, damage, words):
        folder = tmp_path / "data" / "adw"
        folder.mkdir(parents=True)
        damage(folder / "ledger.db")
        code, error, _ = refused(project, *RUN)
        assert (code, error["code"]) == (1, "storage")
        assert words in error["message"]
        nothing_was_begun(project, api)

    def test_a_folder_of_adw_that_is_none(self, api, project):
        (project.folder / ".adw").write_text("mine\n")
        code, error, _ = refused(project, *RUN)
        assert code in {1, 2}
        assert ".adw" in error["message"]
        assert (project.folder / ".adw").read_text() == "mine\n"
        assert project.git("branch", "--list", "adw/*") == ""
        assert api.requests == []

    def test_a_disk_that_is_full_loses_nothing(self, api, project):
        """A limit on the size of files stands for the disk: first the journal does not fit, then a test's log."""
        noise = "from shop.cart import Cart\n\n\ndef pytest_sessionfinish():\n    cart = Cart()\n"
        noise += '    cart.add("tea")\n    cart.add("tea")\n    print("x" * 3_000_000 * (cart.pieces["tea"] - 1))\n'
        (project.folder / "conftest.py").write_text(noise)
        commit(project)
        ended = project.python("-c", LIMITED, "150000", *RUN, "--json")
        shown = json.loads(ended.stdout)
        assert (ended.returncode, shown["errors"][0]["code"], api.requests) == (1, "storage", [])
        assert "journal.db" in shown["errors"][0]["message"]
        run_id = shown["data"]["record"]["spec"]["id"]
        assert f"adw resume {run_id}" in shown["errors"][0]["hint"]

        ended = project.python("-c", LIMITED, "2000000", "resume", run_id, "--json")
        shown = json.loads(ended.stdout)
        assert (ended.returncode, shown["errors"][0]["code"], len(api.requests)) == (1, "storage", 2), shown
        assert "test-0.log cannot be written" in shown["errors"][0]["message"]
        assert "Traceback" not in ended.stderr

        assert project.envelope("resume", run_id)[0] == 0
        assert len(api.requests) == len(GOOD)
        assert project.run_ids() == [run_id]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_of_adw_that_may_not_be_written(self, api, project):
        (project.folder / ".adw").mkdir(mode=0o500)
        code, error, _ = refused(project, *RUN)
        assert (code, error["code"]) == (1, "storage")
        assert project.git("branch", "--list", "adw/*") == ""
        assert api.requests == []
