"""Which checks a run gets: the configured ones, and the tests where none are."""

import os
from pathlib import Path

import pytest

from adw.adapters.git.planting import plant
from adw.adapters.git.repository import Repository
from adw.config import parse
from adw.wiring.detection import checks_of_run

VARIABLES = {"PATH": os.environ["PATH"]}
CONFIGURED = '[checks.test]\ncommand = "make test"\n[checks.lint]\ncommand = "no-such-linter ."\n'


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Tests, a type checker and a linter, committed; a linter's configuration that is not."""
    (tmp_path / "pyproject.toml").write_text("[tool.mypy]\n[tool.ruff]\n", encoding="utf-8")
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n", encoding="utf-8")
    plant(tmp_path, "All there is")
    (tmp_path / ".flake8").touch()
    return Repository.discover(tmp_path)


def test_without_configuration_a_run_has_the_tests_alone(repository: Repository) -> None:
    known = checks_of_run(parse(""), repository, VARIABLES)
    assert [(check.name, check.tool, check.command[1:]) for check in known.checks] == [
        ("test", "pytest", ("-m", "pytest"))
    ]
    assert Path(known.checks[0].command[0]).is_absolute()
    assert known.missing == ()


def test_what_is_configured_is_there_whatever_is_installed(repository: Repository) -> None:
    known = checks_of_run(parse(CONFIGURED), repository, VARIABLES)
    assert {check.name: (check.tool, check.command) for check in known.checks} == {
        "test": ("exit", ("make", "test")),
        "lint": ("exit", ("no-such-linter", ".")),
    }


def test_a_configured_linter_stands_beside_detected_tests(repository: Repository) -> None:
    known = checks_of_run(parse('[checks.lint]\ncommand = "ruff check"\n'), repository, VARIABLES)
    assert {check.name: check.tool for check in known.checks} == {"test": "pytest", "lint": "ruff"}


def test_the_tool_that_the_configuration_names_is_taken_at_its_word(repository: Repository) -> None:
    known = checks_of_run(parse('[checks.test]\ncommand = "pytest -q"\ntool = "exit"\n'), repository, VARIABLES)
    assert known.checks[0].tool == "exit"


def test_tests_whose_program_is_missing_are_named(tmp_path: Path) -> None:
    (tmp_path / "phpunit.xml").touch()
    plant(tmp_path, "PHP")
    known = checks_of_run(parse(""), Repository.discover(tmp_path), {"PATH": "/nowhere"})
    assert (known.checks, known.missing) == ((), ("no test check: phpunit was not found",))
