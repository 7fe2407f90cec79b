"""Any acts in any order: git's workspace holds what the one in memory holds."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.errors import WorkspaceError
from adw.ports import Workspace
from tests.fakes.memory_workspace import MemoryWorkspace
from tests.support.repositories import make_repository

FILES = {"a": b"a\n", "dir/b": b"b\r\n", "dir/deep/c": b"\xff\x00", "e": b""}
PATHS = ("a", "a/under", "dir", "dir/b", "dir/deep", "dir/deep/c", "e", "new/x", ".git/x")

ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("write"), st.sampled_from(PATHS), st.sampled_from((b"", b"1\n", b"2\n", b"\r\n\xfe", b"a\n"))
        ),
        st.tuples(st.just("write"), st.sampled_from(PATHS), st.none()),
        st.tuples(st.just("stray"), st.sampled_from(("a", "stray", "other/stray"))),
        st.tuples(st.sampled_from(("tree", "restore", "create", "reopen"))),
    ),
    min_size=3,
    max_size=14,
)


class Pair:
    """The same acts on both."""

    def __init__(self, root: Path) -> None:
        make_repository(root, FILES)
        self.repository = Repository.discover(root)
        self.memory = MemoryWorkspace(FILES)
        self.git = GitWorkspace(self.repository, "run")
        self.trees: list[tuple[str, str]] = []
        self.create()

    @property
    def both(self) -> tuple[Workspace, Workspace]:
        return self.memory, self.git

    def create(self) -> None:
        for one in self.both:
            one.create(self.repository.head, "adw/1-run")

    def write(self, path: str, content: bytes | None) -> None:
        refused = [_refusal(one, path, content) for one in self.both]
        assert refused[0] == refused[1]

    def stray(self, path: str) -> None:
        """What a check leaves."""
        place = self.git.root / path
        if not place.is_dir():
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(b"stray\n")
            self.memory.content[path] = b"stray\n"

    def tree(self) -> None:
        self.trees.append((self.memory.tree(), self.git.tree()))
        by_memory = {first for first, _ in self.trees}
        by_git = {second for _, second in self.trees}
        assert len(set(self.trees)) == len(by_memory) == len(by_git)

    def restore(self) -> None:
        for in_memory, in_git in self.trees[:1]:
            self.memory.restore(in_memory)
            self.git.restore(in_git)
            assert on_disk(self.git.root) == self.memory.content

    def reopen(self) -> None:
        """Another process takes over at the last stored tree, as after a crash."""
        self.tree()
        self.git = GitWorkspace(self.repository, "run")
        self.git.restore(self.trees[-1][1])
        self.memory.restore(self.trees[-1][0])


def on_disk(root: Path) -> dict[str, bytes]:
    paths = (path for path in root.rglob("*") if path.is_file() and path != root / ".git")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _refusal(workspace: Workspace, path: str, content: bytes | None) -> bool:
    try:
        workspace.write(path, content)
    except WorkspaceError:
        return True
    return False


# No shrinking: an example makes a repository, and takes a second.
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(ACTS)
def test_git_and_memory_agree(acts):
    with TemporaryDirectory() as folder:
        pair = Pair(Path(folder, "repository"))
        for act, *arguments in acts:
            getattr(pair, act)(*arguments)
        assert on_disk(pair.git.root) == pair.memory.content
        assert pair.git.touched() == pair.memory.touched()
        assert pair.git.files() == pair.memory.files()
        for path in pair.memory.files():
            assert pair.git.read(path) == pair.memory.read(path)
