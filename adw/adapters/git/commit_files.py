"""The files of a commit, looked at without a checkout."""

from functools import cached_property

from adw.adapters.git.repository import Repository
from adw.errors import WorkspaceError

_LINK = "120000"
_SUBMODULE = "160000"


class CommitFiles:
    """FileView over the commit that is checked out. Symbolic links and submodules are not shown."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    @cached_property
    def _blobs(self) -> dict[str, str]:
        """Object ids by path."""
        listed = self._repository.git().run("ls-tree", "-r", "-z", "--full-tree", self._repository.head).fields
        blobs = {}
        for line in listed:
            described, _, path = line.partition("\t")
            mode, _, object_id = described.split(" ")
            if mode not in (_LINK, _SUBMODULE):
                blobs[path] = object_id
        return blobs

    def files(self) -> tuple[str, ...]:
        return tuple(sorted(self._blobs))

    def read(self, path: str) -> bytes:
        if path not in self._blobs:
            raise WorkspaceError(f"there is no file {path!r} in commit {self._repository.head[:10]}")
        return self._repository.git().run("cat-file", "blob", self._blobs[path]).stdout
