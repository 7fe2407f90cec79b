"""Which checks a repository has, from its file names and the texts of a few configuration files."""

import configparser
import posixpath
import tomllib
from collections.abc import Iterable, Mapping

from adw.domain.run import CheckSpec

CONFIG_FILES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
"""Files at the root whose texts detection wants to see."""

_DEDICATED = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")
_SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest"}


def has_pytest_config(configs: Mapping[str, str]) -> bool:
    """Whether pytest would take one of these for its configuration. A broken file counts: pytest will complain."""
    return any(_configures_pytest(name, text) for name, text in configs.items())


def _configures_pytest(name: str, text: str) -> bool:
    if name in _DEDICATED:
        return True
    if name == "pyproject.toml":
        try:
            return "pytest" in tomllib.loads(text).get("tool", {})
        except tomllib.TOMLDecodeError:
            return "[tool.pytest" in text
    section = _SECTIONS.get(name)
    if section is None:
        return False
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        return f"[{section}]" in text
    return parser.has_section(section)


def has_pytest_files(files: Iterable[str]) -> bool:
    """Whether there are files that pytest collects by default, or a conftest."""
    names = (posixpath.basename(path) for path in files if "/node_modules/" not in f"/{path}")
    return any(
        name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py")
        for name in names
    )


def detect(
    files: Iterable[str], configs: Mapping[str, str], *, python: str, timeout_s: float = 600.0
) -> tuple[CheckSpec, ...]:
    """The repository's checks; empty where none is known.

    `files` are paths relative to the root, `configs` the texts of those of CONFIG_FILES that are there, `python` the
    interpreter that has the repository's test tools.
    """
    if has_pytest_config(configs) or has_pytest_files(files):
        return (CheckSpec(name="test", tool="pytest", command=(python, "-m", "pytest"), timeout_s=timeout_s),)
    return ()
