"""The run's own checkout: a git worktree at `.adw/worktrees/<run id>`, on a branch of its own.

Content goes in and out as `git add` and `git checkout` would take it with the repository's .gitattributes (text, eol,
working-tree-encoding), never with the user's core.autocrlf, and never through filters: files under git LFS stay
the pointers that the commit holds.
"""

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from adw.adapters.git import confined, diffs
from adw.adapters.git.command import GitCommand
from adw.adapters.git.contents import look_into
from adw.adapters.git.index import Index
from adw.adapters.git.paths import check_allowed, check_named, is_private
from adw.adapters.git.refs import RunRefs, foreign
from adw.adapters.git.repository import Repository
from adw.adapters.git.worktree import Worktree, prepare_folder
from adw.adapters.git.written import Written
from adw.errors import WorkspaceError

MAX_READ = 2_000_000
"""Bytes of the largest file that `read` brings."""

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class _Open:
    """What is known of a worktree that exists."""

    index: Index
    refs: RunRefs
    written: Written
    own_index: Path
    base: str
    submodules: tuple[str, ...]


class GitWorkspace:
    """Workspace on a git worktree. One process at a time; the user's checkout is never written to."""

    root: Path

    def __init__(self, repository: Repository, run_id: str, *, allow: Iterable[str] = ()) -> None:
        """`allow`: globs of CI files that the run may write."""
        if not _RUN_ID.fullmatch(run_id):
            raise WorkspaceError(f"{run_id!r} is not a run id")
        self.root = repository.root / ".adw" / "worktrees" / run_id
        self._repository = repository
        self._worktree = Worktree(repository, self.root)
        self._allow = tuple(allow)
        self._opened: _Open | None = None

    def create(self, base_commit: str, branch: str) -> None:
        """See the port. The branch of a resumed run stays where its last commit put it."""
        base = self._whole_refs().resolve(f"{base_commit}^{{commit}}")
        if not base:
            raise WorkspaceError(f"there is no commit {base_commit!r} in this repository")
        prepare_folder(self._repository)
        registration = self._worktree.registration() or self._register(branch, base)
        self._worktree.repair(registration)
        refs = RunRefs(self._git(registration))
        refs.start(branch, base)
        self._opened = self._open(registration, base)
        self.restore(f"{base}^{{tree}}")
        if not self._opened.own_index.exists():
            self._share_index()

    def _register(self, branch: str, base: str) -> Path:
        there = self._whole_refs().resolve(f"refs/heads/{branch}^{{commit}}")
        if there and there != base:
            raise foreign(branch)
        return self._worktree.add(branch, base, new=not there)

    def files(self) -> tuple[str, ...]:
        """See the port. Without submodules, names that are not UTF-8 and files that are never read."""
        here = self._here
        here.index.stage(here.written.paths)
        return tuple(sorted(path for mode, path in here.index.entries() if mode != _SUBMODULE and _is_readable(path)))

    def read(self, path: str) -> bytes:
        """See the port. At most MAX_READ bytes."""
        real = confined.locate(self.root, check_named(path))
        return confined.read(self.root, check_named(real), MAX_READ)

    def write(self, path: str, content: bytes | None) -> None:
        """See the port. Through a link inside the workspace; deleting a link leaves what it points to."""
        real = self._writable(path, follow=content is not None)
        self._here.written.add(real)
        if content is None:
            confined.delete(self.root, real)
        else:
            confined.write(self.root, real, content)

    def check_writable(self, path: str) -> None:
        self._writable(path, follow=True)

    def _writable(self, path: str, *, follow: bool) -> str:
        named = check_named(path)
        real = check_named(confined.locate(self.root, named, follow=follow))
        for name in (named, real):
            check_allowed(name, self._allow)
        confined.check_place(self.root, real)
        if inside := next((top for top in self._here.submodules if f"{real}/".startswith(f"{top}/")), None):
            raise WorkspaceError(f"{path!r} lies in the submodule {inside!r}, which a run cannot change")
        return real

    def tree(self) -> str:
        here = self._here
        here.index.stage(here.written.paths)
        tree = here.index.write_tree()
        here.refs.keep(tree)
        return tree

    def restore(self, tree: str) -> None:
        """See the port. Ignored files that the run did not write stay: caches, build output."""
        here = self._here
        here.index.require(tree)
        left = here.written.paths
        wanted = set(diffs.names(here.index.git, here.base, tree))
        before = {path: confined.modified(self.root, path) for path in left | wanted}
        here.index.check_out(tree)
        kept = {path for _, path in here.index.entries()} if left - wanted else set()
        for path in left - wanted - kept:
            confined.delete(self.root, path)
        for path, time in before.items():
            confined.advance(self.root, path, time)
        here.index.refresh()
        here.written.replace(wanted)

    def touched(self) -> tuple[str, ...]:
        return diffs.names(self._here.index.git, self._here.base, self.tree())

    def diff(self) -> str:
        return diffs.unified(self._here.index.git, self._here.base, self.tree())

    def commit(self, message: str) -> str:
        commit = self._here.refs.commit(self.tree(), message)
        self._share_index()
        return commit

    def remove(self, *, branch: str = "", force: bool = False) -> None:
        """Delete the worktree, and `branch` if one is named. Done already: nothing to do.

        Raises WorkspaceError, and deletes nothing, where the branch has commits that the checkout's HEAD has not,
        unless `force`.
        """
        git, refs = self._repository.git(), self._whole_refs()
        tip = refs.resolve(f"refs/heads/{branch}^{{commit}}") if branch else ""
        if tip and not force and git.run("merge-base", "--is-ancestor", tip, self._head(), accept=(0, 1)).status:
            raise WorkspaceError(
                f"branch {branch} has commits that are not merged into what is checked out",
                hint=f"merge it first (git merge {branch}), or force",
            )
        self._worktree.remove()
        self._opened = None
        if tip:
            git.run("update-ref", "-d", f"refs/heads/{branch}", tip)

    def _head(self) -> str:
        return GitCommand(self._repository.root).run("rev-parse", "HEAD").text

    def _whole_refs(self) -> RunRefs:
        return RunRefs(self._repository.git())

    def _git(self, registration: Path) -> GitCommand:
        whole = self._repository.git()
        where = {"GIT_DIR": str(registration), "GIT_WORK_TREE": str(self.root)}
        environment = {**whole.environment, **where, **self._repository.identity.environment()}
        return replace(whole, folder=self.root, environment=environment).without_filters()

    def _open(self, registration: Path, base: str) -> _Open:
        git = self._git(registration)
        own = registration / "index"
        return _Open(
            index=Index.beside(git, self.root, own),
            refs=RunRefs(git),
            written=Written(registration / "adw-written"),
            own_index=own,
            base=base,
            submodules=look_into(git, base).submodules,
        )

    @property
    def _here(self) -> _Open:
        if self._opened is None:
            registration = self._worktree.registration() if self.root.is_dir() else None
            base = RunRefs(self._git(registration)).base if registration else ""
            if not registration or not base:
                raise WorkspaceError(f"the run has no worktree at {self.root}", hint="`adw resume` makes it again")
            self._opened = self._open(registration, base)
        return self._opened

    def _share_index(self) -> None:
        """Give the worktree's own index what the run's holds, so that `git status` there shows what is so."""
        here = self._here
        copy = here.own_index.with_name("adw-index-copy")
        shutil.copyfile(here.index.file, copy)
        copy.replace(here.own_index)


def _is_readable(path: str) -> bool:
    return not is_private(path) and not any("\ud800" <= character <= "\udfff" for character in path)
