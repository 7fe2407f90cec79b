"""What git remembers of a run: its branch, and refs that only its worktree has.

`refs/worktree/adw/base` is the commit that the run started from, `…/tip` its last commit, `…/content` the tree that was
stored last. They go with the worktree. Of a worktree's own refs `git gc` in the user's checkout regards not the refs
but their logs, so `content` has one: what it names is kept for gc.reflogExpire, 90 days.
"""

from dataclasses import dataclass

from adw.adapters.git.command import GitCommand
from adw.errors import WorkspaceError

_OWN = "refs/worktree/adw"


@dataclass(frozen=True, slots=True)
class RunRefs:
    """`git` is aimed at the run's worktree."""

    git: GitCommand

    def resolve(self, name: str) -> str:
        """The object that `name` stands for; empty where there is none."""
        return self.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name, accept=(0, 1, 128)).text

    def has(self, commit: str, tip: str) -> bool:
        """Whether `commit` is `tip` or comes before it."""
        return self.git.run("merge-base", "--is-ancestor", commit, tip, accept=(0, 1)).status == 0

    def delete_branch(self, branch: str, tip: str) -> None:
        """Raises WorkspaceError where the branch is no longer at `tip`."""
        self.git.run("update-ref", "-d", f"refs/heads/{branch}", tip)

    @property
    def base(self) -> str:
        return self.resolve(f"{_OWN}/base")

    @property
    def tip(self) -> str:
        return self.resolve(f"{_OWN}/tip")

    @property
    def branch(self) -> str:
        """The full name of the branch that the worktree is on; empty where it is on none."""
        return self.git.run("symbolic-ref", "--quiet", "HEAD", accept=(0, 1)).text

    def start(self, branch: str, base: str) -> None:
        """Put the worktree on `branch`, which a new run begins at `base` and a resumed one finds where it left it.

        Raises WorkspaceError where the branch holds what this run did not make.
        """
        ref = self._enter(branch, base)
        tip, head = self.tip or base, self.resolve(f"{ref}^{{commit}}")
        if not head:
            self._update((ref, tip, ""))
        elif tip not in {head, self.resolve(f"{ref}^")}:
            raise foreign(branch)
        self._update((f"{_OWN}/base", base, self.base), (f"{_OWN}/tip", tip, self.tip))

    def move(self, branch: str, base: str, tip: str) -> None:
        """Put the worktree on `branch` at `tip`, which the run has made elsewhere.

        What the run itself has left here is passed over: an older commit, or one that nobody else has heard of.
        Raises WorkspaceError where the branch holds what this run did not make.
        """
        ref = self._enter(branch, base)
        head = self.resolve(f"{ref}^{{commit}}")
        if head not in {"", tip} and not self.lies_between(head, base, tip) and not self._was_made_here(head):
            raise foreign(branch)
        self._update((ref, tip, head), (f"{_OWN}/base", base, self.base), (f"{_OWN}/tip", tip, self.tip))

    def lies_between(self, commit: str, base: str, tip: str) -> bool:
        """Whether `commit` is one of those from `base` to `tip`, both included."""
        return self.has(base, commit) and self.has(commit, tip)

    def _enter(self, branch: str, base: str) -> str:
        """Have the worktree on `branch`, by its full name. Raises WorkspaceError where the run has another base."""
        ref = f"refs/heads/{branch}"
        if self.branch != ref:
            self.git.run("symbolic-ref", "HEAD", ref)
        known = self.base
        if known and known != base:
            raise WorkspaceError(f"the run's worktree was made from commit {known[:10]}, not from {base[:10]}")
        return ref

    def _was_made_here(self, head: str) -> bool:
        """Whether it is the run's last commit in this worktree: noted, or made right before a crash."""
        tip = self.tip
        if not tip or head == tip:
            return bool(tip)
        content, before = self.resolve(f"{_OWN}/content"), self.resolve(f"{tip}^{{tree}}")
        return self.resolve(f"{head}^") == tip and self.resolve(f"{head}^{{tree}}") == content != before

    def keep(self, tree: str) -> None:
        """Hold a stored content against `git gc`."""
        self.git.run("update-ref", "--create-reflog", "-m", "adw", f"{_OWN}/content", tree)

    def commit(self, tree: str, message: str) -> str:
        """The branch's commit of `tree`: the last one if it has it already, else a new one on top of it."""
        ref = self.branch
        tip, head = self.tip, self.resolve(ref)
        same = self.resolve(f"{ref}^{{tree}}") == tree
        interrupted = same and self.resolve(f"{ref}^") == tip
        if head != tip and not interrupted:
            raise foreign(ref.removeprefix("refs/heads/"))
        if not same:
            text = message.replace("\0", "").rstrip() + "\n"
            head = self.git.run("commit-tree", tree, "-p", tip, "-F", "-", stdin=text.encode(errors="replace")).text
            self._update((ref, head, tip))
        if head != tip:
            self._update((f"{_OWN}/tip", head, tip))
        return head

    def _update(self, *changes: tuple[str, str, str]) -> None:
        """(name, new, old) each; an old value that is empty means that it is not there yet."""
        zero = "0" * len(changes[0][1])
        lines = [f"update {name}\0{new}\0{old or zero}\0" for name, new, old in changes]
        self.git.run("update-ref", "-m", "adw", "-z", "--stdin", stdin="".join(lines).encode())


def foreign(branch: str) -> WorkspaceError:
    """The error for a branch that somebody else has moved."""
    return WorkspaceError(
        f"branch {branch} holds commits that this run did not make",
        hint=f"keep them under another name: git branch -m {branch} NAME",
    )
