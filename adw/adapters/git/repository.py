"""The user's repository as it stands when a run starts. Only looked at, never changed."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from adw.adapters.git.checkout import Checkout, look_at
from adw.adapters.git.command import EXACT_CONTENT, ONLY_REPOSITORY_CONFIG, GitCommand, require_git
from adw.adapters.git.contents import Contents, look_into
from adw.adapters.git.diffs import unified
from adw.errors import WorkspaceError

_SHOWN = 5
NAME = "adw"
EMAIL = "adw@localhost"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who commits."""

    name: str
    email: str

    def environment(self) -> dict[str, str]:
        """As git reads it."""
        return {
            "GIT_AUTHOR_NAME": self.name,
            "GIT_AUTHOR_EMAIL": self.email,
            "GIT_COMMITTER_NAME": self.name,
            "GIT_COMMITTER_EMAIL": self.email,
        }


@dataclass(frozen=True, slots=True)
class Repository:
    """One checkout of a repository, and the commit that it has checked out."""

    root: Path
    """The checkout's top level, absolute and without symbolic links."""
    common: Path
    """The `.git` folder, shared by all worktrees of the repository."""
    checkout: Checkout
    identity: Identity
    contents: Contents

    @classmethod
    def discover(cls, start: Path) -> "Repository":
        """The repository around `start`, a folder. Raises WorkspaceError where it cannot carry a run."""
        require_git()
        if not start.is_dir():
            raise WorkspaceError(f"{start} is not a folder")
        # The user's own configuration counts here: safe.directory says whom to trust, user.* who commits.
        git = GitCommand(start.resolve())
        root = _top_level(git)
        common = (start.resolve() / git.run("rev-parse", "--git-common-dir").text).resolve()
        git = GitCommand(root).without_filters()
        checkout = look_at(git)
        if not checkout.commit:
            raise WorkspaceError(
                f"the repository at {root} has no commits, so there is nothing to start from",
                hint="commit something first: `git add -A && git commit`",
            )
        return cls(
            root=root,
            common=common,
            checkout=checkout,
            identity=_identity(git),
            contents=look_into(git, checkout.commit),
        )

    def at(self, commit: str) -> "Repository":
        """The same, as if `commit`, a full id, were checked out. Raises WorkspaceError where it is not here."""
        found = self.objects().run("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}", accept=(0, 1, 128))
        if found.status or found.text != commit:
            raise WorkspaceError(f"there is no commit {commit!r} in this repository")
        return replace(self, checkout=replace(self.checkout, commit=commit), contents=look_into(self.objects(), commit))

    @property
    def head(self) -> str:
        """The id of the commit that is checked out."""
        return self.checkout.commit

    @property
    def branch(self) -> str:
        """The branch that is checked out; empty where HEAD is detached."""
        return self.checkout.branch

    @property
    def is_dirty(self) -> bool:
        return self.checkout.is_dirty

    def git(self) -> GitCommand:
        """Git on the repository as a whole, with no work tree, and with no configuration but the repository's."""
        environment = ONLY_REPOSITORY_CONFIG | {"GIT_DIR": str(self.common)}
        return GitCommand(self.root, environment, EXACT_CONTENT)

    def objects(self) -> GitCommand:
        """Git on what is stored, alone: away from any work tree, and with an index that does not exist.

        So neither a broken index nor a .gitattributes that somebody has just written (`*.py -diff` hides changes)
        has a say in what is shown.
        """
        git = self.git()
        environment = {**git.environment, "GIT_INDEX_FILE": str(self.common / "adw-no-index")}
        return replace(git, folder=self.common, environment=environment)

    def diff(self, base: str, other: str) -> str:
        """Unified diff between two commits or trees, for runs whose worktree is gone."""
        return unified(self.objects(), base, other)

    def warnings(self) -> tuple[str, ...]:
        """What people should know before the run starts, one sentence each."""
        found = []
        if self.is_dirty:
            found.append(
                f"the checkout has {self.checkout.described()}: left alone, and not seen by the run, "
                f"which starts from commit {self.head[:10]}"
            )
        if not self.branch:
            found.append(f"HEAD is detached: the run starts from commit {self.head[:10]}")
        if self.contents.submodules:
            found.append(f"submodules stay empty in the run's workspace: {_some(self.contents.submodules)}")
        if self.contents.filters:
            found.append(
                f"git filters do not run for the workspace, files under them stay as they are stored: "
                f"{_some(self.contents.filters)}"
            )
        return tuple(found)


def _top_level(git: GitCommand) -> Path:
    bare, inside = git.run("rev-parse", "--is-bare-repository", "--is-inside-work-tree").text.split("\n")
    if inside == "true":
        return Path(git.run("rev-parse", "--show-toplevel").text)
    if bare == "true":
        raise WorkspaceError(f"{git.folder} is a bare repository", hint="clone it, and run adw in the clone")
    raise WorkspaceError(f"{git.folder} is inside a .git folder", hint="run adw in the checkout beside it")


def _identity(git: GitCommand) -> Identity:
    # `git var` would guess from the machine's name where nothing is set.
    settings = dict(
        field.split("\n", 1)
        for field in git.run("config", "--null", "--get-regexp", r"^user\.(name|email)$", accept=(0, 1)).fields
        if "\n" in field
    )
    return Identity(
        name=os.environ.get("GIT_AUTHOR_NAME") or settings.get("user.name") or NAME,
        email=os.environ.get("GIT_AUTHOR_EMAIL") or settings.get("user.email") or EMAIL,
    )


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
