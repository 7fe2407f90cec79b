"""How `make` finds a Python, and what it says where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path):
    """A machine with nothing on its PATH, and what `find` finds there."""

    class Machine:
        path = tmp_path / "bin"
        home = tmp_path / "home"

        def find(self, *arguments):
            return subprocess.run(
                ["/bin/sh", str(ROOT / ".ci" / "find-python"), *arguments],
                env={"PATH": str(self.path), "HOME": str(self.home)},
                capture_output=True,
                text=True,
                check=False,
            )

    Machine.path.mkdir()
    return Machine()


def here(path):
    """This interpreter under another name."""
    program(path, f'exec "{sys.executable}" "$@"')


def test_a_python_on_the_path_is_found(machine):
    here(machine.path / "python3")

    assert machine.find().stdout.strip() == sys.executable


def test_a_shim_that_does_not_run_is_passed_over(machine):
    program(machine.path / "python3.14", "echo 'not active' >&2; exit 127")
    here(machine.home / ".pyenv" / "versions" / f"{VERSION}.9" / "bin" / "python")

    assert machine.find().stdout.strip() == sys.executable


def test_uv_is_asked(machine):
    here(machine.home / "python")
    program(machine.path / "uv", f'[ "$4" = {VERSION} ] && echo "{machine.home / "python"}"')

    assert machine.find().stdout.strip() == sys.executable


def test_an_old_python_does_not_fit(machine):
    program(machine.path / "python3", f'exec "{sys.executable}" -c "import sys; sys.exit(1)"')

    assert machine.find().returncode == 1


def test_without_a_python_it_says_what_to_install(machine):
    found = machine.find()

    assert found.returncode == 1
    assert found.stdout == ""
    assert "apt-get install python3 python3-venv" in found.stderr


def test_a_version_that_is_asked_for_is_not_replaced_by_another(machine):
    here(machine.path / "python3")
    found = machine.find("3.10")

    assert found.returncode == 1
    assert found.stderr == "no Python 3.10 that runs was found\n"


def test_make_stops_where_there_is_no_python(machine, tmp_path):
    make = shutil.which("make")
    assert make
    # Under `make test` the outer make's variables would go before ours.
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    done = subprocess.run(
        [make, "-C", str(ROOT), "demo", "PYTHON=", f"VENV={tmp_path / 'venv'}"],
        env={**outer, "PATH": str(machine.path), "HOME": str(machine.home), "PYENV_ROOT": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "ADW needs Python 3.11 or later" in done.stderr
    assert not (tmp_path / "venv").exists()
