"""The command in a process of its own: what it imports, what it leaves behind when it is cut off."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import adw

ROOT = Path(__file__).parents[2]
HEAVY = {"anthropic", "dbos", "pydantic", "sqlalchemy", "git", "tiktoken", "ctok", "genai_prices"}
STUB = "from adw.cli import app; from tests.unit.cli.stub_wiring import StubWiring"


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "adw", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def imported_by(*arguments):
    """The names of the top-level modules that a command imports."""
    script = f"import sys; sys.argv = ['adw', *{list(arguments)!r}]\nfrom adw.__main__ import main\nmain()\n"
    script += "print('\\n'.join(sys.modules), file=sys.stderr)"
    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.partition(".")[0] for line in found.stderr.splitlines()}


def test_the_version_is_told_without_anything_that_takes_time():
    assert command("--version").stdout == f"adw {adw.__version__}\n"
    assert not imported_by("--version") & {*HEAVY, "typer", "rich"}


def test_the_version_as_json_is_an_envelope():
    shown = json.loads(command("--version", "--json").stdout)

    assert (shown["command"], shown["ok"], shown["data"]) == ("version", True, {"version": adw.__version__})


def test_help_imports_nothing_heavy():
    assert command("--help").stdout.startswith("Usage: adw")
    assert not imported_by("--help") & HEAVY


@pytest.mark.parametrize("arguments", [["run", "--help"], ["runs", "--help"], ["usage", "report", "--help"]])
def test_help_of_a_command_imports_nothing_heavy_of_ours(arguments):
    # Typer itself reads the options of the program with pydantic before it comes to a command's help.
    assert command(*arguments).stdout.startswith("Usage: adw")
    assert not imported_by(*arguments) & (HEAVY - {"pydantic"})


def test_wrong_usage_is_exit_2():
    done = command("runs", "show")

    assert done.returncode == 2
    assert done.stderr == "error: Missing argument 'RUN'.\nhint: adw runs show --help\n"


def test_a_reader_that_goes_away_is_no_error():
    script = f"import sys; {STUB}; sys.exit(app.run(['runs', 'diff', 'a'], lambda: StubWiring()))"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as one:
        assert one.stdout
        assert one.stderr
        one.stdout.close()
        errors = one.stderr.read()

    assert errors == b""
    assert one.returncode == 1


def test_ctrl_c_ends_a_run_with_130_and_the_way_to_resume():
    script = f"""
import signal, sys
{STUB}

class Waiting(StubWiring):
    def start_run(self, request, observer):
        self._begin(observer)
        sys.stdout.flush()
        signal.pause()

sys.exit(app.run(["run", "issue.md"], Waiting))
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout
        assert one.stderr
        assert one.stdout.readline().startswith("run ")
        one.send_signal(signal.SIGINT)
        errors = one.stderr.read()

    assert one.returncode == 130
    assert "hint: resume with: adw resume " in errors
