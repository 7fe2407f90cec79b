"""A worktree that is there: what its git folder keeps of the run."""

from dataclasses import dataclass, field
from pathlib import Path

from adw.adapters.git import confined, diffs
from adw.adapters.git.command import GitCommand
from adw.adapters.git.contents import entries_of, look_into
from adw.adapters.git.index import Index
from adw.adapters.git.refs import RunRefs
from adw.adapters.git.written import Written
from adw.errors import WorkspaceError


@dataclass(frozen=True, slots=True)
class Held:
    """The run's index, refs and written paths, which together say what its content is."""

    root: Path
    objects: GitCommand
    """Git on what is stored, with no index."""
    index: Index
    refs: RunRefs
    written: Written
    own_index: Path
    """The worktree's own index: what `git status` there compares with."""
    base: str
    submodules: tuple[str, ...]
    kept: set[str] = field(default_factory=set)
    """Trees that were stored since this was opened."""

    @classmethod
    def of(cls, registration: Path, git: GitCommand, objects: GitCommand, root: Path) -> "Held":
        """From the worktree's git folder. Raises WorkspaceError where the run did not get as far as to have one."""
        refs = RunRefs(git)
        base = refs.base
        if not base:
            raise WorkspaceError(f"the worktree at {root} was never finished", hint="start a new run")
        return cls(
            root=root,
            objects=objects,
            index=Index.at(registration / "adw-index", git, root),
            refs=refs,
            written=Written(registration / "adw-written"),
            own_index=registration / "index",
            base=base,
            submodules=look_into(objects, base).submodules,
        )

    def store(self) -> str:
        """The tree of the base and all that the run wrote, as it is on disk."""
        self.index.stage(self.written.paths)
        tree = self.index.write_tree()
        if tree not in self.kept:
            self.refs.keep(tree)
            self.kept.add(tree)
        return tree

    def restore(self, tree: str) -> None:
        """Put everything right that differs from `tree`, ignored files apart that the run did not write."""
        self.index.require(tree)
        left = self.written.paths
        wanted = set(diffs.names(self.objects, self.base, tree))
        before = {path: confined.modified(self.root, path) for path in left | wanted}
        self.index.check_out(tree)
        if strays := left - wanted:
            # Half-done writes of ignored files: git takes them for caches.
            strays -= {entry.path for entry in entries_of(self.objects, tree)}
        for path in strays:
            confined.delete(self.root, path)
        for path, time in before.items():
            confined.advance(self.root, path, time)
        self.index.refresh()
        self.written.replace(wanted)

    def arrive(self, tree: str) -> None:
        """Have the content of `tree`, which was made elsewhere, and an own index that fits the branch."""
        self.refs.keep(tree)
        self.refs.git.run("read-tree", self.refs.tip)
        self.restore(tree)

    def share_index(self, *, only_missing: bool = False) -> None:
        """Give the worktree's own index what the run's holds, so that `git status` there shows what is so."""
        if not only_missing or not self.own_index.exists():
            self.index.copy_to(self.own_index)
