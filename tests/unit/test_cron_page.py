"""What docs/cron.md says works: its crontab line as cron would run it, its units as systemd reads them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "cron.md").read_text(encoding="utf-8")
WORKER = """#!/bin/sh
echo "$PWD: $0 $* with $ANTHROPIC_API_KEY"
echo "a problem" >&2
"""


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def home(tmp_path) -> Path:
    """Alice's, with a repository, her keys, and an `adw` that tells how it was called."""
    for folder in ("src/shop", ".config/adw", ".local/bin"):
        (tmp_path / folder).mkdir(parents=True)
    keys = next(block for block in blocks("ini") if "ANTHROPIC_API_KEY" in block)
    (tmp_path / ".config" / "adw" / "night.env").write_text(keys.replace("…", "her-key"), encoding="utf-8")
    worker = tmp_path / ".local" / "bin" / "adw"
    worker.write_text(WORKER, encoding="utf-8")
    worker.chmod(0o755)
    return tmp_path


def test_the_crontab_line_starts_the_worker_with_keys_and_keeps_what_it_says(home):
    (crontab,) = blocks("crontab")
    lines = [line for line in crontab.replace("/home/alice", str(home)).splitlines() if line]
    *settings, entry = lines
    command = re.fullmatch(r"(?:[\d*/,-]+\s+){5}(?P<command>.+)", entry)["command"]
    assert "%" not in command  # cron makes lines of it
    # What cron gives: the crontab's settings as they stand, HOME, and little else.
    variables = {"HOME": str(home), "LOGNAME": "alice", **dict(line.split("=", 1) for line in settings)}
    for _ in range(2):
        subprocess.run([variables["SHELL"], "-c", command], cwd=home, env=variables, check=True)
    log = (home / ".local" / "state" / "adw" / "night.log").read_text(encoding="utf-8").splitlines()
    worked = f"{home}/src/shop: {home}/.local/bin/adw worker --drain with her-key"
    assert log == [worked, "a problem"] * 2


def test_the_units_are_what_systemd_understands(home, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    files = []
    for unit in blocks("ini"):
        if unit.startswith("# adw-night."):
            files.append(tmp_path / unit.partition("\n")[0].removeprefix("# "))
            files[-1].write_text(unit, encoding="utf-8")
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(tmp_path)}
    command = ["systemd-analyze", "verify", "--user", "--man=no", "--recursive-errors=no", *map(str, files)]
    looked = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert [path.name for path in files] == ["adw-night.service", "adw-night.timer"]
    assert (looked.returncode, looked.stderr) == (0, "")
