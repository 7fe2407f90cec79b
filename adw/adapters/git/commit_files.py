"""The files of a commit, looked at without a checkout."""

from functools import cached_property

from adw.adapters.git.contents import entries_of
from adw.adapters.git.paths import is_listed
from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import MAX_READ
from adw.errors import WorkspaceError


class CommitFiles:
    """FileView over the commit that is checked out. Symbolic links and submodules are not shown."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @cached_property
    def _blobs(self) -> dict[str, str]:
        """Object ids by path."""
        entries = entries_of(self._repository.objects(), self._repository.head)
        return {
            entry.path: entry.object_id for entry in entries if entry.mode.startswith("100") and is_listed(entry.path)
        }

    def files(self) -> tuple[str, ...]:
        return tuple(sorted(self._blobs))

    def read(self, path: str) -> bytes:
        if path not in self._blobs:
            raise WorkspaceError(f"there is no file {path!r} in commit {self._repository.head[:10]}")
        git, blob = self._repository.objects(), self._blobs[path]
        size = int(git.run("cat-file", "-s", blob).stdout)
        if size > MAX_READ:
            raise WorkspaceError(f"{path!r} has {size} bytes; at most {MAX_READ} are read")
        return git.run("cat-file", "blob", blob).stdout
