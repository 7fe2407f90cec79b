"""What `git status` says of the user's checkout."""

from collections import Counter
from dataclasses import dataclass

from adw.adapters.git.command import GitCommand


@dataclass(frozen=True, slots=True)
class Checkout:
    """Numbers of paths; a path with staged and unstaged changes counts in both."""

    commit: str
    """Empty where there is none yet."""
    branch: str
    """Empty where HEAD is detached."""
    staged: int = 0
    unstaged: int = 0
    untracked: int = 0
    unmerged: int = 0

    @property
    def is_dirty(self) -> bool:
        return any((self.staged, self.unstaged, self.untracked, self.unmerged))

    def described(self) -> str:
        """`2 staged, 1 untracked paths` and so on; empty where it is clean."""
        counts = {
            "staged": self.staged,
            "unstaged": self.unstaged,
            "untracked": self.untracked,
            "unmerged": self.unmerged,
        }
        found = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        return f"{found} path{'s' * (sum(counts.values()) > 1)}" if found else ""


def look_at(git: GitCommand) -> Checkout:
    """The checkout that `git` is aimed at."""
    # Not `--renames`: a rename would spend two NUL-separated fields on one entry.
    what = ("--untracked-files=normal", "--ignore-submodules=dirty", "--no-renames")
    lines = git.run("status", "--porcelain=v2", "--branch", "-z", *what).fields
    headers = dict(line.removeprefix("# ").split(" ", 1) for line in lines if line.startswith("# "))
    commit, branch = headers["branch.oid"], headers["branch.head"]
    counts = Counter(kind for line in lines for kind in _kinds(line))
    return Checkout(
        commit="" if commit == "(initial)" else commit,
        branch="" if branch == "(detached)" else branch,
        staged=counts["staged"],
        unstaged=counts["unstaged"],
        untracked=counts["untracked"],
        unmerged=counts["unmerged"],
    )


def _kinds(line: str) -> tuple[str, ...]:
    match line[0]:
        case "1":
            index, worktree = line[2], line[3]
            return ("staged",) * (index != ".") + ("unstaged",) * (worktree != ".")
        case "u":
            return ("unmerged",)
        case "?":
            return ("untracked",)
        case _:
            return ()
