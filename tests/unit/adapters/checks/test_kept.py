"""What is kept of the user's own checks."""

from dataclasses import replace
from pathlib import Path

import pytest

from adw.adapters.checks.kept import KEPT, KeptChecks
from adw.domain.report import CheckFault, Report, Summary
from adw.errors import StorageError

REPORT = Report("test", "pytest", ok=True, exit_code=0, summary=Summary(total=1, passed=1))
RED = replace(REPORT, ok=False, exit_code=1)
FAULTY = replace(RED, fault=CheckFault("CRASH", "it died"))
COMMAND = ("pytest", "-q")


def keep(kept: KeptChecks, number: int, report: Report, command: tuple[str, ...] = COMMAND) -> Path:
    log = kept.begin("test", f"260131-08000{number}-aaa")
    log.write_text("output", encoding="utf-8")
    kept.keep(log, command, report)
    return log


def test_the_folder_stays_out_of_the_users_git_status(tmp_path: Path) -> None:
    KeptChecks(tmp_path / ".adw").begin("test", "1")
    assert (tmp_path / ".adw" / ".gitignore").read_text() == "*\n"


def test_the_newest_report_of_the_very_same_command_is_the_one_before(tmp_path: Path) -> None:
    kept = KeptChecks(tmp_path)
    assert kept.previous("test", COMMAND) is None
    keep(kept, 1, REPORT)
    keep(kept, 2, RED)
    keep(kept, 3, REPORT, ("pytest", "a.py"))
    assert kept.previous("test", COMMAND) == RED
    assert kept.previous("lint", COMMAND) is None


def test_what_was_not_judged_or_cannot_be_read_is_no_report_to_compare_with(tmp_path: Path) -> None:
    kept = KeptChecks(tmp_path)
    keep(kept, 1, RED)
    keep(kept, 2, FAULTY)
    keep(kept, 3, REPORT).with_suffix(".json").write_text("{", encoding="utf-8")
    keep(kept, 4, REPORT).with_suffix(".json").write_text('{"command": ["pytest", "-q"]}', encoding="utf-8")
    keep(kept, 5, REPORT).with_suffix(".json").write_text("[]", encoding="utf-8")
    assert kept.previous("test", COMMAND) == RED


def test_only_the_newest_stay(tmp_path: Path) -> None:
    kept = KeptChecks(tmp_path)
    for number in range(KEPT + 5):
        log = kept.begin("test" if number % 2 else "lint", f"{number:03}")
        log.write_text("output", encoding="utf-8")
        kept.keep(log, COMMAND, REPORT)

    logs = sorted(path.name.partition("-")[2] for path in (tmp_path / "checks").glob("*.log"))
    reports = sorted(path.name.partition("-")[2] for path in (tmp_path / "checks").glob("*.json"))
    assert logs == [f"{number:03}.log" for number in range(5, KEPT + 5)]
    assert [name.removesuffix(".json") for name in reports] == [name.removesuffix(".log") for name in logs]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "checks").write_text("a file", encoding="utf-8")
    with pytest.raises(StorageError, match="checks"):
        KeptChecks(tmp_path).begin("test", "1")
    with pytest.raises(StorageError, match="test-1"):
        KeptChecks(tmp_path).keep(tmp_path / "gone" / "test-1.log", COMMAND, REPORT)
