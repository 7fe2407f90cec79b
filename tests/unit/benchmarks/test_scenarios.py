"""The scenarios are what they say, and the small one keeps to its target."""

import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.benchmarks.made_projects import long, small
from tests.benchmarks.scenarios import BATCHED_TARGET, SMALL_TARGET, long_script, play, sources
from tests.benchmarks.spent import by_part, by_phase

PLANNING = {"tools": [{"name": "done", "input_schema": {"properties": {"change": {}}}}]}
EDITING = {"tools": [{"name": "edit"}, {"name": "done"}]}
REVIEWING = {"tools": [{"name": "done", "input_schema": {"properties": {"verdict": {}}}}]}


def printed(made, folder):
    """What pytest prints on the project, with the fixes in or not."""
    made.plant(folder)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *made.pytest_options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def mended(made):
    for bug in made.bugs:
        assert made.files[bug.path].count(bug.fix.old) == 1
        made.files[bug.path] = made.files[bug.path].replace(bug.fix.old, bug.fix.new)
    return made


def test_the_small_project_has_ten_files_and_one_bug_that_three_tests_find(tmp_path):
    made = small()
    assert len([path for path in made.files if path.startswith("parcels/")]) == 10
    assert len(made.bugs) == 1
    assert "3 failed" in printed(made, tmp_path / "wrong")
    assert "failed" not in printed(mended(made), tmp_path / "right")


def test_the_long_project_prints_2100_lines_and_has_12_files_and_4_bugs(tmp_path):
    made = long()
    output = printed(made, tmp_path / "wrong")
    assert len(sources(made)) == 12
    assert len(made.bugs) == 4
    assert 2_050 <= len(output.splitlines()) <= 2_250
    assert re.search(r"12 failed, \d{4} passed", output)


@pytest.mark.slow
def test_the_long_fixes_are_right(tmp_path):
    assert "failed" not in printed(mended(long()), tmp_path / "right")


def test_the_long_script_reads_12_files_and_edits_4_with_3_test_runs_one_act_a_turn():
    script = long_script(long())
    asked = [script(request, 0).content for request in (*[PLANNING] * 13, *[EDITING] * 8, REVIEWING)]

    assert {len(content) for content in asked} == {1}
    assert [content[0]["name"] for content in asked] == [
        *["read"] * 12,
        "done",
        *("edit", "run_checks", "edit", "run_checks", "edit", "run_checks", "edit", "done"),
        "done",
    ]
    assert (SMALL_TARGET, BATCHED_TARGET) == (5_000, 40_000)


@pytest.mark.slow
def test_the_small_scenario_passes_within_its_target_and_the_ledger_agrees_with_the_wire(tmp_path):
    driven, in_ledger = play("small", tmp_path)

    assert driven.outcome == "passed", driven.envelope["errors"]
    assert len(driven.billed) == 3
    assert driven.total == in_ledger
    assert [row.name for row in by_phase(driven)] == ["plan", "build", "review", "all"]
    assert by_phase(driven)[-1].total == driven.total
    assert sum(row.total for row in by_part(driven, "claude-sonnet-5-5")) == driven.total
    if find_spec("ctok"):  # without it there is only an upper bound
        assert driven.total <= SMALL_TARGET
