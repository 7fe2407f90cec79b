from collections.abc import Callable
from pathlib import Path

import pytest

from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from tests.support.repositories import Checkout, make_repository

BRANCH = "adw/7-run"
FILES = {
    ".gitignore": b"*.log\n/cache/\n",
    "src/app.py": b"def main():\n    return 1\n",
    "src/lib.py": b"LIMIT = 10\n",
    "tool.sh": b"#!/bin/sh\n",
}


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    """A repository with one commit and a link, in a folder whose name is hard to quote."""
    made = make_repository(tmp_path / "it's a $HOME ü", FILES)
    (made.root / "tool.sh").chmod(0o755)
    (made.root / "link.py").symlink_to("src/app.py")
    made.commit({}, "links")
    return made


@pytest.fixture
def opened(checkout) -> Callable[..., GitWorkspace]:
    """Makes the workspace object of a new process."""
    return lambda **options: GitWorkspace(Repository.discover(checkout.root), "run", **options)


@pytest.fixture
def workspace(checkout, opened) -> GitWorkspace:
    made = opened()
    made.create(checkout.git("rev-parse", "HEAD"), BRANCH)
    return made


@pytest.fixture
def inside(workspace) -> Checkout:
    """The worktree, for git as anybody would call it there."""
    return Checkout(workspace.root)


@pytest.fixture
def registration(checkout) -> Path:
    """The worktree's own git folder, once there is a worktree."""
    return checkout.root / ".git" / "worktrees" / "run"
