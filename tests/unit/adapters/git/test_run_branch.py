"""A run's branch goes only where nothing is lost with it."""

import pytest

from adw.adapters.git.repository import Repository
from adw.adapters.git.run_branch import RunBranch
from adw.errors import WorkspaceError
from tests.support.repositories import Checkout, make_repository
from tests.unit.adapters.git.conftest import BRANCH


@pytest.fixture
def base(checkout) -> str:
    return checkout.git("rev-parse", "main")


@pytest.fixture
def branch(workspace, checkout, base):
    """As a new process sees it, after two commits."""
    for content in (b"1\n", b"2\n"):
        workspace.write("src/new.py", content)
        workspace.commit("work")
    return lambda: RunBranch(Repository.discover(checkout.root), BRANCH, base)


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(("merge", "--quiet", "--no-ff", "-m", "merge", BRANCH), id="merged"),
        pytest.param(("cherry-pick", f"main..{BRANCH}"), id="picked"),
    ],
)
def test_what_is_in_the_checkout_is_not_missed(branch, checkout, taken):
    checkout.commit({"other.py": b"x = 1\n"} if taken[0] == "cherry-pick" else {}, "meanwhile")
    checkout.git(*taken)
    assert branch().unmerged() == 0


def test_a_squashed_merge_counts_as_long_as_the_files_are_as_the_branch_has_them(branch, checkout):
    checkout.git("merge", "--quiet", "--squash", BRANCH)
    checkout.git("commit", "--quiet", "-m", "squashed")
    checkout.commit({"other.py": b"x = 1\n"})
    assert branch().unmerged() == 0
    checkout.commit({"src/new.py": b"3\n"}, "and then changed")
    assert branch().unmerged() == 2


def test_commits_that_nobody_else_has_are_counted_and_come_before_files(branch, checkout, opened, base):
    assert branch().unmerged() == 2
    assert RunBranch(Repository.discover(checkout.root), BRANCH).unmerged() == 2
    assert opened().at_stake(BRANCH, base).startswith(f"branch {BRANCH} has 2 commits that are not merged")
    for name in ("", "adw/none"):
        missing = RunBranch(Repository.discover(checkout.root), name)
        assert (missing.tip, missing.unmerged()) == ("", 0)
        missing.delete()


def test_a_branch_that_a_remote_has_may_go_as_far_as_is_known_here(branch, checkout, tmp_path):
    make_repository(tmp_path / "remote").git("config", "core.bare", "true")
    checkout.git("remote", "add", "origin", str(tmp_path / "remote"))
    checkout.git("push", "--quiet", "origin", BRANCH)
    assert branch().unmerged() == 0
    checkout.git("update-ref", "-d", f"refs/remotes/origin/{BRANCH}")
    assert branch().unmerged() == 2


@pytest.mark.usefixtures("workspace")
def test_a_branch_without_commits_of_its_own_holds_nothing_wherever_its_base_went(checkout, base):
    checkout.git("checkout", "--quiet", "--orphan", "new")
    checkout.commit({"src/app.py": b"rewritten\n"}, "anew")
    made = RunBranch(Repository.discover(checkout.root), BRANCH, base)
    assert made.tip == base
    assert made.unmerged() == 0


def test_a_branch_that_somebody_works_on_is_never_deleted(workspace, branch, checkout, tmp_path):
    branch().require_free(workspace.root)
    checkout.git("checkout", "--quiet", "--ignore-other-worktrees", BRANCH)
    with pytest.raises(WorkspaceError, match="checked out in"):
        workspace.remove(branch=BRANCH, force=True)
    assert Checkout(checkout.root).git("rev-parse", "HEAD") == branch().tip
    checkout.git("checkout", "--quiet", "main")
    checkout.git("worktree", "add", "--quiet", "--force", str(tmp_path / "beside"), BRANCH)
    with pytest.raises(WorkspaceError, match="beside"):
        branch().require_free(workspace.root)


# What is at stake with the worktree


def test_a_change_that_no_commit_has_is_at_stake(workspace, opened, checkout, base):
    workspace.write("src/new.py", b"1\n")
    workspace.commit("work")
    checkout.git("merge", "--quiet", BRANCH)
    assert opened().at_stake(BRANCH, base) == ""
    (workspace.root / "src" / "new.py").write_bytes(b"by hand\n")
    assert opened().at_stake(BRANCH, base) == "its worktree has changes that no commit has, in src/new.py"
    workspace.root.rename(workspace.root.with_name("away"))
    assert opened().at_stake(BRANCH, base) == ""
    workspace.root.with_name("away").rename(workspace.root)
    with pytest.raises(WorkspaceError, match="no commit has"):
        opened().remove(branch=BRANCH, base=base)
    (workspace.root / "src" / "new.py").write_bytes(b"1\n")
    (workspace.root / "left.txt").write_bytes(b"by a check\n")
    opened().remove(branch=BRANCH, base=base)
    assert checkout.git("branch", "--list", BRANCH) == ""
