"""The interpreter that has the test tool: the repository's own first."""

import os
import sys
from pathlib import Path

import pytest

from adw.adapters.checks.interpreter import find_python
from adw.errors import CheckError

HAS = "#!/bin/sh\nexit 0\n"
LACKS = "#!/bin/sh\nexit 1\n"


def python(folder: Path, script: str, name: str = "python") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_the_checkouts_own_environment_comes_first(tmp_path: Path) -> None:
    own = python(tmp_path / ".venv" / "bin", HAS)
    python(tmp_path / "active" / "bin", HAS)
    assert find_python(tmp_path, {"VIRTUAL_ENV": str(tmp_path / "active"), "PATH": ""}) == own


def test_one_without_the_tool_is_passed_over(tmp_path: Path) -> None:
    python(tmp_path / ".venv" / "bin", LACKS)
    active = python(tmp_path / "active" / "bin", HAS)
    assert find_python(tmp_path, {"VIRTUAL_ENV": str(tmp_path / "active"), "PATH": ""}) == active


def test_then_those_on_the_path(tmp_path: Path) -> None:
    python(tmp_path / "one", LACKS, "python3")
    found = python(tmp_path / "one", HAS, "python")
    assert find_python(tmp_path, {"PATH": str(tmp_path / "one")}) == found


def test_then_the_one_that_runs_adw(tmp_path: Path) -> None:
    assert find_python(tmp_path, {"PATH": str(tmp_path)}) == sys.executable


def test_one_that_cannot_be_started_is_passed_over(tmp_path: Path) -> None:
    python(tmp_path / ".venv" / "bin", "#!/nonexistent/interpreter\n")
    assert find_python(tmp_path, {"PATH": ""}) == sys.executable


def test_none_at_all_is_an_error_that_says_what_was_tried(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="no_such_module") as caught:
        find_python(tmp_path, {"PATH": os.environ["PATH"]}, module="no_such_module")
    assert sys.executable in caught.value.message
    assert ".venv" in caught.value.hint


def test_a_folder_named_like_the_tool_is_not_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_tool").mkdir()
    (tmp_path / "shop_tool" / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckError):
        find_python(tmp_path, {"PATH": "", "PYTHONPATH": str(tmp_path)}, module="shop_tool")
