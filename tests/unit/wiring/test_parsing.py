"""`adw parse`: logs from anywhere."""

import io
from pathlib import Path

import pytest

from adw.errors import UsageError
from adw.wiring.parsing import parse_log
from adw.wiring.place import Place

SECRET = "hunter22" * 2
RED = """\
============================= test session starts ==============================
collected 2 items

test_a.py F.                                                             [100%]

=================================== FAILURES ===================================
____________________________________ test_a ____________________________________

    def test_a():
>       assert 1 == 2
E       assert 1 == 2

test_a.py:2: AssertionError
=========================== short test summary info ============================
FAILED test_a.py::test_a - assert 1 == 2
========================= 1 failed, 1 passed in 0.12s ==========================
"""
GREEN = """\
============================= test session starts ==============================
collected 1 item

test_a.py .                                                              [100%]

============================== 1 passed in 0.12s ===============================
"""


def place(folder: Path, stdin: str = "", **variables: str) -> Place:
    return Place(folder, variables, io.BytesIO(stdin.encode()))


def test_a_red_log(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text(RED, encoding="utf-8")
    report = parse_log("a.log", place=place(tmp_path / "logs")).report
    assert (report.check, report.tool, report.ok, report.exit_code) == ("test", "pytest", False, 1)
    assert (report.failing, report.log) == (("test_a.py::test_a",), "logs/a.log")
    assert (report.summary.total, report.summary.passed, report.fault) == (2, 1, None)


def test_a_green_log_from_standard_input(tmp_path: Path) -> None:
    report = parse_log("-", place=place(tmp_path, GREEN)).report
    assert (report.ok, report.exit_code, report.log, report.summary.passed) == (True, 0, "", 1)


def test_a_log_outside_of_the_repository_is_named_in_full(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "a.log").write_text(GREEN, encoding="utf-8")
    assert parse_log("../a.log", place=place(tmp_path / "repo")).report.log == f"{tmp_path.resolve()}/a.log"


@pytest.mark.parametrize("log", [RED[: RED.index("= FAILURES")], "hello\n", "make: *** [all] Error 2\n"])
def test_what_does_not_come_to_its_end_is_never_green(tmp_path: Path, log: str) -> None:
    report = parse_log("-", place=place(tmp_path, log)).report
    assert not report.ok
    assert report.fault is not None
    assert report.fault.tail


@pytest.mark.parametrize(
    ("tool", "check"), [("pytest", "test"), ("ruff", "lint"), ("mypy", "build"), ("exit", "build")]
)
def test_a_tool_by_name(tmp_path: Path, tool: str, check: str) -> None:
    report = parse_log("-", tool, place(tmp_path, "a.py:1:1: E501 too long\nFound 1 error.\n")).report
    assert (report.tool, report.check, report.ok) == (tool, check, False)


def test_an_unknown_tool_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown tool 'pytst'") as raised:
        parse_log("-", "pytst", place(tmp_path, GREEN))
    assert raised.value.hint.startswith("did you mean pytest? known are: ")
    with pytest.raises(UsageError) as raised:
        parse_log("-", "???", place(tmp_path, GREEN))
    assert raised.value.hint.startswith("known are: ")


def test_a_log_that_was_read_in_part_is_never_green(tmp_path: Path) -> None:
    report = parse_log("-", "pytest", place(tmp_path, "x" * 500 + "\n" + GREEN), limit=500).report
    assert report.fault is not None
    assert report.fault.code == "OUTPUT_LIMIT"


def test_secrets_of_the_environment_do_not_come_through(tmp_path: Path) -> None:
    log = RED.replace("1 == 2", f"'{SECRET}' == 2")
    report = parse_log("-", place=place(tmp_path, log, SHOP_TOKEN=SECRET)).report
    assert SECRET not in repr(report)
