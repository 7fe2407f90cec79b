"""Crashes, lost folders, and others at the same place."""

import shutil

import pytest

from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.errors import WorkspaceError
from tests.support.repositories import Checkout
from tests.unit.adapters.git.conftest import BRANCH


def test_a_new_process_goes_on_from_a_stored_tree(workspace, opened):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    workspace.write("src/lib.py", b"half done\n")
    again = opened()
    again.restore(tree)
    assert again.touched() == ("src/app.py",)
    again.write("src/new.py", b"x\n")
    assert again.touched() == ("src/app.py", "src/new.py")


def test_a_commit_that_was_made_but_not_noted_is_not_made_again(workspace, opened, inside):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    first = workspace.commit("Fix")
    again = opened()
    again.restore(tree)
    assert again.commit("Fix") == first
    assert inside.git("rev-list", "--count", "HEAD") == "3"


def test_a_crash_between_branch_and_tip_is_healed(workspace, opened, inside, checkout):
    base = checkout.git("rev-parse", "main")
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    first = workspace.commit("Fix")
    inside.git("update-ref", "refs/worktree/adw/tip", base)
    again = opened()
    again.create(base, BRANCH)
    again.restore(tree)
    assert again.commit("Fix") == first
    again.write("src/app.py", b"better\n")
    assert inside.git("rev-parse", f"{again.commit('Better')}^") == first


def test_create_after_a_commit_keeps_the_branch_and_brings_the_base_s_content(workspace, opened, checkout):
    base = checkout.git("rev-parse", "main")
    workspace.write("src/app.py", b"fixed\n")
    commit = workspace.commit("Fix")
    again = opened()
    again.create(base, BRANCH)
    assert checkout.git("rev-parse", BRANCH) == commit
    assert again.touched() == ()
    assert again.read("src/app.py") == b"def main():\n    return 1\n"


def test_a_crash_before_the_worktree_was_finished_is_healed_by_create(checkout, opened):
    root = checkout.root / ".adw" / "worktrees" / "run"
    checkout.git("worktree", "add", "--quiet", "--no-checkout", "-b", BRANCH, str(root))
    workspace = opened()
    with pytest.raises(WorkspaceError, match="never finished"):
        workspace.touched()
    workspace.create(checkout.git("rev-parse", "main"), BRANCH)
    assert workspace.touched() == ()
    assert Checkout(root).git("status", "--porcelain") == ""


def test_a_crash_at_the_start_of_git_s_own_work_is_healed_by_create(checkout, opened, registration):
    registration.mkdir(parents=True)
    (registration / "locked").write_text("initializing", encoding="utf-8")
    opened().create(checkout.git("rev-parse", "main"), BRANCH)
    assert [entry.name for entry in registration.parent.iterdir()] == ["run"]


def test_a_link_in_the_place_of_the_worktree_is_taken_away(checkout, opened, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (checkout.root / ".adw" / "worktrees").mkdir(parents=True)
    (checkout.root / ".adw" / "worktrees" / "run").symlink_to(tmp_path / "elsewhere")
    workspace = opened()
    workspace.create(checkout.git("rev-parse", "main"), BRANCH)
    assert workspace.read("src/app.py")
    assert not any((tmp_path / "elsewhere").iterdir())


def test_a_crash_that_left_only_the_branch_or_the_folder_is_healed_by_create(checkout, opened):
    checkout.git("branch", BRANCH)
    checkout.write({".adw/worktrees/run/junk": b"x"})
    workspace = opened()
    workspace.create(checkout.git("rev-parse", "main"), BRANCH)
    assert "junk" not in workspace.files()
    assert not (workspace.root / "junk").exists()


def test_a_deleted_folder_comes_back(workspace, opened, inside):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    workspace.commit("Fix")
    shutil.rmtree(workspace.root)
    again = opened()
    again.restore(tree)
    assert again.read("src/app.py") == b"fixed\n"
    assert inside.git("status", "--porcelain") == ""


def test_locks_of_killed_git_commands_are_in_nobody_s_way(workspace, opened, registration):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    for name in ("adw-index.lock", "index.lock", "HEAD.lock"):
        (registration / name).touch()
    opened().restore(tree)
    assert opened().read("src/app.py") == b"fixed\n"


def test_a_torn_index_is_made_anew(workspace, opened, registration, inside):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    (registration / "adw-index").write_bytes(b"torn")
    inside.write({"src/lib.py": b"half\n", "stray": b"x"})
    again = opened()
    again.restore(tree)
    assert again.tree() == tree
    assert again.read("src/lib.py") == b"LIMIT = 10\n"


@pytest.mark.parametrize("kind", ["other text", "folder", "link", "gone"])
def test_a_git_link_that_a_check_has_replaced_is_not_obeyed_and_put_right(workspace, inside, tmp_path, kind):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    link = workspace.root / ".git"
    link.unlink()
    if kind == "other text":
        link.write_text("gitdir: /nowhere\n", encoding="utf-8")
    elif kind == "folder":
        inside.git("init", "--quiet")
        inside.git("config", "core.fsmonitor", f"touch '{tmp_path}/sprung'")
    elif kind == "link":
        link.symlink_to(tmp_path)
    assert workspace.tree() == tree
    workspace.restore(tree)
    assert inside.git("symbolic-ref", "HEAD") == f"refs/heads/{BRANCH}"
    assert not (tmp_path / "sprung").exists()


def test_a_head_that_a_check_has_moved_is_put_right_by_create(opened, inside, checkout):
    base = checkout.git("rev-parse", "main")
    inside.git("checkout", "--quiet", "--detach")
    again = opened()
    again.create(base, BRANCH)
    again.write("x", b"x")
    commit = again.commit("x")
    assert checkout.git("rev-parse", BRANCH) == commit


def test_a_repository_that_was_moved_is_found_again(workspace, checkout, tmp_path):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    moved = checkout.root.rename(tmp_path / "moved")
    again = GitWorkspace(Repository.discover(moved), "run")
    again.restore(tree)
    assert again.touched() == ("src/app.py",)
    assert Checkout(again.root).git("rev-parse", "--show-toplevel") == str(again.root)


def test_stored_trees_outlive_a_thorough_gc(workspace, opened, checkout):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    workspace.write("src/app.py", b"other\n")
    workspace.tree()
    checkout.git("gc", "--quiet", "--prune=now")
    again = opened()
    again.restore(tree)
    assert again.read("src/app.py") == b"fixed\n"


@pytest.mark.usefixtures("workspace")
def test_a_registration_that_is_broken_is_made_anew(opened, registration, checkout):
    (registration / "commondir").unlink()
    again = opened()
    again.create(checkout.git("rev-parse", "main"), BRANCH)
    assert again.touched() == ()


def test_without_a_worktree_there_is_a_clear_error(opened):
    for act in (lambda w: w.tree(), lambda w: w.diff(), lambda w: w.restore("1" * 40), lambda w: w.commit("x")):
        with pytest.raises(WorkspaceError, match="no worktree"):
            act(opened())


# Others


def test_a_branch_of_somebody_else_is_refused(checkout, opened):
    base = checkout.git("rev-parse", "main")
    other = checkout.git("commit-tree", "main^{tree}", "-p", "main", "-m", "theirs")
    checkout.git("branch", BRANCH, other)
    with pytest.raises(WorkspaceError, match="did not make") as caught:
        opened().create(base, BRANCH)
    assert "git branch -m" in caught.value.hint
    assert checkout.git("rev-parse", BRANCH) == other
    assert not (checkout.root / ".git" / "worktrees").exists()


def test_commits_of_somebody_else_on_the_branch_are_not_built_on(workspace, opened, checkout, inside):
    workspace.write("src/app.py", b"fixed\n")
    workspace.commit("Fix")
    for message in ("theirs", "theirs too"):
        inside.git("commit", "--quiet", "--allow-empty", "--message", message)
    theirs = inside.git("rev-parse", "HEAD")
    workspace.write("src/app.py", b"better\n")
    with pytest.raises(WorkspaceError, match="did not make"):
        workspace.commit("Better")
    with pytest.raises(WorkspaceError, match="did not make"):
        opened().create(checkout.git("rev-parse", "main"), BRANCH)
    assert checkout.git("rev-parse", BRANCH) == theirs


def test_one_commit_of_somebody_else_is_noticed_at_the_next_commit(workspace, inside):
    inside.git("commit", "--quiet", "--allow-empty", "--message", "theirs")
    workspace.write("src/app.py", b"better\n")
    with pytest.raises(WorkspaceError, match="did not make"):
        workspace.commit("Better")


def test_a_branch_called_adw_is_named_as_the_obstacle(checkout, opened):
    checkout.git("branch", "adw")
    with pytest.raises(WorkspaceError, match="in the way") as caught:
        opened().create(checkout.git("rev-parse", "main"), BRANCH)
    assert "git branch -m adw" in caught.value.hint


def test_a_branch_that_was_deleted_meanwhile_comes_back(workspace, opened, checkout):
    workspace.write("src/app.py", b"fixed\n")
    commit = workspace.commit("Fix")
    checkout.git("update-ref", "-d", f"refs/heads/{BRANCH}")
    opened().create(checkout.git("rev-parse", "main"), BRANCH)
    assert checkout.git("rev-parse", BRANCH) == commit


def test_another_base_for_the_same_run_is_refused(workspace, opened, checkout):
    workspace.write("x", b"x")
    other = checkout.commit({"more": b"m"})
    with pytest.raises(WorkspaceError, match="was made from commit"):
        opened().create(other, BRANCH)


@pytest.mark.parametrize("place", [".adw", ".adw/worktrees"])
def test_a_link_in_the_place_of_adw_s_folder_is_refused(checkout, opened, tmp_path, place):
    (checkout.root / ".adw").mkdir()
    (checkout.root / ".adw").rmdir() if place == ".adw" else None
    (checkout.root / place).symlink_to(tmp_path)
    with pytest.raises(WorkspaceError, match="not a folder of ADW's own"):
        opened().create(checkout.git("rev-parse", "main"), BRANCH)
    assert not (tmp_path / "run").exists()


def test_another_process_may_look_without_disturbing(workspace, opened, registration):
    workspace.write("src/app.py", b"fixed\n")
    workspace.tree()
    workspace.write("src/new.py", b"new\n")
    stored = (registration / "adw-index").read_bytes()
    (registration / "adw-index.lock").touch()  # the run is in the middle of git
    onlooker = opened()
    assert onlooker.touched() == ("src/app.py", "src/new.py")
    assert "+new" in onlooker.diff().splitlines()
    assert "src/new.py" in onlooker.files()
    assert (registration / "adw-index").read_bytes() == stored
    assert (registration / "adw-index.lock").exists()


def test_two_runs_work_side_by_side(checkout):
    repository = Repository.discover(checkout.root)
    one, two = GitWorkspace(repository, "one"), GitWorkspace(repository, "two")
    one.create(repository.head, "adw/1-one")
    two.create(repository.head, "adw/2-two")
    one.write("x", b"1")
    two.write("x", b"2")
    assert one.commit("1") != two.commit("2")
    one.remove()
    assert two.read("x") == b"2"
    assert checkout.git("branch", "--list", "adw/*", "--format=%(refname:short)") == "adw/1-one\nadw/2-two"


# The end


def test_remove_takes_the_worktree_and_leaves_the_branch(workspace, checkout):
    workspace.write("x", b"x")
    commit = workspace.commit("x")
    workspace.remove()
    workspace.remove()
    assert not workspace.root.exists()
    assert not (checkout.root / ".git" / "worktrees").exists()
    assert checkout.git("rev-parse", BRANCH) == commit


def test_remove_keeps_everything_where_the_branch_is_not_merged(workspace, checkout):
    workspace.write("x", b"x")
    workspace.commit("x")
    with pytest.raises(WorkspaceError, match="not merged") as caught:
        workspace.remove(branch=BRANCH)
    assert f"git merge {BRANCH}" in caught.value.hint
    assert workspace.read("x") == b"x"
    workspace.remove(branch=BRANCH, force=True)
    assert checkout.git("branch", "--list", BRANCH) == ""


def test_remove_deletes_a_merged_branch_and_one_that_is_gone(workspace, checkout, opened):
    workspace.write("x", b"x")
    workspace.commit("x")
    checkout.git("merge", "--quiet", BRANCH)
    opened().remove(branch=BRANCH)
    opened().remove(branch=BRANCH)
    assert checkout.git("branch", "--list", BRANCH) == ""


def test_remove_opens_folders_that_a_check_has_closed(workspace):
    closed = workspace.root / "closed"
    closed.mkdir()
    (closed / "x").write_bytes(b"x")
    closed.chmod(0o500)
    workspace.remove()
    assert not workspace.root.exists()


def test_a_disk_that_refuses_adw_s_folder_is_a_clear_error(checkout, opened):
    (checkout.root / ".adw").mkdir()
    (checkout.root / ".adw" / "worktrees").write_bytes(b"")
    with pytest.raises(WorkspaceError, match="not a folder of ADW's own"):
        opened().create(checkout.git("rev-parse", "main"), BRANCH)
