"""The demo's sample as a project for tests: a real repository, and the installed command run in it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adw.wiring.demo import plant_sample
from tests.servers.replies import Reply, call, says

ROOT = Path(__file__).parents[2]
KEY = "test-key-0123456789"

PLAN = says(
    "",
    call(
        "done",
        summary="Cart.add overwrites; it must add.",
        steps=["Cart.add: add to the old count"],
        change=["shop/cart.py"],
        create=[],
        tests=["tests/test_cart.py"],
    ),
)
EDIT = call(
    "edit",
    path="shop/cart.py",
    old="self.pieces[name] = count",
    new="self.pieces[name] = self.pieces.get(name, 0) + count",
)
FIX = says("", EDIT, call("done", summary="mended"))
WRONG_EDIT = call("edit", path="shop/cart.py", old="self.pieces[name] = count", new="self.pieces[name] = count + 1")
WRONG_FIX = says("", WRONG_EDIT, call("done", summary="mended"))
SECOND_FIX = says(
    "",
    call(
        "edit",
        path="shop/cart.py",
        old="self.pieces[name] = count + 1",
        new="self.pieces[name] = self.pieces.get(name, 0) + count",
    ),
    call("done", summary="mended for real"),
)
APPROVE = says("", call("done", verdict="approve", findings=[]))

GOOD: list[Reply] = [PLAN, FIX, APPROVE]
"""Plan, build, review: all that the sample's issue takes."""


def by_phase(request: dict[str, Any], _number: int = 0) -> Reply:
    """What the sample's issue takes, whichever run asks: the answer is told from the tools that the request offers."""
    tools = {tool["name"]: tool["input_schema"]["properties"] for tool in request["tools"]}
    if "verdict" in tools["done"]:
        return APPROVE
    return PLAN if "steps" in tools["done"] else FIX


@dataclass(frozen=True)
class Project:
    """A repository to run `adw` in, with a home of its own."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def adw(self, *arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        """The command in a process of its own."""
        return self.python("-m", "adw", *arguments, stdin=stdin, **variables)

    def python(self, *arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**self.variables, **variables},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """The command, not waited for; what it prints goes to files beside the repository."""
        with (self.folder.parent / "stdout").open("w") as out, (self.folder.parent / "stderr").open("w") as err:
            return subprocess.Popen(
                [sys.executable, "-m", "adw", *arguments],
                cwd=self.folder,
                env={**self.variables, **variables},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                text=True,
            )

    def envelope(self, *arguments: str, **variables: str) -> tuple[int, dict[str, Any]]:
        """Exit code and the one JSON envelope on standard output."""
        ended = self.adw(*arguments, "--json", **variables)
        return ended.returncode, json.loads(ended.stdout)

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        ).stdout.strip()

    def run_ids(self) -> list[str]:
        return sorted(path.name for path in (self.folder / ".adw" / "runs").iterdir())


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Until the condition holds. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come about"
        time.sleep(0.02)


def sample_project(scratch: Path, base_url: str = "") -> Project:
    """The sample planted under `scratch`; with a model behind `base_url` if one is given."""
    place = plant_sample(scratch)
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
        if name in os.environ
    }
    variables = {
        **kept,
        "HOME": str(scratch / "home"),
        "XDG_DATA_HOME": str(scratch / "data"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_COLOR": "1",
        # The sample's tests need none of the plugins that these tests have: a second less for every check.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    if base_url:
        variables |= {"ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_API_KEY": KEY}
    (scratch / "home").mkdir(exist_ok=True)
    return Project(place.folder, variables)
