"""Which program a command means."""

import os
import sys
from pathlib import Path

import pytest

from adw.adapters.checks.programs import resolved

PATH = {"PATH": os.environ["PATH"]}


def program(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("folder", [".venv/bin", "venv/bin", "node_modules/.bin", "vendor/bin"])
def test_the_repositorys_own_comes_before_the_machines(tmp_path: Path, folder: str) -> None:
    own = program(tmp_path / folder / "git")
    assert resolved(("git", "status"), tmp_path, PATH) == (own, "status")


def test_the_active_environment_comes_before_the_machine(tmp_path: Path) -> None:
    active = program(tmp_path / "active" / "bin" / "git")
    variables = {**PATH, "VIRTUAL_ENV": str(tmp_path / "active")}
    assert resolved(("git",), tmp_path, variables) == (active,)
    own = program(tmp_path / ".venv" / "bin" / "git")
    assert resolved(("git",), tmp_path, variables) == (own,)


def test_one_on_the_path_keeps_its_name(tmp_path: Path) -> None:
    assert resolved(("git", "status"), tmp_path, PATH) == ("git", "status")
    assert resolved(("no-such-program",), tmp_path, PATH) is None


def test_a_path_stays_what_it_is(tmp_path: Path) -> None:
    program(tmp_path / "mvnw")
    assert resolved(("./mvnw", "test"), tmp_path, PATH) == ("./mvnw", "test")
    assert resolved(("./gradlew", "test"), tmp_path, PATH) is None


def test_python_is_one_that_has_the_module(tmp_path: Path) -> None:
    nothing = {"PATH": ""}
    assert resolved(("python", "-m", "pytest", "-q"), tmp_path, nothing) == (sys.executable, "-m", "pytest", "-q")
    assert resolved(("python3", "-m", "no_such.module"), tmp_path, nothing) is None
    own = program(tmp_path / ".venv" / "bin" / "python")
    assert resolved(("python", "manage.py", "test"), tmp_path, nothing) == (own, "manage.py", "test")
    assert resolved(("python", "run.py"), tmp_path, nothing) == (own, "run.py")
