"""`adw demo`: a whole run on a small sample repository, answered from a recording."""

import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import adw
from adw.adapters.git.planting import plant
from adw.checks.report import line
from adw.domain.events import Event, RunStarted
from adw.domain.results import DemoResult, RunRequest
from adw.ports import Observer
from adw.wiring.drive import start_run
from adw.wiring.house import Place
from adw.wiring.look import run_diff

SAMPLE = Path(adw.__file__).parent / "sample"
RECORDING = SAMPLE / "recording.json"
_NOTE = (
    "Nobody was asked and nothing was spent: the answers of this run are written by hand. "
    "Git, the tests, the edits and the counting of tokens are real."
)


def run_demo(observer: Observer) -> DemoResult:
    """The sample's issue, from plan to review, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="adw-demo-") as scratch:
        place = plant_sample(Path(scratch))
        outcome = start_run(RunRequest("issue.md", replay=str(RECORDING)), _Nameless(observer), place)
        diff = run_diff(outcome.record.spec.id, place).diff
    report = outcome.record.result.report if outcome.record.result else None
    return DemoResult(
        outcome=outcome,
        diff=diff,
        report=line(report) if report else "",
        list_price_usd=outcome.cost_usd,
        note=_NOTE,
    )


@dataclass(frozen=True, slots=True)
class _Nameless:
    """Passes events on without the run's id and branch: nobody could resume the one or merge the other."""

    observer: Observer

    def tell(self, event: Event) -> None:
        self.observer.tell(replace(event, run_id="", branch="") if isinstance(event, RunStarted) else event)


def plant_sample(scratch: Path) -> Place:
    """The sample as a repository of its own, with this interpreter's pytest for its tests."""
    folder = scratch / "shop"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("recording.json", "__pycache__"))
    command = json.dumps([sys.executable, "-m", "pytest"])
    (folder / ".adw.toml").write_text(f"[checks.test]\ncommand = {command}\n", encoding="utf-8")
    plant(folder, "A small shop")
    # A home without the user's own configuration: the recording fits no other model.
    own = {name: str(scratch / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return Place(folder, {**os.environ, **own})
