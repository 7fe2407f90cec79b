"""`adw run` in a process of its own, answered by a script over HTTP and billed by the wire.

The script takes the model's place: what is measured is the program. Its answers come from the request it is given
(`phase_of` tells which conversation it belongs to), so they can stand in another order or number than was thought.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adw.adapters.counters.runtime import counter_for_runtime
from tests.servers.messages_api import MessagesApi, Script
from tests.support.bill import CLASSES, Bill
from tests.support.project import KEY, ROOT, Project

MODEL = "claude-sonnet-5-5"
CACHED_FROM = 1024
"""Tokens of a prefix from which on it is cached: what the API's documentation says for most models."""
Json = dict[str, Any]


def billing() -> Bill:
    """A bill as the API would write it, with the tokens of the text on the wire: `ctok`'s, or above on Python 3.11.

    The provider's own words around them (its prompt that explains tools, some 300 to 500 tokens a call) are not on
    the wire and not in it.
    """
    counter = counter_for_runtime()
    return Bill(lambda text: counter.count_text(text, MODEL), minimum=CACHED_FROM)


def phase_of(request: Json) -> str:
    """`plan`, `build` (every conversation that edits) or `review`, by the tools that are offered."""
    offered = {tool["name"]: tool for tool in request["tools"]}
    if "edit" in offered:
        return "build"
    return "plan" if "change" in offered["done"]["input_schema"]["properties"] else "review"


@dataclass(frozen=True)
class Driven:
    """How a run ended."""

    exit_code: int
    envelope: Json
    billed: tuple[dict[str, int], ...]
    """Tokens by class (`tests.support.bill.CLASSES`) of each call, in order, as the server billed them."""
    requests: tuple[Json, ...]
    seconds: float
    project: Project

    @property
    def outcome(self) -> str:
        record = (self.envelope.get("data") or {}).get("record", {})
        return str(record.get("outcome") or self.envelope["errors"][0]["code"])

    @property
    def total(self) -> int:
        """Input and output of all calls."""
        return sum(sum(call.values()) for call in self.billed)

    def by_class(self) -> dict[str, int]:
        return {name: sum(call[name] for call in self.billed) for name in CLASSES}


def drive(folder: Path, issue: Path, script: Script, scratch: Path) -> Driven:
    """`adw run ISSUE` in the repository at `folder`, with home and ledger in `scratch`."""
    bill = billing()
    with MessagesApi(script, cache=bill) as api:
        project = Project(folder, environment(scratch, api.url))
        started = time.monotonic()
        exit_code, envelope = project.envelope("run", str(issue))
        seconds = time.monotonic() - started
        requests = tuple(received.body for received in api.requests)
    return Driven(exit_code, envelope, tuple(bill.calls), requests, seconds, project)


def environment(scratch: Path, base_url: str = "") -> dict[str, str]:
    """Nothing of the caller's but where programs are; a home and data of its own under `scratch`."""
    home = scratch / "home"
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    key = {"ANTHROPIC_BASE_URL": base_url, "ANTHROPIC_API_KEY": KEY} if base_url else {}
    return {**kept, **key, "HOME": str(home), "XDG_DATA_HOME": str(scratch / "data"), "PYTHONPATH": str(ROOT)}


def commit_all(folder: Path, message: str) -> None:
    """A commit of everything in `folder`, which is a repository or becomes one."""
    author = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "--quiet"), ("add", "--all"), (*author, "commit", "--quiet", "--message", message)):
        subprocess.run(["git", *command], cwd=folder, check=True)


def pytest_settings(*arguments: str, timeout_s: float) -> str:
    """`.adw.toml` for a project that this interpreter's pytest tests."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return f"[checks.test]\ncommand = {json.dumps(command)}\ntimeout_s = {timeout_s}\n"
