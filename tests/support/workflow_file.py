"""A workflow file as GitHub reads it: its own parser, its own expressions, and what actionlint says."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.github_mock import FOLDER, WORKFLOW_RULES, package

_SCRIPT = Path(__file__).with_suffix(".mjs")


@dataclass(frozen=True)
class Step:
    name: str
    uses: str
    options: dict[str, str]
    """`with`."""
    run: str
    env: dict[str, str]


@dataclass(frozen=True)
class Job:
    """The file's one job under one context, every expression evaluated."""

    runs: bool
    group: str
    env: dict[str, str]
    steps: list[Step]


def read(file: Path, *contexts: dict[str, Any]) -> tuple[list[str], list[Job]]:
    """What is wrong with it; if nothing is, its job under each context: `github`, `inputs`, `secrets`.

    Skips the test where node or the rules are missing.
    """
    node = shutil.which("node")
    if node is None or not all(package(one.rpartition("@")[0]).is_dir() for one in WORKFLOW_RULES):
        pytest.skip("no rules for workflow files here: python -m tests.servers.github_mock installs them")
    command = [node, str(_SCRIPT), str(FOLDER), str(file), json.dumps(contexts)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    jobs = [Job(**{**job, "steps": [Step(**step) for step in job["steps"]]}) for job in told["jobs"]]
    return told["problems"], jobs
