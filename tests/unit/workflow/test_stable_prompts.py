"""Nothing that changes from run to run stands in a prompt (SPEC §3, Prompt cache)."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adw.domain.codec import dump
from adw.domain.messages import Answer
from adw.domain.report import Failure, Report
from tests.fakes.clock import FixedClock
from tests.fakes.scripted_checks import green, red
from tests.fakes.scripted_model import says
from tests.support.kit import DONE, FAILING, MEND, PLAN, TEST, World, call, edit, in_a_row, rejects, shop

_SCRIPT: list[Answer] = [
    PLAN,
    says("", call("search", pattern="total"), call("read", paths=["shop/cart.py", "gone.py"])),
    says(),
    says("", MEND, DONE),
    says("", edit("def total", "def  total"), DONE),
    rejects(("blocker", "no types")),
    says("", edit("def  total", "def total"), DONE),
    rejects(("blocker", "still none")),
    says("", DONE),
]
_NEW = Failure("tests/test_cart.py::test_new", "tests/test_cart.py:9", "ASSERT_FAIL", "assert 1 == 2")


def _world(run_id: str = "run-1", hour: int = 1, root: str = "memory") -> World:
    def at(report: Report, seconds: float) -> Report:
        summary = report.summary
        timed = type(summary)(summary.total, summary.passed, summary.failed, duration_s=seconds)
        return Report("test", "pytest", report.ok, report.exit_code, timed, report.failures, log=f"{run_id}/test.log")

    reports = [red(TEST, FAILING), red(TEST, _NEW.name, FAILING), green(TEST), green(TEST)]
    moment = datetime(2026, 11, 21, hour, tzinfo=UTC)
    world = shop(
        _SCRIPT,
        in_a_row(*(at(report, hour + place / 7) for place, report in enumerate(reports))),
        id=run_id,
        branch=f"adw/wrong-total-{run_id}",
        created_at=moment,
        base_commit=hashlib.sha1(run_id.encode(), usedforsecurity=False).hexdigest(),
    )
    world.clock = FixedClock(moment)
    world.workspace.root = Path(root)
    return world


def _requests(world: World) -> list[str]:
    world.run()
    assert len(world.model.requests) == len(_SCRIPT)
    return [json.dumps(dump(request)) for request in world.model.requests]


@pytest.mark.parametrize(
    "other",
    [
        {"run_id": "9f-other-run"},
        {"hour": 23},
        {"root": "/somewhere/else/entirely"},
        {"run_id": "x", "hour": 7, "root": "/a"},
    ],
    ids=["run id", "time", "workspace", "all"],
)
def test_requests_are_the_same_bytes_in_every_run(other: dict[str, object]) -> None:
    assert _requests(_world(**other)) == _requests(_world())  # type: ignore[arg-type]


def _in_a_process(seed: str) -> str:
    program = (
        "from tests.unit.workflow import test_stable_prompts as here\nprint('\\n'.join(here._requests(here._world())))"
    )
    top = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(top)}
    done = subprocess.run([sys.executable, "-c", program], cwd=top, env=environment, capture_output=True, check=True)
    return done.stdout.decode()


def test_requests_are_the_same_bytes_whatever_python_s_hash_seed() -> None:
    assert _in_a_process("1") == _in_a_process("4242") == "".join(f"{one}\n" for one in _requests(_world()))
