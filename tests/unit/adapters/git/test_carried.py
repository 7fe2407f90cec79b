"""A run moves between clones of one remote: kills on the way, older states, strangers, damage, and sizes."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adw.adapters.git import carried
from adw.adapters.git.carried import Carried, Point
from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.errors import StorageError, WorkspaceError
from tests.support.killing import is_killed, take_over
from tests.support.repositories import Checkout, make_repository
from tests.unit.adapters.git.conftest import BRANCH, FILES


@dataclass
class Fleet:
    """A bare remote, its clones, and a journal that all of them reach."""

    folder: Path
    remote: Checkout
    base: str
    kept: list[tuple[str, str]] = field(default_factory=list)
    """(text, tree) of every step."""
    diff: str = ""
    """At the last of them."""
    commits: str = ""

    @property
    def tree(self) -> str:
        return self.kept[-1][1] if self.kept else ""

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.kept]

    def machine(self, name: str) -> Checkout:
        root = self.folder / name
        if not root.exists():
            self.remote.git("clone", "--quiet", str(self.remote.root), str(root))
        return Checkout(root)

    def open(self, name: str) -> GitWorkspace:
        return GitWorkspace(Repository.discover(self.machine(name).root), "run")

    def start(self, name: str) -> GitWorkspace:
        workspace = self.open(name)
        workspace.create(self.base, BRANCH)
        return workspace

    def keep(self, workspace: GitWorkspace) -> str:
        text = workspace.carry(self.tree)
        self.kept.append((text, workspace.tree()))
        self.diff = workspace.diff()
        self.commits = log(workspace)
        return text

    def move(self, name: str) -> GitWorkspace:
        return take_over(*self.moving(name))

    def moving(self, name: str) -> tuple[Path, str, str, list[str]]:
        return self.machine(name).root, self.base, BRANCH, self.texts

    def check(self, workspace: GitWorkspace) -> None:
        """It is all that the journal holds, and nothing else."""
        workspace.restore(self.tree)
        assert workspace.tree() == self.tree
        assert workspace.diff() == self.diff
        assert log(workspace) == self.commits
        inside = Checkout(workspace.root)
        assert inside.git("symbolic-ref", "HEAD") == f"refs/heads/{BRANCH}"
        assert inside.git("diff", "--cached", "--name-only") == ""
        assert inside.git("fsck", "--strict", "--no-dangling", "--connectivity-only") == ""


def log(workspace: GitWorkspace) -> str:
    return Checkout(workspace.root).git("log", "--format=%H %T %s", BRANCH)


@pytest.fixture(scope="module")
def remote(tmp_path_factory) -> Checkout:
    origin = make_repository(tmp_path_factory.mktemp("origin"), FILES)
    bare = Checkout(tmp_path_factory.mktemp("remote"))
    bare.git("clone", "--quiet", "--bare", str(origin.root), ".")
    return bare


@pytest.fixture
def fleet(tmp_path, remote) -> Fleet:
    return Fleet(tmp_path, remote, remote.git("rev-parse", "HEAD"))


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("write"),
            st.sampled_from(("src/app.py", "src/lib.py", "new.py", "deep/er/new.py", "cache/ignored", "tool.sh")),
            st.one_of(st.none(), st.sampled_from((b"", b"1\n", b"2\r\n", b"\xff\0" * 99, FILES["src/app.py"]))),
        ),
        st.tuples(st.sampled_from(("commit", "keep", "keep"))),
        st.tuples(st.sampled_from(("move", "move killed")), st.sampled_from("abc"), st.integers(1, 7)),
    ),
    min_size=6,
    max_size=16,
)


# No shrinking: an example clones four times, and takes a second.
@settings(
    max_examples=2,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(ACTS)
def test_whatever_a_run_does_and_wherever_it_goes_it_is_what_the_journal_holds(remote, acts):
    with TemporaryDirectory() as folder:
        fleet = Fleet(Path(folder), remote, remote.git("rev-parse", "HEAD"))
        here = fleet.start("a")
        fleet.keep(here)
        for act, *arguments in acts:
            if act == "write":
                here.write(*arguments)
            elif act == "commit":
                here.commit("A commit")
            elif act == "keep":
                fleet.keep(here)
            else:
                name, after = arguments
                if act == "move killed":
                    is_killed(after, take_over, fleet.moving(name), Path(folder, "killing"))
                here = fleet.move(name)
                fleet.check(here)


def test_killed_anywhere_on_the_way_it_arrives_the_next_time(fleet):
    here = fleet.start("here")
    here.write("src/app.py", b"one\n")
    here.commit("One")
    here.write("src/app.py", None)
    here.write("deep/new.py", b"two\n")
    fleet.keep(here)
    for after in range(1, 7):
        there = f"there-{after}"
        assert is_killed(after, take_over, fleet.moving(there), fleet.folder / "killing")
        fleet.check(fleet.move(there))
    assert not is_killed(7, take_over, fleet.moving("there"), fleet.folder / "killing")


def test_objects_that_a_kill_has_kept_from_coming_come_the_next_time(fleet):
    here = fleet.start("here")
    here.write("src/app.py", b"one\n")
    fleet.keep(here)
    there = fleet.move("there")
    blob = fleet.machine("there").git("hash-object", "--stdin", stdin=b"one\n")
    (fleet.machine("there").root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    shutil.rmtree(there.root)
    fleet.check(fleet.move("there"))


# What is carried


def test_only_what_is_new_is_carried_whatever_is_configured_for_packs(fleet):
    here = fleet.start("here")
    for key, value in {"pack.packSizeLimit": "1m", "pack.compression": "0", "pack.useSparse": "true"}.items():
        fleet.machine("here").git("config", key, value)
    here.write("one.bin", os.urandom(30_000))
    assert len(fleet.keep(here)) > 40_000
    here.write("two.bin", b"small\n")
    assert len(fleet.keep(here)) < 1_000
    here.commit("Both")
    assert len(fleet.keep(here)) < 1_000
    here.write("tool.sh", None)
    assert len(fleet.keep(here)) < 1_000
    there = fleet.move("there")
    there.write("three.bin", b"small\n")
    there.commit("On the other machine")
    assert len(fleet.keep(there)) < 1_000


def test_a_new_process_that_does_not_know_what_went_out_says_rather_too_much(fleet):
    here = fleet.start("here")
    here.write("one.py", b"1\n")
    here.commit("One")
    fleet.keep(here)
    again = fleet.open("here")
    again.restore(fleet.tree)
    assert fleet.keep(again) != ""
    assert fleet.keep(again) == ""
    fleet.check(fleet.move("there"))


def test_content_that_nobody_has_any_more_is_carried_from_the_base(fleet):
    here = fleet.start("here")
    here.write("one.py", b"1\n")
    tree = here.tree()
    assert len(here.carry("1" * 40)) == len(here.carry("")) > 0
    fleet.kept.append((here.carry(""), tree))
    assert fleet.move("there").tree() == tree


def test_what_is_too_large_to_be_carried_is_a_clear_error_and_nothing_happens(fleet, monkeypatch):
    monkeypatch.setattr(carried, "MAX_PACK", 100_000)
    here = fleet.start("here")
    here.write("large.bin", os.urandom(200_000))
    tree = here.tree()
    with pytest.raises(WorkspaceError, match="at most 0 MB"):
        here.carry("")
    assert here.tree() == tree
    here.write("large.bin", None)
    assert here.carry("") == ""


# Who was there before


def test_a_commit_that_a_crash_has_left_unnoted_gives_way_too(fleet):
    here = fleet.start("here")
    fleet.keep(here)
    here.write("one.py", b"1\n")
    here.commit("Lost")
    Checkout(here.root).git("update-ref", "refs/worktree/adw/tip", fleet.base)
    fleet.check(fleet.move("here"))


def test_without_its_worktree_the_run_s_branch_is_still_its_own(fleet):
    here = fleet.start("here")
    here.write("one.py", b"1\n")
    here.commit("One")
    fleet.keep(here)
    here.remove()
    there = fleet.move("there")
    there.write("two.py", b"2\n")
    there.commit("Two")
    fleet.keep(there)
    fleet.check(fleet.move("here"))


def _on_top(fleet: Fleet) -> None:
    Checkout(fleet.open("there").root).git("commit", "--quiet", "--allow-empty", "--message", "theirs")


def _with_other_content(fleet: Fleet) -> None:
    inside = Checkout(fleet.open("there").root)
    inside.git("reset", "--quiet", "--soft", "HEAD~1")
    inside.write({"theirs.py": b"theirs\n"})
    inside.git("add", "theirs.py")
    inside.git("commit", "--quiet", "--message", "theirs")


def _without_a_worktree(fleet: Fleet) -> None:
    fleet.open("there").remove()
    machine = fleet.machine("there")
    machine.git("update-ref", f"refs/heads/{BRANCH}", machine.git("commit-tree", f"{BRANCH}^{{tree}}", stdin=b"theirs"))


def test_a_branch_that_somebody_else_has_moved_is_refused_and_stays(fleet):
    here = fleet.start("here")
    here.write("one.py", b"1\n")
    here.commit("One")
    fleet.keep(here)
    fleet.move("there")
    here.write("two.py", b"2\n")
    fleet.keep(here)
    for somebody in (_on_top, _with_other_content, _without_a_worktree):
        somebody(fleet)
        theirs = fleet.machine("there").git("rev-parse", BRANCH)
        with pytest.raises(WorkspaceError, match="did not make"):
            fleet.move("there")
        assert fleet.machine("there").git("rev-parse", BRANCH) == theirs


def test_another_base_is_refused(fleet):
    here = fleet.start("here")
    other = fleet.machine("here").commit({"more": b"m"})
    with pytest.raises(WorkspaceError, match="was made from commit"):
        here.take_over(other, BRANCH, [])


# Damage


def test_texts_that_do_not_fit_are_an_error_before_anything_is_made(fleet):
    here = fleet.start("here")
    here.write("one.py", b"1\n")
    first = here.carry("")
    tree = here.tree()
    here.write("two.py", b"2\n")
    second = here.carry(tree)
    there = fleet.open("there")
    with pytest.raises(WorkspaceError, match="does not fit"):
        there.take_over(fleet.base, BRANCH, [second])
    with pytest.raises(WorkspaceError, match="no commit"):
        there.take_over("1" * 40, BRANCH, [first, second])
    assert not there.root.exists()
    assert fleet.machine("there").git("branch", "--list", BRANCH) == ""
    there.take_over(fleet.base, BRANCH, [first, "", second])
    assert there.tree() == here.tree()


@pytest.mark.parametrize(
    "text", ["x", "adw1 -x -y AAAA", f"adw1 {'1' * 40} {'2' * 40} AAA", f"adw2 {'1' * 40} {'2' * 40} ", "adw1  \n"]
)
def test_what_is_no_such_text_is_a_storage_error(fleet, text):
    with pytest.raises(StorageError, match="damaged"):
        fleet.open("there").take_over(fleet.base, BRANCH, [text])


def test_a_pack_that_was_changed_is_noticed_by_git(fleet):
    here = fleet.start("here")
    here.write("one.py", b"1\n")
    whole = Carried.read(here.carry(""))
    torn = Carried(whole.point, whole.pack[:-30] + b"\0" * 30)
    with pytest.raises(WorkspaceError, match="unpack-objects failed"):
        fleet.open("there").take_over(fleet.base, BRANCH, [torn.text])


def test_a_text_is_plain_and_comes_back_as_it_was():
    one = Carried(Point("1" * 40, "2" * 64), bytes(range(256)))
    assert Carried.read(one.text) == one
    assert one.text.isascii()
    assert not set(one.text) & set("\"'\\\n")
