"""A run that goes on somewhere else, from the texts that its workspace gave out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.ports import Workspace
from tests.fakes.memory_workspace import MemoryWorkspace
from tests.support.repositories import make_repository

BRANCH = "adw/1-run"
FILES = {"README.md": b"# Cart\n", "src/cart.py": b"def total():\n    return 3\n", "data/latin1.txt": b"caf\xe9\r\n"}


@dataclass
class Machines:
    """Clones of one remote, by name."""

    base: str
    open: Callable[[str], Workspace]
    """Each time the workspace of a new process."""
    texts: list[str] = field(default_factory=list)
    """What the journal keeps."""
    tree: str = ""
    """The content at the last step that the journal keeps."""

    def start(self, name: str) -> Workspace:
        workspace = self.open(name)
        workspace.create(self.base, BRANCH)
        return workspace

    def keep(self, workspace: Workspace) -> str:
        """A step's end."""
        self.texts.append(workspace.carry(self.tree))
        self.tree = workspace.tree()
        return self.texts[-1]

    def take_over(self, name: str) -> Workspace:
        workspace = self.open(name)
        workspace.take_over(self.base, BRANCH, self.texts)
        return workspace


def _in_memory(folder: Path) -> Machines:
    made: dict[str, MemoryWorkspace] = {}
    return Machines("0" * 40, lambda name: made.setdefault(name, MemoryWorkspace(FILES, root=folder / name)))


def _with_git(folder: Path) -> Machines:
    remote = make_repository(folder / "remote", FILES)

    def opened(name: str) -> GitWorkspace:
        if not (folder / name).exists():
            remote.git("clone", "--quiet", str(remote.root), str(folder / name))
        return GitWorkspace(Repository.discover(folder / name), "run")

    return Machines(remote.git("rev-parse", "HEAD"), opened)


@pytest.fixture(params=[_in_memory, _with_git], ids=["memory", "git"])
def machines(request, tmp_path) -> Machines:
    return request.param(tmp_path)


def test_where_nothing_is_new_nothing_is_carried(machines):
    here = machines.start("here")
    assert machines.keep(here) == ""
    here.write("new.py", b"x = 1\n")
    assert machines.keep(here) != ""
    assert machines.keep(here) == ""
    here.commit("Add x")
    assert machines.keep(here) != ""
    assert machines.keep(here) == ""


def test_content_and_diff_are_the_same_on_the_other_machine(machines):
    here = machines.start("here")
    here.write("src/cart.py", b"def total():\n    return 4\n")
    machines.keep(here)
    here.write("README.md", None)
    here.write("deep/in/blob.bin", bytes(range(256)))
    machines.keep(here)
    there = machines.take_over("there")
    there.restore(machines.tree)
    assert there.tree() == machines.tree
    assert there.diff() == here.diff()
    assert there.touched() == ("README.md", "deep/in/blob.bin", "src/cart.py")
    assert there.read("deep/in/blob.bin") == bytes(range(256))
    assert there.read("data/latin1.txt") == FILES["data/latin1.txt"]


def test_the_content_is_the_last_carried_one_even_before_restore(machines):
    here = machines.start("here")
    here.write("one.py", b"1\n")
    machines.keep(here)
    here.write("one.py", b"never kept\n")
    assert machines.take_over("there").read("one.py") == b"1\n"


def test_content_that_went_back_goes_back_there_too(machines):
    here = machines.start("here")
    here.write("one.py", b"1\n")
    machines.keep(here)
    here.write("one.py", None)
    machines.keep(here)
    there = machines.take_over("there")
    assert there.touched() == ()
    there.restore(machines.tree)


def test_commits_go_on_from_those_made_elsewhere(machines):
    here = machines.start("here")
    here.write("one.py", b"1\n")
    machines.keep(here)
    first = here.commit("One")
    machines.keep(here)
    there = machines.take_over("there")
    assert there.commit("One, again") == first
    there.write("two.py", b"2\n")
    second = there.commit("Two")
    machines.keep(there)
    again = machines.take_over("third")
    assert again.commit("Nothing new") == second
    assert again.touched() == ("one.py", "two.py")


def test_a_run_that_carried_nothing_yet_starts_at_its_base(machines):
    machines.start("here").write("lost.py", b"")
    there = machines.take_over("there")
    assert there.touched() == ()
    assert there.commit("Nothing") == machines.base


def test_taken_over_twice_is_taken_over_once(machines):
    here = machines.start("here")
    here.write("one.py", b"1\n")
    commit = here.commit("One")
    machines.keep(here)
    for _ in range(2):
        there = machines.take_over("there")
        assert there.commit("One") == commit
        there.write("half.py", b"half done\n")
    assert "half.py" not in machines.take_over("there").files()


def test_a_run_that_comes_back_finds_what_was_done_elsewhere(machines):
    here = machines.start("here")
    here.write("one.py", b"1\n")
    here.commit("One")
    machines.keep(here)
    here.write("lost.py", b"never kept\n")
    here.commit("Lost")
    there = machines.take_over("there")
    there.write("one.py", b"11\n")
    there.write("two.py", b"2\n")
    second = there.commit("Two")
    machines.keep(there)
    back = machines.take_over("here")
    assert back.commit("Nothing new") == second
    assert back.touched() == ("one.py", "two.py")
    assert back.read("one.py") == b"11\n"
    back.write("three.py", b"3\n")
    assert machines.keep(back)
    assert machines.take_over("there").touched() == ("one.py", "three.py", "two.py")
