"""Repositories that are laid out in other ways than `git init` does it."""

from pathlib import Path

import pytest

from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.errors import WorkspaceError
from tests.support.repositories import Checkout, make_repository
from tests.unit.adapters.git.conftest import BRANCH, FILES


def work_in(root: Path) -> GitWorkspace:
    """A run's whole way through a repository, with what must hold at each step."""
    repository = Repository.discover(root)
    workspace = GitWorkspace(repository, "run")
    workspace.create(repository.head, BRANCH)
    workspace.write("src/app.py", b"fixed\n")
    workspace.write("new/file.py", b"x\n")
    tree = workspace.tree()
    (workspace.root / "src" / "lib.py").write_bytes(b"rewritten\n")
    workspace.restore(tree)
    assert workspace.touched() == ("new/file.py", "src/app.py")
    assert workspace.read("src/lib.py") == FILES["src/lib.py"]
    commit = workspace.commit("Fix")
    inside = Checkout(workspace.root)
    assert inside.git("rev-parse", "HEAD") == commit
    assert inside.git("status", "--porcelain") == ""
    assert Checkout(root).git("status", "--porcelain") == ""
    assert Checkout(root).git("rev-parse", f"{BRANCH}~1") == repository.head
    return workspace


def test_a_linked_worktree(checkout, tmp_path):
    checkout.git("worktree", "add", "--quiet", "-b", "feature", str(tmp_path / "linked"))
    assert work_in(tmp_path / "linked").root == tmp_path / "linked" / ".adw" / "worktrees" / "run"
    assert not (checkout.root / ".adw").exists()


def test_a_linked_worktree_of_a_bare_repository(checkout, tmp_path):
    checkout.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    Checkout(tmp_path / "bare.git").git("worktree", "add", "--quiet", str(tmp_path / "linked"), "main")
    work_in(tmp_path / "linked")


def test_a_git_folder_somewhere_else(tmp_path):
    (tmp_path / "here").mkdir()
    checkout = Checkout(tmp_path / "here")
    checkout.git("init", "--quiet", "--initial-branch=main", f"--separate-git-dir={tmp_path / 'there'}")
    checkout.commit(FILES)
    work_in(checkout.root)


def test_the_checkout_of_a_submodule(checkout, tmp_path):
    outer = make_repository(tmp_path / "outer", {"x": b"x"})
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(checkout.root), "inner")
    outer.commit({})
    work_in(outer.root / "inner")
    assert outer.git("status", "--porcelain") == ""


def test_a_shallow_clone(checkout, tmp_path):
    checkout.git("clone", "--quiet", "--depth=1", checkout.root.as_uri(), str(tmp_path / "shallow"))
    work_in(tmp_path / "shallow")


def test_sha_256(tmp_path):
    (tmp_path / "long").mkdir()
    checkout = Checkout(tmp_path / "long")
    checkout.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    checkout.commit(FILES)
    assert len(work_in(checkout.root).tree()) == 64


def test_a_sparse_checkout_is_whole_in_the_workspace(checkout):
    checkout.git("config", "extensions.worktreeConfig", "true")
    checkout.git("sparse-checkout", "set", "--no-cone", "/src/")
    assert not (checkout.root / "tool.sh").exists()
    workspace = work_in(checkout.root)
    assert workspace.read("tool.sh") == FILES["tool.sh"]
    assert not (checkout.root / "tool.sh").exists()


def test_a_detached_head(checkout):
    checkout.git("checkout", "--quiet", "--detach")
    work_in(checkout.root)
    assert checkout.git("symbolic-ref", "--quiet", "HEAD", accept=(1,)) == ""


def test_a_partial_clone_that_lacks_files_is_refused_with_the_way_out(checkout, tmp_path):
    checkout.git("config", "uploadpack.allowFilter", "true")
    clone = ("-c", "protocol.file.allow=always", "clone", "--quiet", "--filter=blob:none", "--no-checkout")
    checkout.git(*clone, checkout.root.as_uri(), str(tmp_path / "partial"))
    partial = Checkout(tmp_path / "partial")
    repository = Repository.discover(partial.root)
    with pytest.raises(WorkspaceError, match="partial clone") as caught:
        GitWorkspace(repository, "run").create(repository.head, BRANCH)
    assert "git fetch --refetch" in caught.value.hint
