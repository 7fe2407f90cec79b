"""Runs that ended move the share of the window that the next run may fill."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adw.domain.results import RunRequest
from adw.domain.run import Outcome, RunRecord
from adw.wiring.house import House, Place, open_house
from adw.wiring.preflight import prepare
from tests.support.kit import spec
from tests.support.project import sample_project

SETTINGS = '[checks.test]\ncommand = "python -m pytest"\n[limits]\nadaptive = {adaptive}\n'


def _house(tmp_path: Path, *, adaptive: str) -> House:
    project = sample_project(tmp_path)
    (project.folder / ".adw.toml").write_text(SETTINGS.format(adaptive=adaptive), encoding="utf-8")
    return open_house(Place(project.folder, project.variables, io.BytesIO()))


def _ended(house: House, *outcomes: Outcome | None, replay: str = "") -> None:
    """Runs of the repository, one after the other."""
    before = len(house.store.ids())
    for number, outcome in enumerate(outcomes, start=before):
        at = spec().created_at + timedelta(hours=number)
        made = replace(spec(), id=f"run-{number:02}", created_at=at, replay=replay)
        house.store.create(RunRecord(made, outcome))


def _share(house: House) -> float:
    return prepare(house, RunRequest("issue.md")).limits.safe_utilization


@pytest.mark.parametrize(("adaptive", "share"), [("true", 0.68), ("false", 0.75)])
def test_failures_lower_it_only_where_that_is_wanted(tmp_path: Path, adaptive: str, share: float) -> None:
    house = _house(tmp_path, adaptive=adaptive)
    assert _share(house) == 0.75
    _ended(house, Outcome.FAILED, Outcome.NO_PROGRESS, *[Outcome.FAILED] * 3)
    assert _share(house) == share


def test_what_says_nothing_of_quality_does_not_count(tmp_path: Path) -> None:
    house = _house(tmp_path, adaptive="true")
    _ended(house, *[Outcome.OVER_BUDGET, Outcome.CANCELLED, Outcome.CRASHED, Outcome.MODEL_ERROR, None] * 3)
    _ended(house, *[Outcome.FAILED] * 5, replay="recording.json")
    assert _share(house) == 0.75


def test_the_order_is_that_of_time(tmp_path: Path) -> None:
    house = _house(tmp_path, adaptive="true")
    _ended(house, *[Outcome.FAILED] * 5, *[Outcome.PASSED] * 9)
    assert _share(house) == 0.71
