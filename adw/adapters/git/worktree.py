"""A run's worktree as git and the disk know it: the folder, its `.git` link, and its registration.

The registration (`.git/worktrees/<name>`) is the worktree's own git folder: its HEAD, its index, and what ADW keeps
with it. Checks run in the worktree and may leave anything there, a rewritten `.git` link included; so git is always
given the registration's path, and the link is put right for other programs only.
"""

import os
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from adw.adapters.git.command import GitCommand
from adw.adapters.git.confined import as_error
from adw.adapters.git.repository import Repository
from adw.errors import WorkspaceError

_FOLDER = ".adw"


@dataclass(frozen=True, slots=True)
class Worktree:
    repository: Repository
    root: Path

    def registration(self) -> Path | None:
        """The worktree's git folder, if git knows this worktree; one that is broken is dropped."""
        home = self.repository.common / "worktrees"
        for entry in sorted(home.iterdir()) if home.is_dir() else ():
            if self._is_here(entry):
                if (entry / "HEAD").is_file() and (entry / "commondir").is_file():
                    return entry
                shutil.rmtree(entry)
        return None

    def git(self, registration: Path) -> GitCommand:
        """Git on the worktree, in the name of the user."""
        whole = self.repository.git()
        where = {"GIT_DIR": str(registration), "GIT_WORK_TREE": str(self.root)}
        environment = {**whole.environment, **where, **self.repository.identity.environment()}
        return replace(whole, folder=self.root, environment=environment).without_filters()

    def _is_here(self, entry: Path) -> bool:
        try:
            recorded = entry / os.fsdecode((entry / "gitdir").read_bytes()).removesuffix("\n")
        except OSError:
            return entry.name == self.root.name  # `git worktree add` was killed before it had written anything else
        # The folder is resolved, not the link in it: a check may have made that a symbolic one.
        moved = entry.name == self.root.name and not recorded.parent.exists()  # the whole repository, somewhere else
        return recorded.parent.resolve() == self.root or moved

    def add(self, branch: str, base: str, *, new: bool) -> Path:
        """Register it on `branch`, made at `base` if `new`. Its folder stays empty. Returns the git folder."""
        _remove_folder(self.root)
        where = ("--no-track", "-b", branch, str(self.root), base) if new else (str(self.root), branch)
        self.repository.git().run("worktree", "add", "--no-checkout", *where)
        registration = self.registration()
        if registration is None:
            raise WorkspaceError(f"git made the worktree {self.root} but does not list it")
        return registration

    def repair(self, registration: Path) -> None:
        """Bring back what deleted folders, moved repositories, checks and killed git commands leave."""
        self.root.mkdir(parents=True, exist_ok=True)
        link, wanted = self.root / ".git", os.fsencode(f"gitdir: {registration}\n")
        if link.is_symlink() or not link.is_file() or link.read_bytes() != wanted:
            if link.is_dir() and not link.is_symlink():
                _remove_folder(link)
            link.unlink(missing_ok=True)
            link.write_bytes(wanted)
        (registration / "gitdir").write_bytes(os.fsencode(f"{link}\n"))
        for lock in registration.glob("*.lock"):
            lock.unlink()

    def remove(self) -> None:
        """Delete the folder and the registration. Done already: nothing to do."""
        _remove_folder(self.root)
        if registration := self.registration():
            shutil.rmtree(registration)
            with suppress(OSError):  # not empty: other worktrees
                registration.parent.rmdir()


def prepare_folder(repository: Repository) -> None:
    """Make `.adw`, which ignores itself. Raises WorkspaceError where something else is in its place."""
    folder = repository.root / _FOLDER
    for place in (folder, folder / "worktrees"):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise WorkspaceError(f"{place} is not a folder of ADW's own", hint="move it away")
        try:
            place.mkdir(exist_ok=True)
        except OSError as error:
            raise as_error(str(place), error) from error
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def make_passable(root: Path) -> None:
    """Give the owner access again to folders below `root` that a check has closed."""
    for place, folders, _ in os.walk(root):
        for name in folders:
            folder = Path(place, name)
            mode = folder.lstat().st_mode
            if stat.S_ISDIR(mode) and mode & stat.S_IRWXU != stat.S_IRWXU:
                folder.chmod(stat.S_IMODE(mode) | stat.S_IRWXU)


def _remove_folder(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    if not folder.exists():
        return
    try:
        make_passable(folder)
        shutil.rmtree(folder)
    except OSError as error:
        raise as_error(str(folder), error) from error
