"""What the user's own commands are told of a run, and when. The commands are real; runs are made of fakes."""

import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adw.adapters.event_log import read
from adw.domain.events import Notice
from adw.domain.publication import Published, Unpublished
from adw.domain.quota import Alert
from adw.domain.results import RunOutcome
from adw.domain.run import Outcome, PhaseResult, RunRecord, RunResult
from adw.domain.usage import Usage
from adw.errors import ModelError, StorageError
from adw.ports import Ledger
from adw.wiring.drive import cancel_run
from adw.wiring.hooks import after_phases, alarm, run_crashed, run_ended
from adw.wiring.house import House, Place, open_house, open_ledger
from adw.workflow.run import run
from tests.fakes.entries import NOW, entry
from tests.fakes.memory_ledger import MemoryLedger
from tests.fakes.scripted_model import says
from tests.support.kit import APPROVE, DONE, MEND, PLAN, World, shop, spec
from tests.support.repositories import make_repository

TELL = '["sh", "-c", "cat >> told; echo >> told; env >> environment"]'
FAIL = '["sh", "-c", "echo no such chat; exit 9"]'
BUILD = says("", MEND, DONE, usage=Usage(fresh=100, cache_read=60, output=5))
ISSUE = {"title": "Wrong total", "key": "wrong-total", "source": "issue.md"}


class Never:
    def is_set(self) -> bool:
        return False


def _house(folder: Path, **hooks: str) -> House:
    written = "[hooks]\n" + "".join(f"{name} = {command}\n" for name, command in hooks.items())
    root = folder / "repository"
    if not root.exists():
        make_repository(root, {"README.md": b"# Shop\n"})
    (root / ".adw.toml").write_text(written, encoding="utf-8")
    variables = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "GH_TOKEN": "ghp_secret", "MY_NAME": "me"}
    return open_house(Place(root, variables, io.BytesIO()))


def _told(house: House) -> list[dict[str, Any]]:
    path = house.repository.root / "told"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _run(house: House, world: World, ledger: Ledger | None = None) -> None:
    """Start the world's run, or resume it."""
    journal = world.journal()
    kit = world.kit(journal)
    keep = after_phases(house, kit, ledger or world.ledger, journal, Never(), world.results.append)
    journal.run(lambda: run(kit, keep).outcome.value)


def _notices(world: World) -> list[str]:
    return [event.text for event in world.events.told if isinstance(event, Notice)]


def _outcome(outcome: Outcome = Outcome.PASSED, **changes: Any) -> RunOutcome:
    result = RunResult(outcome, (PhaseResult(*_PLANNED),), commit="c" * 40, detail="one finding")
    record = RunRecord(spec(), outcome, result, published=Published("https://example.org/pull/7"))
    usage = Usage(fresh=60, cache_read=40, output=7)
    made = RunOutcome(record, usage, Decimal("0.0191"), 3, 41.26, record.spec.branch, ("look out",))
    return replace(made, **changes)


_ALERT = Alert("hit_rate run-1", "hit_rate", "run-1", "run-1", "only 5% hit", "look", NOW, {"hit_rate": 0.05})
_PLANNED = (spec().until, Outcome.PASSED, 2, 3, "sum all")


def test_each_phase_is_told_once_with_what_it_took(tmp_path: Path) -> None:
    house, world = _house(tmp_path, on_phase_end=TELL), shop([PLAN, BUILD, APPROVE])
    _run(house, world)
    told = _told(house)
    assert [(one["phase"], one["outcome"], one["calls"], one["attempts"]) for one in told] == [
        ("plan", "passed", 1, 0),
        ("build", "passed", 1, 0),
        ("test", "passed", 0, 0),
        ("review", "passed", 1, 0),
    ]
    assert [one.phases[-1].phase for one in world.results] == [one["phase"] for one in told]
    assert told[1] == {
        "schema": 1,
        "hook": "on_phase_end",
        "run_id": "run-1",
        "issue": ISSUE,
        "branch": "adw/wrong-total-run-1",
        "phase": "build",
        "outcome": "passed",
        "attempts": 0,
        "calls": 1,
        "detail": told[1]["detail"],
        "tokens": {
            "total": 165,
            "fresh": 100,
            "cache_read": 60,
            "cache_write_5m": 0,
            "cache_write_1h": 0,
            "output": 5,
            "cache_hit_rate": 0.375,
        },
    }
    assert told[2]["tokens"]["total"] == 0


def test_a_resumed_run_tells_only_of_the_phases_that_end_in_it(tmp_path: Path) -> None:
    house, world = _house(tmp_path, on_phase_end=TELL), shop([PLAN, BUILD, ModelError("gone", retried=True), APPROVE])
    with pytest.raises(ModelError):
        _run(house, world)
    assert [one["phase"] for one in _told(house)] == ["plan", "build", "test"]
    _run(house, world)
    assert [one["phase"] for one in _told(house)] == ["plan", "build", "test", "review"]
    assert len(world.results) == 3 + 4


def test_a_phase_that_was_cut_off_is_told_with_all_that_it_took(tmp_path: Path) -> None:
    looks = says("", replace(MEND, name="read_file", input={"path": "README.md"}), usage=Usage(fresh=30))
    house, world = (
        _house(tmp_path, on_phase_end=TELL),
        shop([PLAN, looks, ModelError("gone", retried=True), BUILD, APPROVE]),
    )
    with pytest.raises(ModelError):
        _run(house, world)
    assert [one["phase"] for one in _told(house)] == ["plan"]
    _run(house, world)
    assert [(one["phase"], one["tokens"]["total"]) for one in _told(house)][1:3] == [("build", 195), ("test", 0)]


def test_a_command_that_fails_is_noticed_and_the_run_goes_on(tmp_path: Path) -> None:
    house, world = _house(tmp_path, on_phase_end=FAIL), shop([PLAN, BUILD, APPROVE])
    _run(house, world)
    assert len(world.results) == 4
    assert _notices(world).count("hooks.on_phase_end: sh ended with exit code 9: no such chat") == 4


def test_a_ledger_that_cannot_be_read_is_noticed_and_the_run_goes_on(tmp_path: Path) -> None:
    class Broken(MemoryLedger):
        def bills(self, *_: object, **__: object) -> Any:
            raise StorageError("the disk is gone")

    house, world = _house(tmp_path, on_phase_end=TELL), shop([PLAN, BUILD, APPROVE])
    _run(house, world, Broken())
    assert len(world.results) == 4
    assert "hooks.on_phase_end was not called: the disk is gone" in _notices(world)
    assert _told(house) == []


def test_without_a_command_nothing_stands_between_run_and_record(tmp_path: Path) -> None:
    house, world = _house(tmp_path), shop([])
    journal = world.journal()
    keep = world.results.append
    assert after_phases(house, world.kit(journal), world.ledger, journal, Never(), keep) == keep
    assert alarm(house, Never()) is None
    made = _outcome()
    assert run_ended(house, made) is made


def test_the_end_of_a_run_is_told_in_full_and_without_secrets(tmp_path: Path) -> None:
    house, made = _house(tmp_path, on_run_end=TELL), _outcome()
    assert run_ended(house, made) is made
    assert _told(house) == [
        {
            "schema": 1,
            "hook": "on_run_end",
            "run_id": "run-1",
            "issue": ISSUE,
            "branch": "adw/wrong-total-run-1",
            "base_commit": "0" * 40,
            "commit": "c" * 40,
            "outcome": "passed",
            "error_code": "",
            "detail": "one finding",
            "phases": [{"phase": "review", "outcome": "passed", "attempts": 2, "calls": 3, "detail": "sum all"}],
            "calls": 3,
            "tokens": {
                "total": 107,
                "fresh": 60,
                "cache_read": 40,
                "cache_write_5m": 0,
                "cache_write_1h": 0,
                "output": 7,
                "cache_hit_rate": 0.4,
            },
            "cost_usd": "0.0191",
            "seconds": 41.3,
            "pull_request": "https://example.org/pull/7",
            "unpublished": "",
            "replay": False,
            "warnings": ["look out"],
        }
    ]
    environment = (house.repository.root / "environment").read_text(encoding="utf-8")
    assert "MY_NAME=me" in environment
    assert "GH_TOKEN" not in environment


def test_a_run_that_came_to_nothing_is_told_with_its_error(tmp_path: Path) -> None:
    record = RunRecord(spec(), Outcome.OVER_BUDGET, error_code="over_budget", detail="too much")
    house = _house(tmp_path, on_run_end=TELL)
    run_ended(house, _outcome(record=record, cost_usd=None, unpublished=Unpublished("remote", "GitHub is away")))
    (told,) = _told(house)
    assert told["unpublished"] == "GitHub is away"
    assert (told["outcome"], told["error_code"], told["detail"]) == ("over_budget", "over_budget", "too much")
    assert (told["commit"], told["phases"], told["pull_request"], told["cost_usd"]) == ("", [], "", None)


def test_a_command_that_fails_at_the_end_is_a_warning(tmp_path: Path) -> None:
    ended = run_ended(_house(tmp_path, on_run_end=FAIL), _outcome())
    assert ended.warnings == ("look out", "hooks.on_run_end: sh ended with exit code 9: no such chat")
    assert ended.record.outcome is Outcome.PASSED


def test_a_crash_is_told_and_what_goes_wrong_then_hides_nothing(tmp_path: Path) -> None:
    class Broken(MemoryLedger):
        def entries(self, **_: object) -> Any:
            raise StorageError("the disk is gone")

    house, record = _house(tmp_path, on_run_end=TELL), RunRecord(spec(), Outcome.CRASHED)
    run_crashed(house, record, Broken(), 1.0)
    assert _told(house) == []
    run_crashed(house, record, MemoryLedger(), 1.0)
    assert [one["outcome"] for one in _told(house)] == ["crashed"]


@pytest.mark.parametrize("command", [TELL, FAIL, '""'])
def test_a_killed_run_ends_when_it_is_cancelled(tmp_path: Path, command: str) -> None:
    house = _house(tmp_path, on_run_end=command)
    house.store.create(RunRecord(spec()))
    with open_ledger(house.environment) as ledger:
        ledger.settle(entry("one", Usage(fresh=70), run_id="run-1"))
    assert cancel_run("run-1", house.place).outcome is Outcome.CANCELLED
    logged = [one.event for one in read(house.store.folder("run-1") / "events.jsonl")]
    if command == TELL:
        (told,) = _told(house)
        assert (told["outcome"], told["calls"], told["tokens"]["total"]) == ("cancelled", 1, 70)
        assert logged == []
    elif command == '""':
        assert (_told(house), logged) == ([], [])
    else:
        assert logged == [Notice("hooks.on_run_end: sh ended with exit code 9: no such chat")]


def test_an_alert_is_told_with_its_figures(tmp_path: Path) -> None:
    house = _house(tmp_path, on_alert=TELL)
    bell = alarm(house, Never())
    assert bell is not None
    assert bell.sound(_ALERT) == ""
    assert _told(house) == [
        {
            "schema": 1,
            "hook": "on_alert",
            "key": "hit_rate run-1",
            "kind": "hit_rate",
            "subject": "run-1",
            "run_id": "run-1",
            "message": "only 5% hit",
            "action": "look",
            "created_at": "2026-03-04T05:06:07.000089Z",
            "facts": {"hit_rate": 0.05},
        }
    ]


def test_the_page_on_hooks_shows_what_is_told(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "hooks.md").read_text(encoding="utf-8")
    shown = {one["hook"]: one for one in map(json.loads, re.findall(r"```json\n(.*?)```", page, re.DOTALL))}
    house, world = _house(tmp_path, on_phase_end=TELL, on_run_end=TELL, on_alert=TELL), shop([PLAN, BUILD, APPROVE])
    _run(house, world)
    run_ended(house, _outcome())
    bell = alarm(house, Never())
    assert bell is not None
    bell.sound(_ALERT)
    told = {one["hook"]: one for one in _told(house)}
    assert _keys(shown) == _keys(told)


def _keys(value: object) -> object:
    if isinstance(value, dict):
        return {name: _keys(inner) for name, inner in value.items() if name != "facts"}
    return [_keys(inner) for inner in value] if isinstance(value, list) and value and value != ["look out"] else None
