"""Runs that are left to workers: in the user's repository, and between machines that share a database."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.conformance.postgresql_server import server
from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, PLAN, Project, by_phase, sample_project


@dataclass
class Site:
    """A repository with a remote, and machines that share a database."""

    developer: Project
    remote: Path
    api: MessagesApi

    def machine(self, name: str) -> Project:
        """One with nothing but its own folder."""
        folder = self.remote.parent / name
        folder.mkdir(exist_ok=True)
        return replace(
            self.developer,
            folder=folder,
            variables=self.developer.variables | {"XDG_DATA_HOME": str(folder / "data"), "HOME": str(folder)},
        )

    def issue(self, title: str, matter: str = "") -> str:
        text = (self.developer.folder / "issue.md").read_text("utf-8")
        path = self.developer.folder / f"{title}.md"
        path.write_text(f"---\ntitle: {title}\n{matter}---\n{text}", "utf-8")
        return path.name

    def rows(self) -> list[dict[str, object]]:
        _, envelope = self.developer.envelope("queue", "list")
        found: list[dict[str, object]] = envelope["data"]["runs"]
        return found

    def pushed(self) -> list[str]:
        """The subjects of the commits on the remote's branches of runs."""
        done = subprocess.run(
            ["git", "-C", self.remote, "for-each-ref", "--format=%(contents:subject)", "refs/heads/adw"],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split("\n")[:-1]


@pytest.fixture(scope="module")
def postgresql():
    with server() as running:
        yield running


@pytest.fixture
def site(postgresql, tmp_path) -> Iterator[Site]:
    with MessagesApi(by_phase) as api:
        project = sample_project(tmp_path, api.url)
        shared = replace(project, variables=project.variables | {"ADW_DATABASE_URL": postgresql.new_database()})
        remote = tmp_path / "remote.git"
        subprocess.run(["git", "init", "-q", "--bare", remote], check=True)
        shared.git("remote", "add", "origin", str(remote))
        shared.git("push", "-q", "-u", "origin", "main")
        yield Site(shared, remote, api)


def test_issues_left_in_the_evening_are_branches_in_the_morning(tmp_path):
    with MessagesApi(by_phase) as api:
        site = Site(sample_project(tmp_path, api.url), tmp_path, api)
        project = site.developer
        low, high = site.issue("Later", "priority: low\n"), site.issue("First", "labels: [P0]\n")
        code, envelope = project.envelope("queue", "add", low, high)
        assert code == 0
        assert "no worker is running" in envelope["warnings"][0]
        code, envelope = project.envelope("run", low, "--detach")
        assert (code, len(envelope["data"]["refused"])) == (0, 1)
        ended = project.adw("worker", "--drain", "--concurrency", "2", "--json")
        assert ended.returncode == 0, ended.stderr
        rows = json.loads(ended.stdout)["data"]["done"]
    assert sorted((row["title"], row["done"]["outcome"]) for row in rows) == [("First", "passed"), ("Later", "passed")]
    branches = project.git("branch", "--list", "adw/*", "--format=%(refname:short)").split()
    assert sorted(row["done"]["branch"] for row in rows) == sorted(branches)
    assert len(api.requests) == 6
    assert project.git("status", "--porcelain", "--untracked-files=no") == ""


def test_another_machine_goes_on_with_what_a_killed_one_began(site):
    answers = iter([PLAN, None, APPROVE.stopping(2, "hang")])
    site.api._script = lambda request, number: next(answers, None) or by_phase(request, number)
    assert site.developer.envelope("queue", "add", site.issue("Cart"))[0] == 0
    worker = site.machine("one").start("worker")
    assert site.api.hanging.wait(90)
    worker.kill()
    worker.wait()
    ended = site.machine("two").adw("worker", "--drain")
    assert ended.returncode == 0, ended.stderr
    site.api.release()
    (row,) = site.rows()
    assert (row["state"], row["done"]["outcome"]) == ("ended", "passed")
    assert site.pushed() == ["Cart"]
    asked = [one.body for one in site.api.requests]
    assert len(asked) == 4
    assert asked[2] == asked[3]  # what was under way when the machine died; nothing else was asked again
    _, envelope = site.developer.envelope("usage", "report", "--by", "run")
    assert [one["calls"] for one in envelope["data"]["rows"]] == [3]


def test_a_run_under_way_is_cancelled(site):
    site.api._script = lambda _request, _number: PLAN.stopping(2, "hang")
    _, envelope = site.developer.envelope("queue", "add", site.issue("Cart"))
    (queued,) = envelope["data"]["runs"]
    worker = site.machine("one").start("worker")
    assert site.api.hanging.wait(90)
    code, envelope = site.developer.envelope("queue", "cancel", queued["run_id"])
    assert (code, envelope["data"]["state"]) == (0, "cancelled")
    assert site.api.hung_up.wait(60)
    worker.terminate()
    assert worker.wait(60) == 0
    assert [row["state"] for row in site.rows()] == ["cancelled"]
    assert site.pushed() == []


def test_a_run_waits_for_the_next_period_where_the_quota_is_spent(site):
    config = site.developer.folder / ".adw.toml"
    config.write_text(config.read_text("utf-8") + "[quota]\nmonthly_tokens = 1500\n", "utf-8")
    site.developer.git("commit", "-qam", "A quota")
    site.developer.git("push", "-q")
    assert site.developer.envelope("queue", "add", site.issue("Cart"))[0] == 0
    ended = site.machine("one").adw("worker", "--drain")
    assert ended.returncode == 0, ended.stderr
    (row,) = site.rows()
    assert (row["state"], row["done"]["outcome"]) == ("waiting", "over_quota")
    assert str(row["starts_at"]).partition("T")[0].endswith("-01")
    code, envelope = site.developer.envelope("queue", "add", site.issue("Cart"))
    assert (code, len(envelope["data"]["refused"])) == (0, 1)


def test_a_repository_that_workers_cannot_clone_is_refused(site):
    site.developer.git("switch", "-qc", "mine")
    code, envelope = site.developer.envelope("queue", "add", site.issue("Cart"))
    assert code == 2
    assert "origin has no branch mine" in envelope["errors"][0]["message"]
    site.developer.git("remote", "remove", "origin")
    code, envelope = site.developer.envelope("queue", "add", site.issue("Cart"))
    assert code == 2
    assert "no remote `origin`" in envelope["errors"][0]["message"]
