"""Real checks of real projects: what the recordings cannot show."""

import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from adw.adapters.checks.runner import LocalCheckRunner
from adw.adapters.checks.sandbox import Sandbox, SandboxMode, choose
from adw.domain.report import Report
from adw.domain.run import CheckSpec
from adw.errors import Interrupted, StorageError

AUTO = choose(SandboxMode.AUTO, home=Path.home())


class Stop:
    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def is_set(self) -> bool:
        return self._path is not None and self._path.exists()


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content), encoding="utf-8")
    return folder


def check(
    root: Path,
    *options: str,
    checkout: Path | None = None,
    sandbox: Sandbox = AUTO,
    stop: Stop | None = None,
    environ: dict[str, str] | None = None,
) -> Report:
    runner = LocalCheckRunner(
        checkout=checkout or root, environ=environ or dict(os.environ), sandbox=sandbox, stop=stop or Stop()
    )
    spec = CheckSpec("test", "pytest", (sys.executable, "-m", "pytest", *options), timeout_s=120)
    return runner.run(spec, root, (checkout or root) / ".adw" / "test.log")


@pytest.mark.parametrize("sandbox", [Sandbox(), AUTO], ids=["open", "confined where it can be"])
def test_a_project_is_judged(tmp_path: Path, sandbox: Sandbox) -> None:
    write(tmp_path, test_a="def test_one(): pass\ndef test_two(tmp_path): assert tmp_path is None\n")
    report = check(tmp_path, sandbox=sandbox)
    assert (report.fault, report.exit_code, report.failing) == (None, 1, ("test_a.py::test_two",))
    assert report.failures[0].loc == "test_a.py:2"
    assert report.log == ".adw/test.log"
    assert (report.summary.total, report.summary.passed) == (2, 1)


def test_nothing_is_left_in_the_workspace(tmp_path: Path) -> None:
    write(tmp_path, test_a="def test_one(cache): cache.set('a', 1)\n")
    assert check(tmp_path, "-p", "no:hypothesispytest").ok
    assert {path.name for path in tmp_path.iterdir()} == {"test_a.py", ".adw"}


def test_what_tests_leave_in_their_temporary_folders_goes_too(tmp_path: Path) -> None:
    note = tmp_path / "where"
    write(
        tmp_path,
        test_a=f"""\
            def test_one(tmp_path):
                (tmp_path / "locked" / "inner").mkdir(parents=True)
                (tmp_path / "link").symlink_to({str(tmp_path)!r})
                (tmp_path / "locked").chmod(0o000)
                open({str(note)!r}, "w").write(str(tmp_path))
            """,
    )
    assert check(tmp_path).ok
    where = Path(note.read_text(encoding="utf-8"))
    assert where.name == "test_one0"
    assert not where.exists()
    assert (tmp_path / "test_a.py").exists()


def test_a_stale_report_is_never_read(tmp_path: Path) -> None:
    """Not one from the run before, nor one that lies where a project keeps its own."""
    write(tmp_path, test_a="def test_one(): pass\n")
    assert check(tmp_path, "--junitxml=junit.xml").ok
    write(tmp_path, test_a="import os\nos._exit(0)\n")
    report = check(tmp_path)
    assert not report.ok
    assert report.fault is not None
    assert (report.fault.code, report.summary.total) == ("NO_REPORT", 0)


def test_secrets_of_the_environment_do_not_reach_the_tests(tmp_path: Path) -> None:
    write(tmp_path, test_a="import os\ndef test_one(): assert 'ANTHROPIC_API_KEY' not in os.environ\n")
    assert check(tmp_path, environ={**os.environ, "ANTHROPIC_API_KEY": "secret-of-the-test"}).ok


@pytest.fixture
def worktree(tmp_path: Path) -> tuple[Path, Path]:
    """A checkout whose package says "checkout", and a workspace in it whose package says "workspace"."""
    checkout = tmp_path / "checkout"
    root = checkout / ".adw" / "worktrees" / "one"
    write(checkout, shop="WHERE = 'checkout'\n", lib__tools="WHERE = 'checkout'\n")
    write(root, shop="WHERE = 'workspace'\n", test_a="import shop\ndef test_one(): assert shop.WHERE == 'workspace'\n")
    return checkout, root


def test_the_workspaces_code_is_tested_although_the_checkout_is_on_the_path(worktree: tuple[Path, Path]) -> None:
    checkout, root = worktree
    assert check(root, checkout=checkout, environ={**os.environ, "PYTHONPATH": str(checkout)}).ok


def test_code_of_the_checkout_makes_no_green_run(worktree: tuple[Path, Path]) -> None:
    checkout, root = worktree
    write(root, test_a=f"import sys\nsys.path.append({str(checkout / 'lib')!r})\nimport tools\ndef test_one(): pass\n")
    report = check(root, checkout=checkout)
    assert not report.ok
    assert report.fault is not None
    assert (report.fault.code, "lib/tools.py" in report.fault.message) == ("MISMATCH", True)


def test_configuration_and_conftest_of_the_checkout_do_not_count(worktree: tuple[Path, Path]) -> None:
    checkout, root = worktree
    (checkout / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    write(checkout, conftest="raise RuntimeError('of the checkout')\n")
    report = check(root, checkout=checkout)
    assert (report.ok, report.fault) == (True, None)


def test_a_log_elsewhere_is_named_in_full(tmp_path: Path) -> None:
    root = write(tmp_path / "a", test_a="def test_one(): pass\n")
    runner = LocalCheckRunner(checkout=root, environ=os.environ, sandbox=Sandbox(), stop=Stop())
    log = tmp_path / "elsewhere" / "x.log"
    assert runner.run(CheckSpec("build", "exit", ("true",)), root, log).log == str(log)


@pytest.mark.parametrize("command", [(), ("no-such-program",), ("./no-such-script",)])
def test_a_command_that_cannot_be_started_is_a_fault(tmp_path: Path, command: tuple[str, ...]) -> None:
    runner = LocalCheckRunner(checkout=tmp_path, environ=os.environ, sandbox=AUTO, stop=Stop())
    report = runner.run(CheckSpec("test", "pytest", command), tmp_path, tmp_path / "log")
    assert report.fault is not None
    assert (report.ok, report.fault.code) == (False, "NO_TOOL")


def test_a_python_without_pytest_is_a_fault(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_a="def test_one(): pass\n",
        fake="import sys\nsys.exit('/usr/bin/python: No module named pytest')",
    )
    runner = LocalCheckRunner(checkout=tmp_path, environ=os.environ, sandbox=AUTO, stop=Stop())
    spec = CheckSpec("test", "pytest", (sys.executable, "fake.py", "pytest"))
    report = runner.run(spec, tmp_path, tmp_path / "log")
    assert report.fault is not None
    assert report.fault.code == "NO_TOOL"


@pytest.mark.parametrize("sandbox", [Sandbox(), AUTO], ids=["open", "confined where it can be"])
def test_a_death_by_signal_is_told_the_same_in_and_out_of_the_sandbox(tmp_path: Path, sandbox: Sandbox) -> None:
    write(tmp_path, test_a="import os\ndef test_dies(): os.kill(os.getpid(), 9)\n")
    report = check(tmp_path, sandbox=sandbox)
    assert report.fault is not None
    assert (report.fault.code, report.exit_code, report.failing) == ("CRASH", -9, ("test_a.py::test_dies",))


def test_a_script_that_starts_pytest_somewhere_inside_is_judged_too(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_a="import os\ndef test_one(): assert 'PYTEST_ADDOPTS' not in os.environ\ndef test_two(): assert 0\n",
    )
    (tmp_path / "Makefile").write_text(f"test:\n\t@{sys.executable} -m pytest\n", encoding="utf-8")
    runner = LocalCheckRunner(checkout=tmp_path, environ=os.environ, sandbox=AUTO, stop=Stop())
    report = runner.run(CheckSpec("test", "pytest", ("make", "test")), tmp_path, tmp_path / "log")
    assert (report.fault, report.failing) == (None, ("test_a.py::test_two",))


def test_a_stop_is_raised(tmp_path: Path) -> None:
    sign = tmp_path / "begun"
    write(tmp_path, test_a=f"import time\ndef test_one():\n    open({str(sign)!r}, 'w')\n    time.sleep(600)\n")
    with pytest.raises(Interrupted):
        check(tmp_path, stop=Stop(sign))


def test_a_log_that_cannot_be_written_is_raised(tmp_path: Path) -> None:
    write(tmp_path, test_a="def test_one(): pass\n")
    (tmp_path / ".adw").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(StorageError):
        check(tmp_path)


def test_a_link_left_as_report_is_not_followed(tmp_path: Path) -> None:
    program = """\
        import os, sys
        report = next(word for word in sys.argv if word.startswith("--junitxml=")).partition("=")[2]
        os.symlink("/etc/passwd", report)
        sys.exit(1)
    """
    write(tmp_path, fake=dedent(program))
    runner = LocalCheckRunner(checkout=tmp_path, environ=os.environ, sandbox=AUTO, stop=Stop())
    report = runner.run(CheckSpec("test", "pytest", (sys.executable, "fake.py", "pytest")), tmp_path, tmp_path / "log")
    assert report.fault is not None
    assert report.fault.message == "pytest ended without writing its report"


def test_of_a_log_that_is_gone_there_is_no_output(tmp_path: Path) -> None:
    runner = LocalCheckRunner(checkout=tmp_path, environ=os.environ, sandbox=AUTO, stop=Stop())
    report = runner.run(CheckSpec("build", "exit", ("echo", "said")), tmp_path, tmp_path / "log")
    assert runner.output(report, 100) == "said\n"
    (tmp_path / "log").unlink()
    assert runner.output(report, 100) == ""


def test_a_log_that_the_command_takes_away_is_a_storage_error(tmp_path: Path) -> None:
    runner = LocalCheckRunner(checkout=tmp_path, environ=os.environ, sandbox=Sandbox(), stop=Stop())
    with pytest.raises(StorageError, match="log"):
        runner.run(CheckSpec("build", "exit", ("rm", str(tmp_path / "log"))), tmp_path, tmp_path / "log")


def test_what_a_check_prints_is_heard_line_by_line_without_secrets(tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []
    secret = "hunter22" * 2
    runner = LocalCheckRunner(
        checkout=tmp_path,
        environ={**os.environ, "SHOP_TOKEN": secret},
        sandbox=Sandbox(),
        stop=Stop(),
        heard=lambda check, line: heard.append((check, line)),
    )
    script = f"printf 'one\\n\\033[31mtwo {secret}\\033[0m\\n\\n'"
    runner.run(CheckSpec("lint", "exit", ("sh", "-c", script)), tmp_path, tmp_path / "lint.log")
    assert heard == [("lint", "two [redacted]")]
