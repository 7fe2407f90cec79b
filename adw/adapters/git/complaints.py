"""What git says on standard error, as the errors that ADW raises."""

from pathlib import Path

from adw.errors import AdwError, StorageError, WorkspaceError

_STORAGE = ("No space left on device", "Disk quota exceeded", "Read-only file system", "Input/output error")
_LINES = 3


def as_error(verb: str, complaint: str, folder: Path) -> AdwError:
    """The error for a git command that failed: its message ends with git's own first words."""
    said = _first_words(complaint)
    if names_the_disk(complaint):
        return StorageError(f"git {verb} could not write: {said}", hint="make room on the disk, then `adw resume`")
    if "dubious ownership" in complaint:
        return WorkspaceError(
            f"{folder} belongs to another user, and git does not trust it",
            hint=f"if you do: git config --global --add safe.directory {folder}",
        )
    if "not a git repository" in complaint:
        return WorkspaceError(f"{folder} is not in a git repository", hint="run `git init` and commit, or go to one")
    if "exists; cannot create" in complaint:
        return WorkspaceError(
            f"a branch is in the way of the run's: {said}",
            hint="branches of runs are called adw/…, so there can be none called adw: git branch -m adw NAME",
        )
    if "promisor" in complaint or "lazy fetch" in complaint:
        return WorkspaceError(
            f"git {verb} lacks objects of this partial clone: {said}",
            hint="fetch them first: `git fetch --refetch --filter=blob:limit=1g`, or clone without --filter",
        )
    return WorkspaceError(f"git {verb} failed: {said}")


def names_the_disk(complaint: str) -> bool:
    """Whether the disk is what was in git's way."""
    return any(words in complaint for words in _STORAGE)


def _first_words(complaint: str) -> str:
    lines = [line.strip() for line in complaint.splitlines() if line.strip() and not line.startswith("hint:")]
    return "; ".join(lines[:_LINES]) or "it said nothing"
