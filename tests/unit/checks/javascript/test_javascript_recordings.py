"""Every recording of JavaScript's tools gives the report that its project deserves: nothing lost, nothing invented."""

from collections import Counter
from pathlib import Path

import pytest

from adw.checks import report
from adw.checks.tool import Evidence, Kind, Reading
from adw.checks.tools import TOOLS, tool
from adw.domain.report import Failure
from adw.domain.run import CheckSpec
from tests.fixtures.javascript.case import Case
from tests.fixtures.record_javascript import CASES, HERE, RIGS, cases, load

RECORDINGS = sorted(HERE.glob("*-*/*.json*"))


def rig_of(path: Path) -> str:
    return path.parent.name


def case_of(path: Path) -> Case:
    return CASES[rig_of(path).partition("-")[0]][name_of(path)]


def name_of(path: Path) -> str:
    return path.name.partition(".")[0]


def read(path: Path) -> Reading:
    return tool(rig_of(path).partition("-")[0]).read(load(path))


def found(failures: tuple[Failure, ...]) -> dict[str, tuple[str, str]]:
    names = Counter(failure.name for failure in failures)
    findings = all(failure.name == failure.loc for failure in failures)
    assert findings or max(names.values(), default=1) == 1
    return {failure.name: (failure.code, failure.loc) for failure in failures}


@pytest.fixture(params=RECORDINGS, ids=lambda path: f"{rig_of(path)}-{name_of(path)}")
def recording(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_every_case_is_recorded() -> None:
    recorded = {(rig_of(path), name_of(path)) for path in RECORDINGS}
    assert recorded == {(rig, name) for rig in RIGS for name in cases(rig)}


def test_what_failed_is_named_with_its_line_and_kind(recording: Path) -> None:
    assert found(read(recording).failures) == case_of(recording).truth(rig_of(recording))


def test_what_could_not_be_judged_says_so(recording: Path) -> None:
    fault = read(recording).fault
    assert (fault.code if fault else "") == case_of(recording).faulty(rig_of(recording))
