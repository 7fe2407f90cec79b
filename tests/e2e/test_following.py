"""`adw test RUN`, `adw review RUN`: a phase of a run again, killed on the way, up to a pull request."""

from tests.e2e.test_github import on_github
from tests.servers.github_api import GitHubApi
from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, PLAN, SECOND_FIX, WRONG_FIX, sample_project


def phases(shown):
    return [(one["phase"], one["outcome"], one["calls"]) for one in shown["data"]["record"]["result"]["phases"]]


def test_a_run_is_tested_and_reviewed_by_runs_that_follow_it_and_the_last_is_published(tmp_path):
    with MessagesApi([PLAN, WRONG_FIX, SECOND_FIX, APPROVE]) as api, GitHubApi() as github:
        project = sample_project(tmp_path, api.url)
        stored = on_github(project, github)
        assert project.adw("run", "42", "--until", "build").returncode == 0
        (built,) = project.run_ids()
        killed = project.python("-m", "tests.e2e.crashing", "call_ended", "0", "test", built)
        assert killed.returncode == -9, killed.stderr
        (tested,) = {*project.run_ids()} - {built}
        code, shown = project.envelope("resume", tested)
        assert code == 0, shown
        assert phases(shown) == [("plan", "passed", 0), ("test", "passed", 1)]
        assert api.answered == 3  # the answer that was paid for before the process died is not bought again
        assert shown["data"]["record"]["spec"]["follows"]["run_id"] == built

        code, shown = project.envelope("review", tested)
        assert code == 0, shown
        assert phases(shown) == [("plan", "passed", 0), ("review", "passed", 1)]
        reviewed, branch = shown["data"]["record"]["spec"]["id"], shown["data"]["branch"]
        assert shown["data"]["record"]["result"]["report"]["ok"]

        code, shown = project.envelope("resume", reviewed, "--pr")
        assert code == 0, shown
        (made,) = github.pulls
        assert (made["head"], made["draft"]) == (branch, False)
        assert "pieces.get(name, 0) + count" in project.git("--git-dir", stored, "show", f"{branch}:shop/cart.py")
        assert project.git("rev-parse", f"{branch}~1") == project.git("rev-parse", "main")
