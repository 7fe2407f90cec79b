"""How Python tools are started: with a reporter where they are started directly, untouched where something else is."""

import pytest

from adw.checks.tool import Place
from adw.checks.tools import tool

PLACE = Place("/w/project", "/w/scratch", "/w/checkout", 12.0)


def started(name: str, *command: str) -> tuple[str, ...]:
    return tool(name).prepare(command, PLACE).command


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            ("python", "-m", "unittest", "-f", "-v"),
            ("python", "-m", "adw_unittest", "--adw-module", "unittest", "-v"),
        ),
        (
            ("uv", "run", "python3.12", "-W", "error", "-m", "unittest", "tests.test_a"),
            (
                "uv",
                "run",
                "python3.12",
                "-W",
                "error",
                "-m",
                "adw_unittest",
                "--adw-module",
                "unittest",
                "tests.test_a",
            ),
        ),
        (
            ("coverage", "run", "-m", "unittest"),
            ("coverage", "run", "-m", "adw_unittest", "--adw-module", "unittest"),
        ),
    ],
)
def test_unittest_is_started_below_the_plugin(command: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert started("unittest", *command) == expected


@pytest.mark.parametrize(
    "command",
    [
        ("make", "test"),
        ("python", "tests/test_a.py"),
        ("python", "-m", "pytest"),
        ("python", "-I", "-m", "unittest"),
        ("python", "-c", "import unittest; unittest.main()"),
        ("sh", "-c", "python -m unittest"),
        ("./run_tests",),
    ],
)
def test_what_does_not_start_unittest_itself_is_left_alone(command: tuple[str, ...]) -> None:
    made = tool("unittest").prepare(command, PLACE)
    assert (made.command, made.files, made.plugins) == (command, {}, ())


def test_the_plugin_is_told_where_it_is_and_when_time_is_up() -> None:
    made = tool("unittest").prepare(("python", "-m", "unittest"), PLACE)
    assert made.plugins == ("adw_unittest.py",)
    assert made.files == {"unittest.json": '{"root": "/w/project", "checkout": "/w/checkout", "deadline": 12.0}'}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            ("python", "manage.py", "test", "--failfast", "shop"),
            ("python", "-m", "adw_unittest", "--adw-script", "manage.py", "test", "shop"),
        ),
        (
            ("python", "-Wd", "site/manage.py", "test"),
            ("python", "-Wd", "-m", "adw_unittest", "--adw-script", "site/manage.py", "test"),
        ),
        (
            ("python", "-m", "django", "test"),
            ("python", "-m", "adw_unittest", "--adw-module", "django", "test"),
        ),
        (("./manage.py", "test"), ("./manage.py", "test")),
        (("tox",), ("tox",)),
    ],
)
def test_django_is_started_below_the_plugin(command: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert started("django", *command) == expected


def test_what_a_parallel_worker_of_django_prints_is_not_held_back() -> None:
    parallel = tool("django").prepare(("python", "manage.py", "test", "--parallel=2"), PLACE)
    assert parallel.environment == {"PYTHONUNBUFFERED": "1"}
    assert tool("django").prepare(("python", "manage.py", "test"), PLACE).environment == {}


def test_mypy_is_asked_for_one_form_of_line() -> None:
    ours = ("--show-column-numbers", "--show-error-codes", "--no-pretty", "--no-color-output", "--error-summary")
    given = ("--no-error-summary", "--output", "json", "-O", "json", "--pretty", "--strict", "src")
    assert started("mypy", "python", "-m", "mypy", *given) == ("python", "-m", "mypy", *ours, "--strict", "src")


def test_pyright_is_asked_for_json() -> None:
    assert started("pyright", "pyright", "--stats", "src") == ("pyright", "--outputjson", "src")
    assert started("pyright", "npx", "pyright") == ("npx", "pyright", "--outputjson")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("ruff", "check"), ("ruff", "check", "{ours}")),
        (("ruff", ".", "--quiet"), ("ruff", "{ours}", ".", "--quiet")),
        (("uvx", "ruff", "check", "--output-format=github", "-o", "x", "."), ("uvx", "ruff", "check", "{ours}", ".")),
        (("ruff", "format", "--check"), ("ruff", "format", "--check")),
        (("ruff", "check", "--diff"), ("ruff", "check", "--diff")),
        (("pre-commit", "run", "ruff"), ("pre-commit", "run", "ruff")),
    ],
)
def test_ruff_is_asked_for_json_in_a_file(command: tuple[str, ...], expected: tuple[str, ...]) -> None:
    ours = ("--output-format=json", "--output-file=/w/scratch/ruff.json")
    at = expected.index("{ours}") if "{ours}" in expected else None
    wanted = expected if at is None else (*expected[:at], *ours, *expected[at + 1 :])
    assert started("ruff", *command) == wanted


def test_flake8_is_asked_for_its_default_lines_in_a_file_too() -> None:
    ours = ("--format=default", "--output-file=/w/scratch/flake8.txt", "--tee")
    assert started("flake8", "flake8", "-q", "--format", "pylint", "--count", "src") == ("flake8", *ours, "src")
