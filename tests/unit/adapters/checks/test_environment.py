"""Checks see no secrets, and the workspace's code rather than the checkout's."""

import subprocess
import sys
from pathlib import Path

import pytest

from adw.adapters.checks.editable import import_roots
from adw.adapters.checks.environment import python_path, scrubbed, secret_values

SECRETS = {
    "ANTHROPIC_API_KEY": "x",
    "ANTHROPIC_BASE_URL": "x",
    "OPENAI_ORG": "x",
    "AWS_PROFILE": "x",
    "GH_TOKEN": "x",
    "GITHUB_ACTIONS": "x",
    "ADW_DATABASE_URL": "x",
    "DATABASE_URL": "x",
    "STRIPE_KEY": "x",
    "KEY": "x",
    "my_password": "x",
    "DB_PASSWD": "x",
    "SIGNING_KEY_ID": "x",
    "GOOGLE_APPLICATION_CREDENTIALS": "x",
    "SSH_AUTH_SOCK": "x",
    "SENTRY_DSN": "x",
    "CLAUDE_CODE_SESSION": "x",
    "NPM_CONFIG__AUTH": "x",
    "PLAIN": "sk-ant-" + "a1b2c3d4e5f6g7h8",
    "OTHER": "ghp_" + "a" * 30,
    "PEM": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "INDEX": "https://user:hunter2@example.org/simple",
    "REDIS": "redis://:hunter2@localhost/0",
}
HARMLESS = {
    "PATH": "/usr/bin",
    "HOME": "/home/me",
    "KEYBOARD_LAYOUT": "us",
    "MONKEY": "1",
    "LANG": "de_DE.UTF-8",
    "AWS_REGION": "eu-central-1",
    "DJANGO_SETTINGS_MODULE": "shop.settings",
    "HOMEPAGE": "https://example.org/a:b",
    "PWD": "/home/me",
    "PYTHONHASHSEED": "7",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_does_not_reach_a_check(name: str) -> None:
    assert name not in scrubbed(SECRETS)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_does(name: str) -> None:
    assert scrubbed(HARMLESS)[name] == HARMLESS[name]


@pytest.mark.parametrize(
    "name",
    [
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "PYTEST_CURRENT_TEST",
        "PYTEST_XDIST_WORKER",
        "COVERAGE_PROCESS_CONFIG",
        "CI",
        "COLUMNS",
        "FORCE_COLOR",
    ],
)
def test_what_would_disturb_is_taken_out(name: str) -> None:
    assert name not in scrubbed({name: "1"})


def test_output_is_plain_and_in_english() -> None:
    made = scrubbed({"TERM": "xterm-256color", "LC_ALL": "de_DE.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"})
    assert (made["TERM"], made["NO_COLOR"], made["LC_ALL"]) == ("dumb", "1", "C.UTF-8")
    assert made["PYTHONDONTWRITEBYTECODE"] == "1"
    assert "LC_MESSAGES" not in made


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A checkout with a package in `lib`, a workspace of it below, and a virtual environment's Python."""
    checkout = tmp_path / "my checkout"
    root = checkout / ".adw" / "worktrees" / "run"
    for base, word in ((checkout, "checkout"), (root, "workspace")):
        for folder in ("lib/shop", "src/other"):
            (base / folder).mkdir(parents=True)
            (base / folder / "__init__.py").write_text(f"WHERE = {word!r}\n", encoding="utf-8")
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    (checkout / ".venv" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    return checkout, root, python


def where(package: str, path: str, first: Path) -> str:
    """Where a package is imported from, with an editable install of the checkout at work."""
    program = f"import sys; sys.path.append({str(first)!r}); import {package}; print({package}.WHERE)"
    said = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": path}, cwd="/", capture_output=True, check=True, text=True
    )
    return said.stdout.strip()


def test_the_workspace_wins_over_an_editable_install(places: tuple[Path, Path, Path]) -> None:
    checkout, root, python = places
    site = checkout / ".venv/lib/python3.11/site-packages"
    (site / "__editable__.shop.pth").write_text(f"{checkout}/lib\n", encoding="utf-8")
    path = python_path({}, root=root, checkout=checkout, python=python, scratch=checkout / "none")
    assert where("shop", path, checkout / "lib") == "workspace"
    assert where("other", path, checkout / "src") == "workspace"


def test_a_finder_of_setuptools_is_understood(places: tuple[Path, Path, Path]) -> None:
    checkout, _, python = places
    site = checkout / ".venv/lib/python3.11/site-packages"
    (site / "__editable___shop_1_0_finder.py").write_text(
        "from __future__ import annotations\n"
        f"MAPPING: dict[str, str] = {{'shop': '{checkout}/lib/shop', 'a.b': '{checkout}/python/a/b', 'odd': '/x/y'}}\n",
        encoding="utf-8",
    )
    (site / "__editable___bad_finder.py").write_text("MAPPING = {", encoding="utf-8")
    (site / "__editable___odd_finder.py").write_text("MAPPING = {1: 2, **{}}\nNAMES = []\n", encoding="utf-8")
    (site / "unreadable.pth").mkdir()
    assert import_roots(python, checkout) == (Path("lib"), Path("python"))


def test_what_pythonpath_says_of_the_checkout_means_the_workspace(places: tuple[Path, Path, Path]) -> None:
    checkout, root, python = places
    made = python_path(
        {"PYTHONPATH": f"{checkout}/lib:/opt/tools"}, root=root, checkout=checkout, python=python, scratch=root
    ).split(":")
    assert made == [f"{root}/src", str(root), f"{root}/lib", f"{checkout}/lib", "/opt/tools"]


def test_installed_packages_in_the_checkout_are_not_the_checkout(places: tuple[Path, Path, Path]) -> None:
    checkout, _, python = places
    site = checkout / ".venv/lib/python3.11/site-packages"
    (site / "a.pth").write_text(f"import site\n{site}/more\n# note\n", encoding="utf-8")
    assert import_roots(python, checkout) == ()


def test_secret_values_are_those_that_a_log_can_do_without() -> None:
    environ = {
        "SERVICE_TOKEN": "tok-0123456789",
        "SHORT_KEY": "abc",
        "SSH_AUTH_SOCK": "/tmp/ssh/agent.1",  # noqa: S108
        "GITHUB_WORKSPACE": "/home/runner/work",
        "CLAUDE_CONFIG_DIR": "claude-configuration",
        "PLAIN": "ghp_0123456789abcdefghij0123456789",
        "LONGER_SECRET": "tok-0123456789-and-more",
    }
    assert secret_values(environ) == (
        "ghp_0123456789abcdefghij0123456789",
        "tok-0123456789-and-more",
        "tok-0123456789",
    )
