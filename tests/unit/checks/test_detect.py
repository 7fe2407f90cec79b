"""Detection from file names and configuration texts."""

import pytest

from adw.checks.detect import detect, has_pytest_config


@pytest.mark.parametrize(
    ("name", "content", "configures"),
    [
        ("pytest.ini", "", True),
        ("pytest.toml", "", True),
        (".pytest.ini", "[pytest]", True),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'", True),
        ("pyproject.toml", "[tool.pytest]\naddopts = ['-q']", True),
        ("pyproject.toml", "[tool.ruff]", False),
        ("pyproject.toml", "[tool.pytest.ini_options", True),
        ("pyproject.toml", "= broken", False),
        ("tox.ini", "[pytest]\naddopts = -q", True),
        ("tox.ini", "[tox]\nenvlist = py", False),
        ("setup.cfg", "[tool:pytest]", True),
        ("setup.cfg", "[metadata]\nname = a%b", False),
        ("setup.cfg", "no section\n[tool:pytest]", True),
        ("Makefile", "[pytest]", False),
    ],
)
def test_what_pytest_takes_for_configuration(name: str, content: str, *, configures: bool) -> None:
    assert has_pytest_config({name: content}) is configures


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (("tests/test_a.py",), True),
        (("a_test.py",), True),
        (("conftest.py",), True),
        (("src/test.py", "tests/data/test_a.txt", "testing.py"), False),
        (("node_modules/gyp/test_a.py", "web/node_modules/x/test_b.py"), False),
        ((), False),
    ],
)
def test_files_that_pytest_collects(files: tuple[str, ...], *, found: bool) -> None:
    assert bool(detect(files, {}, python="python3")) is found


def test_the_check_names_the_interpreter() -> None:
    (check,) = detect((), {"pytest.ini": ""}, python="/x/bin/python", timeout_s=7)
    assert (check.name, check.tool, check.command, check.timeout_s) == (
        "test",
        "pytest",
        ("/x/bin/python", "-m", "pytest"),
        7,
    )
