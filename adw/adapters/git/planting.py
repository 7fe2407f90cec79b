"""A folder of files as a new repository with one commit: how the demo gets one to work in."""

from pathlib import Path

from adw.adapters.git.command import ONLY_REPOSITORY_CONFIG, GitCommand
from adw.adapters.git.repository import EMAIL, NAME

_IDENTITY = {
    "GIT_AUTHOR_NAME": NAME,
    "GIT_AUTHOR_EMAIL": EMAIL,
    "GIT_COMMITTER_NAME": NAME,
    "GIT_COMMITTER_EMAIL": EMAIL,
}


def plant(folder: Path, message: str) -> None:
    """Commit all that lies in `folder` to a new repository there, on branch `main`."""
    git = GitCommand(folder, ONLY_REPOSITORY_CONFIG | _IDENTITY)
    git.run("init", "--quiet", "--template=", "--initial-branch=main")
    git.run("add", "--all", "--force")
    git.run("commit", "--quiet", "--no-verify", f"--message={message}")
