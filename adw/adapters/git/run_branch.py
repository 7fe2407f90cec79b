"""A run's branch at its end: whether somebody else has its work, and how it goes."""

from dataclasses import dataclass
from pathlib import Path

from adw.adapters.git import diffs
from adw.adapters.git.refs import RunRefs
from adw.adapters.git.repository import Repository
from adw.errors import WorkspaceError


@dataclass(frozen=True, slots=True)
class RunBranch:
    """A branch that may be there or not."""

    repository: Repository
    name: str
    base: str = ""
    """The commit that the run started from; empty where nobody knows."""

    @property
    def tip(self) -> str:
        """Its commit; empty where there is no such branch."""
        return self._refs.resolve(f"refs/heads/{self.name}^{{commit}}") if self.name else ""

    def unmerged(self) -> int:
        """How many of its commits are neither in what is checked out nor on a remote; 0 where their changes are.

        As far as is known here: nothing is fetched.
        """
        tip = self.tip
        if not tip:
            return 0
        base = self._refs.resolve(f"{self.base}^{{commit}}") if self.base else ""
        known = [one for one in (base, self.repository.head) if one]
        missing = self.repository.git().run("rev-list", "--count", tip, "--not", *known, "--remotes", "--").text
        return 0 if base and self._is_in_head(base, tip) else int(missing)

    def _is_in_head(self, base: str, tip: str) -> bool:
        """Whether every file that changed since the base is checked out as the branch has it: squashed, picked."""
        objects = self.repository.objects()
        return not {*diffs.names(objects, base, tip)} & {*diffs.names(objects, self.repository.head, tip)}

    def require_free(self, own: Path) -> None:
        """Raises WorkspaceError where a checkout beside the run's `own` is on it: it would be left without a HEAD."""
        folder = ""
        for line in self.repository.git().run("worktree", "list", "--porcelain").text.splitlines():
            key, _, value = line.partition(" ")
            if key == "worktree":
                folder = value
            elif (key, value) == ("branch", f"refs/heads/{self.name}") and Path(folder) != own:
                raise WorkspaceError(
                    f"branch {self.name} is checked out in {folder}", hint="check out another one there (git switch)"
                )

    def delete(self) -> None:
        """Done already: nothing to do."""
        if tip := self.tip:
            self._refs.delete_branch(self.name, tip)

    @property
    def _refs(self) -> RunRefs:
        return RunRefs(self.repository.git())
