"""The user's checkout, index, stash, branches and untracked files are byte for byte what they were."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.errors import WorkspaceError
from tests.support.dirt import DIRT, make_user_repository, set_traps
from tests.support.fingerprint import differences, fingerprint, lost_objects, objects

PATHS = ("src/app.py", "src/new/deep.py", "docs/guide.md", "crlf.txt", "link.md", "dangling", "x.log", "tool.sh")
BRANCH = "adw/7-run"

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(PATHS), st.binary(max_size=40)),
        st.tuples(st.just("delete"), st.sampled_from(PATHS)),
        st.tuples(st.sampled_from(("tree", "commit", "look", "again", "crash", "check", "tear", "restore", "remove"))),
    ),
    max_size=12,
)


class Session:
    """A run's acts on its workspace, in any order, with what crashes and checks do in between."""

    def __init__(self, checkout: Path) -> None:
        self.repository = Repository.discover(checkout)
        self.workspace = GitWorkspace(self.repository, "run")
        self.trees: list[str] = []

    def do(self, act: tuple) -> None:
        try:
            getattr(self, act[0])(*act[1:])
        except WorkspaceError:
            self.again()  # removed before, or a link that leads out: both are answers

    def write(self, path: str, content: bytes) -> None:
        self.workspace.write(path, content)

    def delete(self, path: str) -> None:
        self.workspace.write(path, None)

    def tree(self) -> None:
        self.trees.append(self.workspace.tree())

    def restore(self) -> None:
        for tree in self.trees[-1:]:
            self.workspace.restore(tree)
            assert self.workspace.tree() == tree

    def commit(self) -> None:
        self.workspace.commit("A commit")

    def look(self) -> None:
        self.workspace.diff()
        self.workspace.touched()
        self.workspace.files()

    def again(self) -> None:
        self.workspace.create(self.repository.head, BRANCH)

    def crash(self) -> None:
        self.workspace = GitWorkspace(Repository.discover(self.repository.root), "run")
        for name in ("index.lock", "adw-index.lock"):
            for registration in (self.repository.common / "worktrees").glob("*"):
                (registration / name).touch()
        self.again()

    def check(self) -> None:
        """What a test run may leave: output, caches, changed files."""
        root = self.workspace.root
        if root.is_dir():
            (root / "build").mkdir(exist_ok=True)
            (root / "build" / "out").write_bytes(b"x")
            (root / "trace.log").write_bytes(b"x")
            (root / "crlf.txt").unlink(missing_ok=True)
            (root / ".git").write_text("gitdir: /nowhere\n", encoding="utf-8")

    def tear(self) -> None:
        """A crash that tore the run's index."""
        for index in (self.repository.common / "worktrees").glob("*/adw-index"):
            index.write_bytes(b"torn")
        self.again()

    def remove(self) -> None:
        self.workspace.remove(branch=BRANCH, force=True)
        self.trees.clear()


# No shrinking: an example makes a repository, and takes a second.
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(dirt=st.sets(st.sampled_from(DIRT), max_size=6), trapped=st.booleans(), acts=ACTS)
def test_a_run_leaves_the_user_s_repository_as_it_was(dirt, trapped, acts):
    with TemporaryDirectory() as folder:
        root, sprung = Path(folder, "the user's"), Path(folder, "sprung")
        checkout = make_user_repository(root)
        for soil in sorted(dirt, key=DIRT.index):
            soil(checkout)
        if trapped:
            set_traps(checkout, sprung)
        before, stored = fingerprint(root), objects(root)

        session = Session(root)
        session.again()
        for act in acts:
            session.do(act)
        session.remove()

        assert differences(before, fingerprint(root)) == []
        assert lost_objects(stored, root) == set()
        assert not sprung.exists()
        assert {path.name for path in (root / ".adw").iterdir()} == {".gitignore", "worktrees"}
