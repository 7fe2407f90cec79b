"""The wheel alone: built, installed where no checkout is near, and run there."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import adw

ROOT = Path(__file__).parents[2]


def run(*command, cwd, **variables):
    """Standard output of a command that must not fail."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        command, cwd=cwd, env=environment | variables, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of an environment that has the wheel, and its dependencies from the environment of the tests."""
    folder = tmp_path_factory.mktemp("alone")
    # No build isolation: this test downloads nothing.
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
    run(sys.executable, *build, str(ROOT), cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    run(str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel), cwd=folder)
    site = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # Not by a .pth file: the sandbox of the demo's checks shows an environment, not what it points to.
    shutil.copytree(
        sysconfig.get_path("purelib"),
        site,
        copy_function=link_or_copy,
        ignore=shutil.ignore_patterns("adw*", "_adw*", "__editable__*", "*.pth", "pip", "pip-*"),
        dirs_exist_ok=True,
    )
    return folder


@pytest.mark.slow
def test_the_wheel_is_what_runs(installed):
    python = str(installed / "venv" / "bin" / "python")
    where = run(python, "-c", "import adw; print(adw.__file__)", cwd=installed).strip()

    assert Path(where).is_relative_to(installed)
    assert run(str(installed / "venv" / "bin" / "adw"), "--version", cwd=installed) == f"adw {adw.__version__}\n"


@pytest.mark.slow
def test_the_wheel_carries_templates_and_sample_so_that_the_demo_runs(installed):
    shown = json.loads(
        run(str(installed / "venv" / "bin" / "adw"), "demo", "--json", cwd=installed, HOME=str(installed))
    )

    assert shown["ok"]
    assert shown["data"]["outcome"]["record"]["outcome"] == "passed"
    assert shown["data"]["diff"].startswith("diff --git")
