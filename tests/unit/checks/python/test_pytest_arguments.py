"""How pytest is started."""

import json
import shlex

import pytest

from adw.checks.python.pytest_arguments import prepare
from adw.checks.tool import Place

PLACE = Place("/w/project", "/w/scratch", "/w", deadline=9.0)
REPORT = "--junitxml=/w/scratch/junit.xml"


@pytest.mark.parametrize(
    "command",
    [
        ("python", "-m", "pytest"),
        ("/x/.venv/bin/pytest", "tests"),
        ("uv", "run", "pytest"),
        ("uv", "run", "--", "pytest"),
        ("coverage", "run", "-m", "pytest", "-x", "--junitxml=mine.xml"),
    ],
)
def test_options_come_behind_the_users_own_and_win(command: tuple[str, ...]) -> None:
    made = prepare(command, PLACE)
    assert made.command[: len(command)] == command
    assert REPORT in made.command[len(command) :]
    assert "--maxfail=0" in made.command[len(command) :]
    assert "PYTEST_ADDOPTS" not in made.environment


def test_options_come_before_a_separator() -> None:
    made = prepare(("pytest", "-q", "--", "tests/-odd"), PLACE).command
    assert made[-2:] == ("--", "tests/-odd")
    assert REPORT in made[2:-2]


@pytest.mark.parametrize("command", [("make", "pytest"), ("tox", "-e", "pytest"), ("./ci.sh",), ("nox",)])
def test_a_wrapper_passes_them_by_the_environment(command: tuple[str, ...]) -> None:
    made = prepare(command, Place("/w/my project", "/w/scratch"))
    assert made.command == command
    options = shlex.split(made.environment["PYTEST_ADDOPTS"])
    assert "--rootdir=/w/my project" in options
    assert REPORT in options


def test_the_witness_is_laid_beside_with_what_it_must_know() -> None:
    made = prepare(("pytest",), PLACE)
    assert made.plugins == ("adw_witness.py",)
    assert json.loads(made.files["witness.json"]) == {"root": "/w/project", "checkout": "/w", "deadline": 9.0}


ABOVE = {"pytest.ini": "[pytest]"}


@pytest.mark.parametrize(
    ("command", "own", "above", "shielded"),
    [
        (("pytest",), {}, ABOVE, True),
        (("pytest",), {"pyproject.toml": "[project]"}, ABOVE, True),
        (("pytest",), {"tox.ini": "[pytest]"}, ABOVE, False),
        (("pytest",), {}, {}, False),
        (("pytest", "-c", "ci.ini"), {}, ABOVE, False),
        (("pytest", "--config-file=ci.ini"), {}, ABOVE, False),
    ],
)
def test_the_checkouts_configuration_is_kept_out(
    command: tuple[str, ...], own: dict[str, str], above: dict[str, str], *, shielded: bool
) -> None:
    made = prepare(command, Place("/w/project", "/w/scratch", "/w", configs=own, surrounding=above))
    assert ("/w/scratch/pytest.ini" in made.command) is shielded
    assert made.files["pytest.ini"] == "[pytest]\n"


def test_what_pytest_keeps_goes_into_the_scratch_folder() -> None:
    made = prepare(("pytest",), PLACE)
    assert "cache_dir=/w/scratch/cache" in made.command
    assert made.environment["COVERAGE_FILE"] == "/w/scratch/coverage"
    assert made.environment["PYTEST_DEBUG_TEMPROOT"] == "/w/scratch/tmp"
