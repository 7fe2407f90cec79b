"""The run's own checkout: a git worktree at `.adw/worktrees/<run id>`, on a branch of its own.

Content goes in and out as `git add` and `git checkout` would take it with the repository's .gitattributes (text, eol,
working-tree-encoding), never with the user's core.autocrlf, and never through filters: files under git LFS stay
the pointers that the commit holds.

The process that creates, restores or writes holds the workspace: one at a time, the run's lock sees to it. Another
may look (`read`, `files`, `touched`, `diff`) meanwhile; it works on a copy of the run's index.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from adw.adapters.git import confined, diffs
from adw.adapters.git.carried import Carried, Point, pack, unpack
from adw.adapters.git.contents import SUBMODULE, entries_of
from adw.adapters.git.held import Held
from adw.adapters.git.index import Index
from adw.adapters.git.paths import check_allowed, check_named, is_listed
from adw.adapters.git.refs import RunRefs, foreign
from adw.adapters.git.repository import Repository
from adw.adapters.git.run_branch import RunBranch
from adw.adapters.git.worktree import Worktree, prepare_folder
from adw.errors import WorkspaceError

MAX_READ = 2_000_000
"""Bytes of the largest file that `read` brings."""

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class GitWorkspace:
    """Workspace on a git worktree. The user's checkout is never written to."""

    root: Path

    def __init__(self, repository: Repository, run_id: str, *, allow: Iterable[str] = ()) -> None:
        """`allow`: globs of CI files that the run may write."""
        if not _RUN_ID.fullmatch(run_id):
            raise WorkspaceError(f"{run_id!r} is not a run id")
        self.root = repository.root / ".adw" / "worktrees" / run_id
        self._repository = repository
        self._worktree = Worktree(repository, self.root)
        self._allow = tuple(allow)
        self._held: Held | None = None
        self._carried: Point | None = None
        """What another clone knows by what went out last."""

    def create(self, base_commit: str, branch: str) -> None:
        """See the port. The branch of a resumed run stays where its last commit put it."""
        base = self._commit(base_commit)
        self._registered(branch, base, base).start(branch, base)
        self.restore(f"{base}^{{tree}}")
        self._here.share_index(only_missing=True)

    def carry(self, since: str) -> str:
        """See the port. Raises WorkspaceError where that is more than carried.MAX_PACK."""
        here = self._here
        point, known = Point(here.store(), here.refs.tip), self._known(since)
        if point == known:
            return ""
        objects = pack(here.objects, point, here.base, known)
        self._carried = point
        return Carried(point, objects).text

    def take_over(self, base_commit: str, branch: str, carried: Sequence[str]) -> None:
        """See the port. Raises StorageError for texts that are damaged."""
        base = self._commit(base_commit)
        parts = [Carried.read(text) for text in carried if text]
        unpack(self._repository.objects(), base, parts)
        point = parts[-1].point if parts else Point(self._tree_of(base), base)
        self._registered(branch, base, point.tip).move(branch, base, point.tip)
        self._held = self._hold(self._registration())
        self._held.arrive(point.tree)
        self._carried = point

    def files(self) -> tuple[str, ...]:
        """See the port. Without submodules, names that are not UTF-8 and files that are never read."""
        entries = entries_of(self._repository.objects(), self.content())
        return tuple(sorted(one.path for one in entries if one.mode != SUBMODULE and is_listed(one.path)))

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
        confined.check_place(self.root, real, link=not follow)
        if inside := next((top for top in self._here.submodules if f"{real}/".startswith(f"{top}/")), None):
            raise WorkspaceError(f"{path!r} lies in the submodule {inside!r}, which a run cannot change")
        return real

    def tree(self) -> str:
        return self._here.store()

    def restore(self, tree: str) -> None:
        """See the port. Ignored files that the run did not write stay: caches, build output."""
        registration = self._registration()
        self._worktree.repair(registration)
        self._held = self._held or self._hold(registration)
        self._held.restore(tree)

    def touched(self) -> tuple[str, ...]:
        return diffs.names(self._repository.objects(), self._base(), self.content())

    def diff(self) -> str:
        return diffs.unified(self._repository.objects(), self._base(), self.content())

    def commit(self, message: str) -> str:
        """See the port. By the user's git identity."""
        commit = self._here.refs.commit(self.tree(), message)
        self._here.share_index()
        return commit

    def at_stake(self, branch: str, base: str = "") -> str:
        """What would be lost with worktree and `branch`, in one sentence; empty where others have it all.

        `base`: the commit that the run started from. What checks and people left in files that the run did not write
        is not looked at.
        """
        made = RunBranch(self._repository, branch, base)
        if commits := made.unmerged():
            what = "1 commit that is" if commits == 1 else f"{commits} commits that are"
            return f"branch {branch} has {what} not merged: neither into what is checked out nor on a remote"
        registration = self._worktree.registration() if self.root.is_dir() else None
        if registration is None:
            return ""
        refs = RunRefs(self._worktree.git(registration))
        tip = made.tip or refs.tip
        changed = refs.base and tip and diffs.names(self._repository.objects(), tip, self.content())
        return f"its worktree has changes that no commit has, in {', '.join(changed)}" if changed else ""

    def remove(self, *, branch: str = "", base: str = "", force: bool = False) -> None:
        """Delete the worktree, and `branch`, begun at `base`, if one is named. Done already: nothing to do.

        Raises WorkspaceError, and deletes nothing, where a branch is named and something is at stake, unless `force`;
        and where another checkout is on the branch, `force` or not.
        """
        made = RunBranch(self._repository, branch, base)
        if branch:
            made.require_free(self.root)
        lost = self.at_stake(branch, base) if branch and not force else ""
        if lost:
            raise WorkspaceError(lost, hint=f"merge it first (git merge {branch}), or force")
        self._worktree.remove()
        self._held = None
        made.delete()

    def content(self) -> str:
        """The tree of what is there now; of a workspace that another process may hold, without disturbing it.

        Nothing keeps it from `git gc` but the 14 days that git gives new objects. Raises WorkspaceError.
        """
        if self._held is not None:
            return self._held.store()
        registration = self._registration()
        held = self._hold(registration)
        with TemporaryDirectory(prefix="adw-") as scratch:
            index = Index.at(Path(scratch, "index"), held.index.git, self.root)
            held.index.copy_to(index.file)
            index.stage(held.written.paths)
            return index.write_tree()

    def _commit(self, name: str) -> str:
        commit = RunRefs(self._repository.git()).resolve(f"{name}^{{commit}}")
        if not commit:
            raise WorkspaceError(f"there is no commit {name!r} in this repository")
        return commit

    def _known(self, since: str) -> Point:
        """What another clone has that got the text of `since`: at least."""
        if self._carried and since == self._carried.tree:
            return self._carried
        base = self._here.base
        return Point((since and self._tree_of(since)) or self._tree_of(base), base)

    def _tree_of(self, name: str) -> str:
        """The tree of a commit or tree; empty where there is none."""
        return RunRefs(self._repository.objects()).resolve(f"{name}^{{tree}}")

    def _registered(self, branch: str, base: str, tip: str) -> RunRefs:
        """The refs of the worktree, which is made on `branch` where it is missing.

        Raises WorkspaceError where that branch is there and not between `base` and `tip`.
        """
        prepare_folder(self._repository)
        registration = self._worktree.registration()
        if registration is None:
            whole = RunRefs(self._repository.git())
            there = whole.resolve(f"refs/heads/{branch}^{{commit}}")
            if there and not whole.lies_between(there, base, tip):
                raise foreign(branch)
            registration = self._worktree.add(branch, base, new=not there)
        self._worktree.repair(registration)
        return RunRefs(self._worktree.git(registration))

    @property
    def _here(self) -> Held:
        if self._held is None:
            self._held = self._hold(self._registration())
        return self._held

    def _registration(self) -> Path:
        registration = self._worktree.registration()
        if registration is None:
            raise WorkspaceError(f"the run has no worktree at {self.root}", hint="start a new run")
        return registration

    def _hold(self, registration: Path) -> Held:
        return Held.of(registration, self._worktree.git(registration), self._repository.objects(), self.root)

    def _base(self) -> str:
        return (self._held or self._hold(self._registration())).base
