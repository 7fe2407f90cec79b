"""Runs that are left to workers: in the user's repository, and between machines that share a database."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from adw.adapters.clock import SystemClock
from adw.adapters.durable.session import looking
from adw.adapters.durable.storage import Database
from adw.adapters.locks import RunLock
from adw.config import Environment
from adw.domain.codec import load
from adw.domain.queue import QueuedRun, QueueState
from adw.domain.results import RunRequest
from adw.domain.run import Outcome
from adw.domain.usage import Usage
from adw.errors import UnknownRun, UsageError, WorkspaceError
from adw.wiring.house import open_house, open_ledger, run_lock
from adw.wiring.mirrors import house_of
from adw.wiring.place import Place
from adw.wiring.queueing import queue_cancel, queue_list, queue_runs
from adw.wiring.quota import allowed_again
from adw.wiring.workers import serve_queue
from adw.wiring.working import do_queued
from tests.conformance.postgresql_server import server
from tests.fakes.entries import entry, reservation
from tests.servers.messages_api import MessagesApi
from tests.support.project import APPROVE, PLAN, Project, by_phase, sample_project


class Silent:
    def tell(self, event: object) -> None:
        pass


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
    assert [row["state"] for row in site.rows()] == ["queued"]
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


def held_open(order: dict[str, object]) -> BinaryIO:
    """Standard input as a worker gives it to a child: one line, and no end while the worker lives."""
    reader, writer = os.pipe()
    os.write(writer, json.dumps(order).encode() + b"\n")
    return os.fdopen(reader, "rb")


def order_of(site: Site, run_id: str, start: int = 1) -> dict[str, object]:
    """What a worker tells its child."""
    with looking(Database.at(site.developer.variables["ADW_DATABASE_URL"])) as client:
        (found,) = client.list_workflows(workflow_ids=[f"queued {run_id}"])
    assert found.input
    return {"run": found.input["args"][0], "start": start}


def test_a_run_that_ended_before_its_machine_died_is_told_of_by_another_one(site):
    place = Place(site.developer.folder, site.developer.variables, io.BytesIO())
    (queued,) = queue_runs((site.issue("Cart"),), RunRequest(""), None, place).runs
    ends = []
    for name in ("one", "two", "two"):
        machine = site.machine(name)
        variables = machine.variables | {"GIT_CONFIG_NOSYSTEM": "1"}
        order = held_open(order_of(site, queued.run_id))
        ends.append(do_queued(Silent(), Place(machine.folder, variables, order)))
    assert ends[0].outcome is Outcome.PASSED
    assert ends[0].tokens > 0
    assert ends[1:] == [ends[0], ends[0]]
    assert len(site.api.requests) == 3
    assert site.pushed() == ["Cart"]


def test_a_remote_that_is_away_is_tried_again_as_often_as_configured(site):
    config = site.developer.folder / ".adw.toml"
    config.write_text("[queue]\nmax_attempts = 2\nretry_after_s = 60.0\n", "utf-8")
    site.developer.git("add", "-f", ".adw.toml")
    site.developer.git("commit", "-qam", "Patience")
    site.developer.git("push", "-q")
    place = Place(site.developer.folder, site.developer.variables, io.BytesIO())
    (queued,) = queue_runs((site.issue("Cart"),), RunRequest(""), 1, place).runs
    machine = site.machine("one")
    hook = site.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho no room >&2; exit 1\n", "utf-8")
    hook.chmod(0o755)
    ends = [
        do_queued(Silent(), Place(machine.folder, machine.variables, held_open(order_of(site, queued.run_id, start))))
        for start in (1, 2)
    ]
    assert [end.again_at is None for end in ends] == [False, True]
    assert "origin does not take branch" in ends[0].detail
    hook.unlink()
    order = held_open(order_of(site, queued.run_id, 3))
    assert do_queued(Silent(), Place(machine.folder, machine.variables, order)).outcome is Outcome.PASSED
    assert len(site.api.requests) == 3


def test_what_a_clone_lacks_is_set_up_once_for_each_commit(site):
    config = site.developer.folder / ".adw.toml"
    command = '["sh", "-c", "echo made >> made; test ! -e fail"]'
    config.write_text(f"[queue]\nsetup = {command}\n", "utf-8")
    site.developer.git("add", "-f", ".adw.toml")
    site.developer.git("commit", "-qam", "Set-up")
    site.developer.git("push", "-q")
    place = Place(site.developer.folder, site.developer.variables, io.BytesIO())
    machine = site.machine("one")
    there = Place(machine.folder, machine.variables, io.BytesIO())
    (queued,) = queue_runs((site.issue("Cart"),), RunRequest(""), None, place).runs
    run = load(QueuedRun, order_of(site, queued.run_id)["run"])
    for _ in range(2):
        with house_of(run, there) as house:
            assert (house.repository.root / "made").read_text("utf-8") == "made\n"
    (site.developer.folder / "fail").touch()
    site.developer.git("add", "fail")
    site.developer.git("commit", "-qm", "Fail")
    site.developer.git("push", "-q")
    with pytest.raises(WorkspaceError, match=r"queue.setup ended with exit code 1"), house_of(run, there):
        pass


def test_in_an_emergency_what_is_queued_waits_for_the_next_period(site):
    place = Place(site.developer.folder, site.developer.variables, io.BytesIO())
    config = site.developer.folder / ".adw.toml"
    config.write_text("[quota]\nmonthly_tokens = 1000\n", "utf-8")
    with open_ledger(Environment.read(place.variables)) as ledger:
        ledger.settle(entry("r:0001", usage=Usage(fresh=950), at=SystemClock().now()))
    added = queue_runs((site.issue("Cart"),), RunRequest(""), None, place)
    assert added.runs[0].state is QueueState.WAITING
    assert "it starts at" in added.warnings[0]
    with pytest.raises(UnknownRun):
        queue_cancel("nobody", place)
    assert queue_cancel(added.runs[0].run_id[:13], place).state is QueueState.CANCELLED
    assert queue_list(ended=True, place=place).workers == ()


@pytest.mark.parametrize("said", [b"", b"{}\n", b'{"run": 1, "start": 1}\n', b"[]\n"])
def test_a_child_without_a_run_says_so(tmp_path, said):
    with pytest.raises(UsageError, match="names no queued run"):
        do_queued(Silent(), Place(tmp_path, {}, io.BytesIO(said)))


def test_the_process_of_a_killed_worker_is_waited_for(tmp_path):
    with MessagesApi(by_phase) as api, ExitStack() as held:
        project = sample_project(tmp_path, api.url)
        place = Place(project.folder, project.variables, io.BytesIO())
        (queued,) = queue_runs(("issue.md",), RunRequest(""), None, place).runs
        with looking(Database.at(Path(project.variables["XDG_DATA_HOME"]) / "adw" / "queue.db")) as client:
            (found,) = client.list_workflows(workflow_ids=[f"queued {queued.run_id}"])
        assert found.input
        order = held_open({"run": found.input["args"][0], "start": 1})
        held.enter_context(RunLock(project.folder / ".adw", run_lock(queued.run_id)))
        threading.Timer(1, held.close).start()
        assert do_queued(Silent(), Place(project.folder, project.variables, order)).outcome is Outcome.PASSED


def test_what_only_calls_under_way_hold_is_waited_for_and_not_for_the_next_month(site):
    (site.developer.folder / ".adw.toml").write_text("[quota]\nmonthly_tokens = 1000\n", "utf-8")
    place = Place(site.developer.folder, site.developer.variables, io.BytesIO())
    house, now = open_house(place), SystemClock().now()
    with open_ledger(house.environment) as ledger:
        ledger.reserve(reservation("r:0001", tokens=950, at=now), budget_tokens=0, budget_usd=0)
        assert allowed_again(house) - now < timedelta(hours=1)
        assert allowed_again(house, house.settings.queue.max_attempts).day == 1
        ledger.settle(entry("r:0001", usage=Usage(fresh=950), at=now))
    assert allowed_again(house).day == 1


def test_a_child_that_something_kills_is_started_again_later(tmp_path, monkeypatch):
    with MessagesApi(by_phase) as api:
        project = sample_project(tmp_path, api.url)
        place = Place(project.folder, project.variables, io.BytesIO())
        queue_runs(("issue.md",), RunRequest(""), None, place)
        monkeypatch.setattr(sys, "executable", "/bin/false")
        report = serve_queue(concurrency=1, drain=True, observer=Silent(), place=place)
        (row,) = queue_list(ended=False, place=place).runs
        monkeypatch.undo()
    assert report.done == ()
    assert row.state is QueueState.WAITING
    assert row.done
    assert "ended without an answer: exit code 1" in row.done.detail


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
