"""A Workspace in memory: the same rules for paths and the same answers as git's, without git."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from adw.adapters.git.paths import check_allowed, check_named, is_private
from adw.errors import WorkspaceError

Files = dict[str, bytes]


class MemoryWorkspace:
    """Starts from `files` as the base commit. Links, executable bits and ignored files do not exist here."""

    def __init__(self, files: Mapping[str, bytes], *, allow: Iterable[str] = (), root: Path = Path("memory")) -> None:
        self.root = root
        self.content: Files = dict(files)
        """What lies in the workspace now; tests may change it as a check would."""
        self.commits: list[tuple[str, str]] = []
        """(tree, message) of every commit of the run."""
        self._base: Files = dict(files)
        self._written: set[str] = set()
        self._trees: dict[str, Files] = {}
        self._allow = tuple(allow)
        self._carried: tuple[str, int] | None = None
        """The tree and the number of commits that went out last."""

    def create(self, base_commit: str, branch: str) -> None:
        self.base_commit, self.branch = base_commit, branch
        self.content, self._written = dict(self._base), set()

    def files(self) -> tuple[str, ...]:
        return tuple(sorted(path for path in self._now() if not is_private(path)))

    def read(self, path: str) -> bytes:
        named = check_named(path)
        if named not in self.content:
            raise WorkspaceError(f"there is no file {path!r}")
        return self.content[named]

    def write(self, path: str, content: bytes | None) -> None:
        named = self._writable(path)
        self._written.add(named)
        if content is None:
            self.content.pop(named, None)
        else:
            self.content[named] = content

    def check_writable(self, path: str) -> None:
        self._writable(path)

    def tree(self) -> str:
        return self._store(self._now())

    def restore(self, tree: str) -> None:
        if tree not in self._trees:
            raise WorkspaceError(f"the content {tree[:10]} of the run is no longer there")
        self.content = dict(self._trees[tree])
        self._written = set(self._differing(self.content))

    def touched(self) -> tuple[str, ...]:
        return self._differing(self._now())

    def diff(self) -> str:
        now = self._now()
        return "".join(_unified(path, self._base.get(path), now.get(path)) for path in self.touched())

    def commit(self, message: str) -> str:
        tree = self.tree()
        last = self.commits[-1][0] if self.commits else self._store(self._base)
        if tree != last:
            self.commits.append((tree, message))
        return hashlib.sha256(repr(self.commits).encode()).hexdigest() if self.commits else self.base_commit

    def carry(self, since: str) -> str:
        base = (self._store(self._base), 0)
        known = self._carried if self._carried and since == self._carried[0] else (since or base[0], 0)
        point = (self.tree(), len(self.commits))
        if point == known:
            return ""
        self._carried = point
        trees = {tree for tree, _ in self.commits} | {point[0]}
        contents = {tree: {path: text.decode("latin-1") for path, text in self._trees[tree].items()} for tree in trees}
        return json.dumps({"tree": point[0], "trees": contents, "commits": self.commits})

    def take_over(self, base_commit: str, branch: str, carried: Sequence[str]) -> None:
        self.create(base_commit, branch)
        self.commits, self._carried = [], (self._store(self._base), 0)
        for text in filter(None, carried):
            part = json.loads(text)
            for tree, files in part["trees"].items():
                self._trees[tree] = {path: content.encode("latin-1") for path, content in files.items()}
            self.commits = [(tree, message) for tree, message in part["commits"]]
            self._carried = (part["tree"], len(self.commits))
        self.restore(self._carried[0])

    def _writable(self, path: str) -> str:
        named = check_named(path)
        check_allowed(named, self._allow)
        if any(other.startswith(f"{named}/") for other in self.content):
            raise WorkspaceError(f"{path!r} is a folder")
        if above := next((other for other in self.content if named.startswith(f"{other}/")), None):
            raise WorkspaceError(f"{path!r} lies under {above!r}, which is a file, not a folder")
        return named

    def _now(self) -> Files:
        """The base with what the run wrote: what checks left does not count."""
        kept = {path: content for path, content in self._base.items() if path not in self._written}
        return kept | {path: self.content[path] for path in self._written if path in self.content}

    def _differing(self, files: Files) -> tuple[str, ...]:
        return tuple(sorted(p for p in self._base.keys() | files.keys() if self._base.get(p) != files.get(p)))

    def _store(self, files: Files) -> str:
        tree = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
        self._trees[tree] = dict(files)
        return tree


def _unified(path: str, old: bytes | None, new: bytes | None) -> str:
    before, after = ([] if text is None else text.decode(errors="replace").splitlines() for text in (old, new))
    names = (f"a/{path}" if old is not None else "/dev/null", f"b/{path}" if new is not None else "/dev/null")
    lines = difflib.unified_diff(before, after, *names, lineterm="")
    return "".join(f"{line}\n" for line in (f"diff --git a/{path} b/{path}", *lines))
