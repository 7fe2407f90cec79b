"""Every recording of real RSpec and PHPUnit gives the report that its project deserves, with files and by its log."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.record_scripting import CASES, HERE
from tests.support.recordings import RULES, name_of

RECORDINGS = sorted(HERE.glob("*/*.json"))


def test_every_case_is_recorded() -> None:
    assert {name_of(path) for path in RECORDINGS} == set(CASES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_recording(path: Path, rule: Callable[[Path], None]) -> None:
    rule(path)
