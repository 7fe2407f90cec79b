"""Real git repositories for tests, made in a folder and independent of the machine's configuration."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "User",
    "GIT_AUTHOR_EMAIL": "user@example.org",
    "GIT_COMMITTER_NAME": "User",
    "GIT_COMMITTER_EMAIL": "user@example.org",
}


@dataclass(frozen=True)
class Checkout:
    """A repository's checkout at `root`."""

    root: Path

    def git(self, *arguments: str, accept: tuple[int, ...] = (0,), stdin: bytes = b"") -> str:
        """What git says on standard output, without the last line's end."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=_ENVIRONMENT, input=stdin, capture_output=True, check=False
        )
        assert done.returncode in accept, done.stderr.decode(errors="replace")
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def commit(self, files: Mapping[str, bytes], message: str = "a commit") -> str:
        """Write `files`, commit everything, and return the commit's id."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


def make_repository(root: Path, files: Mapping[str, bytes] | None = None) -> Checkout:
    """A repository at `root` on branch `main`, with one commit of `files` if any are given."""
    root.mkdir(parents=True, exist_ok=True)
    checkout = Checkout(root)
    checkout.git("init", "--quiet", "--initial-branch=main")
    if files is not None:
        checkout.commit(files)
    return checkout
