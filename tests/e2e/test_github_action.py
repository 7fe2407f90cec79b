"""The workflow file of docs/github-action.md: valid, started by the right events, and its steps do the work."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.e2e.test_github import TOKEN, on_github
from tests.servers.github_api import GitHubApi
from tests.servers.messages_api import MessagesApi
from tests.support.project import GOOD, KEY, ROOT, sample_project
from tests.support.workflow_file import Job, read

PAGE = ROOT / "docs" / "github-action.md"


def blocks() -> list[str]:
    """The page's YAML: the whole file, then the narrower condition."""
    return re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def context(label: str = "adw", name: str = "issues", **inputs: str) -> dict[str, Any]:
    """What expressions see when the event comes."""
    event = {} if inputs else {"issue": {"number": 42}, "label": {"name": label}}
    github = {"event_name": name, "event": event, "token": TOKEN, "run_id": "7", "run_attempt": "1", "actor": "alice"}
    return {"github": github, "inputs": inputs, "secrets": {"ANTHROPIC_API_KEY": KEY}}


@pytest.fixture(scope="module")
def jobs(tmp_path_factory) -> list[Job]:
    """The job as the label starts it, after another label, and by the button."""
    file = tmp_path_factory.mktemp("workflow") / "adw.yml"
    file.write_text(blocks()[0], encoding="utf-8")
    problems, found = read(file, context(), context("bug"), context(name="workflow_dispatch", issue="43"))
    assert problems == []
    return found


def test_only_the_label_and_the_button_start_it_and_each_issue_waits_for_itself(jobs):
    labeled, other, button = jobs
    assert (labeled.runs, other.runs, button.runs) == (True, False, True)
    assert (labeled.group, button.group) == ("adw-issue-42", "adw-issue-43")
    assert (labeled.env["ISSUE"], button.env["ISSUE"]) == ("42", "43")


def test_a_condition_that_names_people_lets_nobody_else_start_it(tmp_path):
    file, (whole, narrower) = tmp_path / "adw.yml", blocks()
    file.write_text(re.sub(r"if: github.*\n", narrower, whole), encoding="utf-8")
    stranger = context()
    stranger["github"]["actor"] = "carol"
    problems, found = read(file, context(), stranger)
    assert (problems, [job.runs for job in found]) == ([], [True, False])


def test_mistakes_in_it_are_noticed(tmp_path):
    """Who finds nothing must be able to find something."""
    mistakes = {
        "timeout-minutes": "timeout-minuets",
        "contents: write": "content: write",
        'run "$ISSUE"': "run ${{ github.event.issue.title }}",
        "secrets.ANTHROPIC_API_KEY": "secret.ANTHROPIC_API_KEY",
    }
    text = blocks()[0]
    for right, wrong in mistakes.items():
        assert right in text
        text = text.replace(right, wrong)
    (tmp_path / "adw.yml").write_text(text, encoding="utf-8")
    told = "\n".join(read(tmp_path / "adw.yml")[0])
    for complaint in (
        "'timeout-minuets'",
        "'content'",
        '"github.event.issue.title" is potentially untrusted',
        "'secret'",
    ):
        assert complaint in told


def test_only_adw_sees_the_key_and_the_token(jobs):
    job = jobs[0]
    assert {step.name for step in job.steps if {KEY, TOKEN} & {*step.env.values()}} == {"Run"}
    assert not {KEY, TOKEN} & {*job.env.values()}
    (checkout,) = (step.options for step in job.steps if step.uses.startswith("actions/checkout@"))
    assert checkout == {"fetch-depth": "0", "persist-credentials": "false"}


def stand_in_for_sudo(folder: Path) -> Path:
    """A `sudo` that only notes what it is asked: this machine is not a runner's."""
    folder.mkdir()
    (folder / "sudo").write_text(f'#!/bin/sh\necho "$@" >> "{folder}/asked"\n', encoding="utf-8")
    (folder / "sudo").chmod(0o755)
    return folder


def test_its_steps_take_a_labelled_issue_to_a_pull_request(tmp_path, jobs):
    job = jobs[0]
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path / "wheels"))
    programs = stand_in_for_sudo(tmp_path / "programs")
    with MessagesApi(GOOD) as api, GitHubApi() as github:
        project = sample_project(tmp_path, api.url)
        stored = on_github(project, github)
        for name in ("GH_TOKEN", "ANTHROPIC_API_KEY", "XDG_DATA_HOME", "PYTHONPATH"):
            del project.variables[name]
        runner = {
            **project.variables,
            "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "RUNNER_TEMP": str(tmp_path),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(Path(wheel).parent),
            "PIP_NO_DEPS": "1",
            **job.env,
        }
        for step in job.steps:
            if not step.run:
                continue
            # Downloads nothing: ADW is the wheel, and what it needs is taken from the environment of the tests.
            found = {} if "pip" in step.run else {"PYTHONPATH": sysconfig.get_path("purelib")}
            # As GitHub calls it for `shell: bash`.
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run]
            ended = subprocess.run(
                shell,
                cwd=project.folder,
                env={**runner, **step.env, **found},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == 0, (step.name, ended.stdout, ended.stderr)

        (made,) = github.pulls
        assert "Closes #42." in made["body"]
        assert made["html_url"] in github.comments[42][-1]["body"]
        log = project.git("--git-dir", stored, "log", "-1", "--format=%an <%ae>", made["head"])
        assert log == f"{job.env['GIT_AUTHOR_NAME']} <{job.env['GIT_AUTHOR_EMAIL']}>"
    summary = (tmp_path / "summary").read_text(encoding="utf-8")
    assert "total" in summary
    assert summary.count("```") == 2
    (cached,) = (step.options["path"] for step in job.steps if step.uses.startswith("actions/cache@"))
    assert (Path(cached.replace("~", runner["HOME"])) / "ledger.db").is_file()
    (kept,) = (step.options["path"] for step in job.steps if step.uses.startswith("actions/upload-artifact@"))
    assert [path.name for path in (project.folder / kept).iterdir()] == project.run_ids()
    assert "bubblewrap" in (programs / "asked").read_text(encoding="utf-8")
    assert [*tmp_path.glob("adw/lib/*/site-packages/adw/__main__.py")]
