"""What pytest takes for its configuration and its tests."""

import configparser
import posixpath
import tomllib
from collections.abc import Iterable, Mapping

PYTEST_FILES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
_DEDICATED = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")
_SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest"}


def has_pytest_config(configs: Mapping[str, str]) -> bool:
    """Whether pytest would take one of these for its configuration. A broken file counts: pytest will complain."""
    return any(_configures_pytest(name, text) for name, text in configs.items())


def _configures_pytest(name: str, text: str) -> bool:
    if name in _DEDICATED:
        return True
    if name == "pyproject.toml":
        return has_tool_table(text, "pytest")
    section = _SECTIONS.get(name)
    return section is not None and has_section(text, section)


def has_tool_table(pyproject: str, name: str) -> bool:
    """Whether `pyproject.toml` has `[tool.<name>]`, or seems to where it is broken."""
    try:
        return name in tomllib.loads(pyproject).get("tool", {})
    except tomllib.TOMLDecodeError:
        return f"[tool.{name}" in pyproject


def has_section(ini: str, section: str) -> bool:
    """The same for files in the manner of `setup.cfg`."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(ini)
    except configparser.Error:
        return f"[{section}]" in ini
    return parser.has_section(section)


def has_pytest_files(files: Iterable[str]) -> bool:
    """Whether there are files that pytest collects by default, or a conftest."""
    names = (posixpath.basename(path) for path in files if "/node_modules/" not in f"/{path}")
    return any(
        name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py")
        for name in names
    )
