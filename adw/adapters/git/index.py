"""The run's own index: the base and what the run wrote, whatever lies in the worktree beside it.

It is a second index next to the worktree's own, which belongs to whoever looks into the worktree.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from adw.adapters.git import confined
from adw.adapters.git.command import GitCommand
from adw.adapters.git.worktree import make_passable
from adw.errors import WorkspaceError

_CLEANINGS = 10
"""Removing a stray .gitignore shows what it hid; each round goes one folder deeper."""


@dataclass(frozen=True, slots=True)
class Index:
    """`git` is aimed at the worktree, and its GIT_INDEX_FILE is `file`."""

    git: GitCommand
    root: Path
    file: Path

    @classmethod
    def at(cls, file: Path, git: GitCommand, root: Path) -> "Index":
        return cls(replace(git, environment={**git.environment, "GIT_INDEX_FILE": str(file)}), root, file)

    def copy_to(self, file: Path) -> None:
        """Whole or not at all, whoever reads `file` meanwhile."""
        copy = file.with_name(f"{file.name}-copy")
        shutil.copyfile(self.file, copy)
        copy.replace(file)

    def stage(self, paths: Iterable[str]) -> None:
        """Take over `paths` as they are on disk now: content, executable bit, link, or gone."""
        there: list[str] = []
        gone: list[str] = []
        for path in sorted(paths):
            (there if confined.kind(self.root, path) in {"file", "link"} else gone).append(path)
        if gone:
            self.git.run("update-index", "-z", "--force-remove", "--stdin", stdin=_joined(gone))
        if there:
            self.git.run("update-index", "-z", "--add", "--replace", "--stdin", stdin=_joined(there))

    def write_tree(self) -> str:
        return self.git.run("write-tree").text

    def require(self, tree: str) -> None:
        """Raises WorkspaceError where the repository does not hold `tree`."""
        if self.git.run("cat-file", "-e", f"{tree}^{{tree}}", accept=(0, 1, 128)).status:
            raise WorkspaceError(
                f"the content {tree[:10]} of the run is no longer in the repository",
                hint="`git gc --prune=now` may have removed it; start a new run",
            )

    def check_out(self, tree: str) -> None:
        """Make index and files those of `tree`; untracked files go, ignored ones stay."""
        make_passable(self.root)
        try:
            self._read_tree(tree)
        except WorkspaceError:
            # An index that a crash has torn cannot be read; without one git looks at every file anew.
            with suppress(FileNotFoundError):
                self.file.unlink()
            self._read_tree(tree)
        for _ in range(_CLEANINGS):
            removed = self.git.run("clean", "-ffd").stdout
            if b".gitignore" not in removed:
                break

    def _read_tree(self, tree: str) -> None:
        self.git.run("read-tree", "--reset", "-u", tree)

    def refresh(self) -> None:
        """Look at the files' times again, so that nobody has to read contents to see that nothing changed."""
        self.git.run("update-index", "-q", "--refresh", accept=(0, 1))


def _joined(paths: list[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)
