"""What every CheckRunner keeps: the real one, and the fake that stands in for it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adw.adapters.checks.runner import LocalCheckRunner
from adw.adapters.checks.sandbox import Sandbox
from adw.domain.report import CheckFault, Report, Summary
from adw.domain.run import CheckSpec
from adw.ports import CheckRunner
from tests.fakes.scripted_checks import ScriptedChecks, green, red

Make = Callable[[Path], CheckRunner]

PROGRAM = """\
import pathlib, sys
content = pathlib.Path("a.py").read_text()
print(content)
if "broken" in content:
    print("a.py:1: error: broken")
    sys.exit(1)
sys.exit(3 if "odd" in content else 0)
"""
CHECK = CheckSpec("build", "exit", (sys.executable, "-c", PROGRAM), timeout_s=60)


class Never:
    def is_set(self) -> bool:
        return False


def local(checkout: Path) -> CheckRunner:
    return LocalCheckRunner(checkout=checkout, environ=os.environ, sandbox=Sandbox(), stop=Never())


def scripted(_: Path) -> CheckRunner:
    def judge(check: CheckSpec, root: Path) -> Report:
        content = (root / "a.py").read_text(encoding="utf-8")
        if "odd" in content:
            fault = CheckFault("NO_REPORT", "exit code 3 and no failure")
            return Report(check.name, check.tool, ok=False, exit_code=3, summary=Summary(), fault=fault)
        return red(check, "a.py:1") if "broken" in content else green(check)

    return ScriptedChecks(judge)


@pytest.fixture(params=[local, scripted])
def make(request: pytest.FixtureRequest) -> Make:
    found: Make = request.param
    return found


def run(make: Make, folder: Path, content: str) -> tuple[Report, Path]:
    (folder / "a.py").write_text(content, encoding="utf-8")
    log = folder / "logs" / "deep" / "build-1.log"
    return make(folder).run(CHECK, folder, log), log


def test_green_is_reported_as_such(make: Make, tmp_path: Path) -> None:
    report, _ = run(make, tmp_path, "fine")
    assert (report.check, report.tool) == ("build", "exit")
    assert (report.ok, report.exit_code, report.failures, report.fault) == (True, 0, (), None)


def test_red_names_what_failed(make: Make, tmp_path: Path) -> None:
    report, _ = run(make, tmp_path, "broken")
    assert (report.ok, report.exit_code, report.fault) == (False, 1, None)
    assert report.failing == ("a.py:1",)


def test_what_cannot_be_judged_is_a_fault_and_not_green(make: Make, tmp_path: Path) -> None:
    report, _ = run(make, tmp_path, "odd")
    assert not report.ok
    assert report.fault is not None
    assert report.fault.code == "NO_REPORT"


def test_the_raw_output_is_kept_in_folders_that_did_not_exist(make: Make, tmp_path: Path) -> None:
    _, log = run(make, tmp_path, "fine")
    assert log.read_text(encoding="utf-8")


def test_a_second_run_sees_the_workspace_as_it_is_then(make: Make, tmp_path: Path) -> None:
    first, _ = run(make, tmp_path, "broken")
    second, _ = run(make, tmp_path, "fine")
    assert (first.ok, second.ok) == (False, True)


def test_the_end_of_the_raw_output_can_be_asked_for(make: Make, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("broken", encoding="utf-8")
    runner = make(tmp_path)
    report = runner.run(CHECK, tmp_path, tmp_path / "log")
    whole = runner.output(report, 10_000)
    assert whole
    assert runner.output(report, 4) == whole[-4:]
