"""`adw test` and `adw check` in real working copies."""

import io
import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from adw.domain.checked import Checked, RawChecked
from adw.domain.events import CheckEnded, CheckOutput, CheckStarted, Event
from adw.errors import CheckError, UsageError
from adw.wiring.checking import run_checks, run_tests
from adw.wiring.place import Place

FINDS = "echo 'src/a.c:3:7: error: no such thing'; exit 1"


class Told(list[Event]):
    """Remembers what it was told."""

    def tell(self, event: Event) -> None:
        self.append(event)


def checkout(root: Path, config: str = "", **files: str) -> Place:
    """A folder that git would know, with a configuration; `__` stands for `/` in names of Python files."""
    (root / ".git").mkdir()
    if config:
        (root / ".adw.toml").write_text(f'[checks]\nsandbox = "off"\n{dedent(config)}', encoding="utf-8")
    for name, content in files.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content), encoding="utf-8")
    return Place(root, {**os.environ, "XDG_DATA_HOME": str(root / "data")}, io.BytesIO())


def command(script: str) -> str:
    return f"command = ['sh', '-c', {script!r}]"


def unittest() -> str:
    return f"[checks.test]\ncommand = [{sys.executable!r}, '-m', 'unittest']"


def checked(place: Place, *paths: str, observer: Told | None = None) -> Checked:
    found = run_tests(paths, Told() if observer is None else observer, place)
    assert isinstance(found, Checked)
    return found


def test_a_red_check_is_reported_from_any_folder_of_the_checkout_and_its_log_is_kept(tmp_path: Path) -> None:
    place, told = checkout(tmp_path, f'[checks.test]\n{command(FINDS)}\ntool = "exit"'), Told()
    (tmp_path / "src").mkdir()
    report = checked(Place(tmp_path / "src", place.variables, place.stdin), observer=told).report

    assert (report.ok, report.exit_code, report.failing, report.new) == (False, 1, ("src/a.c:3:7",), ())
    assert report.log.startswith(".adw/checks/test-")
    assert "no such thing" in (tmp_path / report.log).read_text()
    assert [type(event) for event in told] == [CheckStarted, CheckOutput, CheckEnded]
    assert told[1] == CheckOutput("test", "src/a.c:3:7: error: no such thing")


def test_what_fails_now_and_did_not_the_last_time_is_new(tmp_path: Path) -> None:
    place = checkout(tmp_path, f'[checks.test]\n{command("cat found; exit 1")}\ntool = "exit"')
    found = tmp_path / "found"
    found.write_text("a.c:1: error: one\n")
    assert checked(place).report.new == ()
    found.write_text("a.c:1: error: one\na.c:2: error: two\n")
    assert checked(place).report.new == ("a.c:2",)
    assert checked(place).report.new == ()


def test_what_passes_when_it_is_run_again_unchanged_is_flaky_and_stays_red(tmp_path: Path) -> None:
    tests = """
        import pathlib, unittest
        class TestIt(unittest.TestCase):
            def test_flaky(self):
                been = pathlib.Path(__file__).with_name("been")
                was_there = been.exists()
                been.touch()
                self.assertTrue(was_there)
            def test_broken(self):
                self.assertEqual(1, 2)
    """
    report = checked(checkout(tmp_path, unittest(), test_it=tests)).report

    assert report.failing == ("test_it.TestIt.test_broken", "test_it.TestIt.test_flaky")
    assert report.flaky == ("test_it.TestIt.test_flaky",)
    assert not report.ok
    assert len(list((tmp_path / ".adw" / "checks").glob("*-again.log"))) == 1


def test_paths_narrow_the_run(tmp_path: Path) -> None:
    passing = "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): pass\n"
    place = checkout(tmp_path, unittest(), test_a=passing, test_b=passing)
    assert checked(place).report.summary.total == 2
    assert checked(place, "test_b.py").report.summary.total == 1


@pytest.mark.parametrize(("paths", "why"), [(("a.c",), "cannot be narrowed"), (("--rootdir=/",), "is no path")])
def test_what_cannot_narrow_the_run_is_refused(tmp_path: Path, paths: tuple[str, ...], why: str) -> None:
    place = checkout(tmp_path, f"[checks.test]\n{command('exit 0')}")
    with pytest.raises(UsageError, match=why):
        checked(place, *paths)


def test_the_raw_output_comes_with_what_the_report_would_have_saved(tmp_path: Path) -> None:
    noise = "yes 'a line of noise' | head -n 20000; echo 'a.c:1: error: one'; exit 1"
    place = checkout(tmp_path, f'[checks.test]\n{command(noise)}\ntool = "exit"')
    raw = run_tests((), Told(), place, external=False)

    assert isinstance(raw, RawChecked)
    assert raw.output.endswith("a line of noise\na.c:1: error: one\n")
    assert raw.output_bytes == len(raw.output) > 300_000
    assert raw.output_tokens > 100 * raw.report_tokens > 0
    assert raw.report.failing == ("a.c:1",)


def test_a_program_that_is_configured_and_missing_is_no_green(tmp_path: Path) -> None:
    place = checkout(tmp_path, "[checks.test]\ncommand = 'no-such-program'")
    report = checked(place).report
    assert report.fault is not None
    assert report.fault.code == "NO_TOOL"


def test_a_sandbox_that_is_required_and_not_there_is_an_error(tmp_path: Path) -> None:
    place = checkout(tmp_path)
    (tmp_path / ".adw.toml").write_text(f'[checks]\nsandbox = "require"\n[checks.test]\n{command("exit 0")}\n')
    with pytest.raises(CheckError, match="a sandbox is required"):
        checked(Place(tmp_path, {**place.variables, "PATH": ""}, place.stdin))


def test_a_checkout_without_tests_says_what_is_missing(tmp_path: Path) -> None:
    place = checkout(tmp_path)
    with pytest.raises(UsageError, match="this project has no test check"):
        checked(place)
    (tmp_path / "phpunit.xml").touch()
    with pytest.raises(UsageError, match="no test check: phpunit was not found"):
        checked(Place(tmp_path, {**place.variables, "PATH": "/nowhere"}, place.stdin))


def test_compiler_and_linter_run_at_the_same_time_where_one_of_them_only_reads(tmp_path: Path) -> None:
    meet = "touch {0}; for i in $(seq 300); do [ -e {1} ] && exit 0; sleep 0.1; done; exit 3"
    place = checkout(
        tmp_path,
        f"""
        [checks.build]
        {command(meet.format("build", "lint"))}
        tool = "exit"
        [checks.lint]
        {command(meet.format("lint", "build"))}
        tool = "flake8"
        """,
    )
    build, lint = run_checks(("build", "lint"), Told(), place).reports
    assert (build.check, build.exit_code) == ("build", 0)
    assert (lint.check, lint.exit_code) == ("lint", 0)


def test_two_that_write_run_one_after_the_other(tmp_path: Path) -> None:
    alone = "mkdir running || exit 1; sleep 0.2; rmdir running"
    config = f'[checks.build]\n{command(alone)}\ntool = "exit"\n[checks.lint]\n{command(alone)}\ntool = "exit"'
    reports = run_checks(("build", "lint"), Told(), checkout(tmp_path, config)).reports
    assert [report.exit_code for report in reports] == [0, 0]


def test_a_check_that_is_detected_and_not_installed_is_left_out_with_a_warning(tmp_path: Path) -> None:
    place = checkout(tmp_path, f"[checks.build]\n{command('exit 0')}")
    (tmp_path / "ruff.toml").touch()
    found = run_checks(("build", "lint"), Told(), Place(tmp_path, {**place.variables, "PATH": "/usr/bin:/bin"}))
    assert [report.check for report in found.reports] == ["build"]
    assert "no lint check: ruff was not found" in found.warnings


def test_a_project_without_compiler_and_linter_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no build or lint check") as raised:
        run_checks(("build", "lint"), Told(), checkout(tmp_path))
    assert "[checks.build]" in raised.value.hint
