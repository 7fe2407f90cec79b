"""What a workspace on git does beyond what every workspace does."""

import errno
import os
import resource
import stat
from pathlib import Path

import pytest

from adw.adapters.git.confined import as_error
from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import MAX_READ, GitWorkspace
from adw.errors import StorageError, WorkspaceError
from tests.support.dirt import set_traps
from tests.support.repositories import make_repository
from tests.unit.adapters.git.conftest import BRANCH


def test_the_worktree_is_hidden_from_the_user_s_status(checkout, workspace):
    workspace.write("src/new.py", b"x\n")
    assert workspace.root == checkout.root / ".adw" / "worktrees" / "run"
    assert checkout.git("status", "--porcelain", "--ignored") == "!! .adw/"
    assert (checkout.root / ".adw" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_the_worktree_is_on_the_run_s_branch_and_clean(workspace, inside, checkout):
    assert inside.git("symbolic-ref", "HEAD") == f"refs/heads/{BRANCH}"
    assert inside.git("status", "--porcelain") == ""
    assert inside.git("rev-parse", "HEAD") == checkout.git("rev-parse", "main")
    assert workspace.touched() == ()


def test_a_run_id_that_would_be_a_path_is_refused(checkout):
    for name in ("", "../x", "a/b", ".hidden", "-x"):
        with pytest.raises(WorkspaceError, match="not a run id"):
            GitWorkspace(Repository.discover(checkout.root), name)


def test_a_base_commit_that_does_not_exist_is_refused_before_anything_is_made(checkout, opened):
    with pytest.raises(WorkspaceError, match="no commit '0000"):
        opened().create("0" * 40, BRANCH)
    assert not (checkout.root / ".adw").exists()


def test_what_checks_leave_is_not_the_run_s(workspace, inside):
    workspace.write("src/app.py", b"fixed\n")
    inside.write({"src/lib.py": b"rewritten by a check\n", "build/out.o": b"o", "trace.log": b"l"})
    (workspace.root / "tool.sh").unlink()
    assert workspace.touched() == ("src/app.py",)
    assert workspace.files() == (".gitignore", "link.py", "src/app.py", "src/lib.py", "tool.sh")
    commit = workspace.commit("Fix")
    assert inside.git("diff-tree", "-r", "--name-only", "--no-commit-id", commit) == "src/app.py"


def test_a_file_of_the_run_counts_as_a_check_has_left_it(workspace):
    workspace.write("src/app.py", b"x=1\n")
    (workspace.root / "src/app.py").write_bytes(b"x = 1\n")
    (workspace.root / "src/app.py").chmod(0o755)
    assert "+x = 1" in workspace.diff().splitlines()
    assert "new mode 100755" in workspace.diff()


def test_restore_puts_right_what_checks_have_done(workspace, inside):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    root = workspace.root
    inside.write({"src/lib.py": b"rewritten\n", "build/out.o": b"o", "cache/kept": b"c", "deep/er/trace.log": b"l"})
    (root / "empty").mkdir()
    (root / "tool.sh").unlink()
    (root / "tool.sh").mkdir()
    (root / "tool.sh" / "inner.log").write_bytes(b"x")
    (root / "link.py").unlink()
    (root / "link.py").write_bytes(b"no link any more\n")
    (root / "src/app.py").chmod(0o755)
    make_repository(root / "nested", {"x": b"x"})
    workspace.restore(tree)
    assert workspace.read("src/app.py") == b"fixed\n"
    assert not (root / "src/app.py").stat().st_mode & stat.S_IXUSR
    assert workspace.read("src/lib.py") == b"LIMIT = 10\n"
    assert (root / "tool.sh").stat().st_mode & stat.S_IXUSR
    assert (root / "link.py").readlink() == Path("src/app.py")
    assert not (root / "nested").exists()
    assert not (root / "empty").exists()
    assert not (root / "build").exists()
    assert (root / "cache/kept").read_bytes() == b"c"
    assert (root / "deep/er/trace.log").read_bytes() == b"l"
    assert inside.git("status", "--porcelain") == " M src/app.py"


def test_restore_finds_leftovers_that_a_stray_gitignore_hides(workspace, inside):
    tree = workspace.tree()
    inside.write(
        {".gitignore": b"*\n", "a/.gitignore": b"b/\n", "a/b/.gitignore": b"c\n", "a/b/c": b"c", "stray": b"x"}
    )
    workspace.restore(tree)
    names = {path.name for path in workspace.root.iterdir()}
    assert names == {".git", ".gitignore", "link.py", "src", "tool.sh"}


def test_restore_keeps_the_caches_that_ignore_themselves(workspace, inside):
    tree = workspace.tree()
    inside.write({"cache/.gitignore": b"*\n", "cache/x": b"x"})
    workspace.restore(tree)
    assert (workspace.root / "cache/x").exists()


def test_restore_opens_folders_that_a_check_has_closed(workspace):
    tree = workspace.tree()
    closed = workspace.root / "closed" / "in"
    closed.mkdir(parents=True)
    (closed / "x").write_bytes(b"x")
    closed.chmod(0)
    closed.parent.chmod(0o500)
    workspace.restore(tree)
    assert not closed.parent.exists()


def test_ignored_files_that_the_run_wrote_are_content_too(workspace, inside, opened):
    workspace.write("important.log", b"kept\n")
    tree = workspace.tree()
    workspace.write("cache/half.txt", b"half done, and ignored\n")
    again = opened()
    again.restore(tree)
    assert not (workspace.root / "cache").exists()
    assert again.read("important.log") == b"kept\n"
    assert again.touched() == ("important.log",)
    again.commit("With a log")
    assert inside.git("status", "--porcelain") == ""


def test_commits_follow_each_other_and_leave_the_worktree_clean(workspace, inside, checkout):
    base = checkout.git("rev-parse", "main")
    workspace.write("src/app.py", b"one\n")
    first = workspace.commit("First\n\nWith a body.\n\n")
    workspace.write("src/app.py", None)
    workspace.write("src/new.py", b"two\n")
    second = workspace.commit("Second")
    assert inside.git("rev-list", f"{base}..HEAD") == f"{second}\n{first}"
    assert inside.git("log", "-1", "--format=%B", first) == "First\n\nWith a body.\n"
    assert inside.git("status", "--porcelain") == ""
    assert checkout.git("rev-parse", BRANCH) == second


def test_commits_carry_the_user_s_name(checkout, opened):
    checkout.git("config", "user.name", "Änne")
    checkout.git("config", "user.email", "aenne@example.org")
    workspace = opened()
    workspace.create(checkout.git("rev-parse", "HEAD"), BRANCH)
    workspace.write("x", b"x")
    commit = workspace.commit("Ünïcode \udce9 and NUL \0 do no harm")
    assert checkout.git("log", "-1", "--format=%an <%ae> %cn <%ce>", commit) == (
        "Änne <aenne@example.org> Änne <aenne@example.org>"
    )
    assert checkout.git("log", "-1", "--format=%s", commit) == "Ünïcode ? and NUL  do no harm"


def test_nothing_that_the_repository_configures_runs(checkout, tmp_path):
    sprung = tmp_path / "sprung"
    set_traps(checkout, sprung)
    repository = Repository.discover(checkout.root)
    workspace = GitWorkspace(repository, "run")
    workspace.create(repository.head, BRANCH)
    workspace.write("src/app.py", b"one\r\ntwo\n")
    tree = workspace.tree()
    workspace.restore(tree)
    assert workspace.read("src/app.py") == b"one\r\ntwo\n"
    assert "+two" in workspace.diff().splitlines()
    workspace.commit("x")
    workspace.remove(branch=BRANCH, force=True)
    assert not sprung.exists()


def test_line_ends_are_those_of_the_commit_whatever_the_user_s_git_does(checkout, opened):
    checkout.commit({"dos.txt": b"a\r\nb\r\n", "unix.txt": b"a\nb\n"})
    checkout.git("config", "core.autocrlf", "true")
    workspace = opened()
    workspace.create(checkout.git("rev-parse", "HEAD"), BRANCH)
    assert workspace.read("dos.txt") == b"a\r\nb\r\n"
    assert workspace.read("unix.txt") == b"a\nb\n"
    assert workspace.touched() == ()


def test_attributes_of_the_repository_are_obeyed(checkout, opened):
    checkout.commit({".gitattributes": b"*.bat text eol=crlf\n", "run.bat": b"echo 1\n"})
    workspace = opened()
    workspace.create(checkout.git("rev-parse", "HEAD"), BRANCH)
    assert workspace.read("run.bat") == b"echo 1\r\n"
    workspace.write("run.bat", b"echo 2\r\n")
    tree = workspace.tree()
    assert checkout.git("cat-file", "blob", f"{tree}:run.bat") == "echo 2\n".removesuffix("\n")


def test_a_gitattributes_that_the_run_writes_hides_nothing_from_the_diff(workspace):
    workspace.write(".gitattributes", b"*.py -diff\n*.txt binary\n")
    workspace.write("src/app.py", b"import os\n")
    assert "+import os" in workspace.diff().splitlines()


def test_renames_are_shown_as_such(workspace):
    content = b"".join(b"LINE = %d\n" % number for number in range(30))
    workspace.write("src/long.py", content)
    base = workspace.commit("Long")
    other = GitWorkspace(Repository.discover(workspace.root), "second")
    other.create(base, "adw/8-second")
    other.write("src/long.py", None)
    other.write("src/longer.py", content)
    assert "rename to src/longer.py" in other.diff()
    assert other.touched() == ("src/long.py", "src/longer.py")


# Links


def test_a_link_inside_is_read_and_written_through(workspace):
    assert workspace.read("link.py") == b"def main():\n    return 1\n"
    workspace.write("link.py", b"through\n")
    assert workspace.touched() == ("src/app.py",)
    assert (workspace.root / "link.py").is_symlink()


def test_deleting_a_link_leaves_what_it_points_to(workspace):
    workspace.write("link.py", None)
    assert workspace.touched() == ("link.py",)
    assert workspace.read("src/app.py")


@pytest.mark.parametrize("target", ["/etc", "../../../..", "src/../../../../..", "loop"])
def test_links_that_lead_out_are_not_followed(workspace, target):
    (workspace.root / "loop").symlink_to(target)
    for act in (workspace.read, workspace.check_writable, lambda path: workspace.write(path, b"x")):
        for path in ("loop", "loop/passwd", "loop/new/deep"):
            with pytest.raises(WorkspaceError):
                act(path)
    assert workspace.touched() == ()


@pytest.mark.parametrize("target", [".git", ".github/workflows", "../..", ".adw.toml"])
def test_links_to_protected_places_do_not_open_them(workspace, target):
    (workspace.root / ".github" / "workflows").mkdir(parents=True)
    (workspace.root / "innocent").symlink_to(target)
    with pytest.raises(WorkspaceError):
        workspace.write("innocent/x.yml", b"x")
    with pytest.raises(WorkspaceError):
        workspace.write("innocent", b"x")


def test_a_link_that_leads_out_can_be_deleted(workspace):
    (workspace.root / "out").symlink_to("/etc/hostname")
    workspace.write("out", None)
    assert not (workspace.root / "out").is_symlink()
    assert Path("/etc/hostname").exists()


def test_a_file_that_is_also_elsewhere_is_not_written_through(workspace, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"mine\n")
    os.link(outside, workspace.root / "inside.txt")
    workspace.write("inside.txt", b"yours\n")
    assert outside.read_bytes() == b"mine\n"
    assert workspace.read("inside.txt") == b"yours\n"


def test_a_folder_of_the_run_that_became_a_link_is_gone_from_its_content(workspace, tmp_path):
    workspace.write("pkg/mod.py", b"x\n")
    (tmp_path / "mod.py").write_bytes(b"secret\n")
    (workspace.root / "pkg/mod.py").unlink()
    (workspace.root / "pkg").rmdir()
    (workspace.root / "pkg").symlink_to(tmp_path)
    assert workspace.touched() == ()


# What cannot be read or written


def test_only_regular_files_up_to_a_size_are_read(workspace):
    with pytest.raises(WorkspaceError, match="is a folder"):
        workspace.read("src")
    os.mkfifo(workspace.root / "pipe")
    with pytest.raises(WorkspaceError, match="not a file"):
        workspace.read("pipe")
    workspace.write("large", b"x" * MAX_READ)
    assert len(workspace.read("large")) == MAX_READ
    workspace.write("large", b"x" * (MAX_READ + 1))
    with pytest.raises(WorkspaceError, match="2000001 bytes; at most 2000000"):
        workspace.read("large")


def test_a_pipe_is_not_written_and_does_not_block(workspace):
    os.mkfifo(workspace.root / "pipe")
    with pytest.raises(WorkspaceError, match="not a file"):
        workspace.write("pipe", b"x")


def test_names_that_the_system_refuses_are_workspace_errors(workspace):
    for act in (workspace.read, lambda path: workspace.write(path, b"x")):
        with pytest.raises(WorkspaceError, match="cannot be reached"):
            act("x" * 300)


def test_submodules_are_left_alone(checkout, tmp_path, opened):
    make_repository(tmp_path / "part", {"x": b"x"})
    checkout.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "part"), "sub/part")
    base = checkout.commit({})
    workspace = opened()
    workspace.create(base, BRANCH)
    assert "sub/part" not in workspace.files()
    for path in ("sub/part/x", "sub/part/deep/y"):
        with pytest.raises(WorkspaceError, match="submodule 'sub/part'"):
            workspace.write(path, b"y")
    workspace.write("sub/beside", b"y")
    workspace.restore(workspace.tree())
    assert workspace.touched() == ("sub/beside",)
    assert checkout.git("ls-tree", workspace.tree(), "sub/part").startswith("160000 commit")


# Modification times


def test_an_edit_within_a_second_is_seen_by_bytecode_caches(workspace):
    path = workspace.root / "src/app.py"
    times = [int(path.stat().st_mtime)]
    for content in (b"a < b\n", b"a > b\n", b"a = b\n"):
        workspace.write("src/app.py", content)
        times.append(int(path.stat().st_mtime))
    assert times == sorted(set(times))


def test_a_file_put_back_within_a_second_is_seen_by_bytecode_caches(workspace):
    path = workspace.root / "src/app.py"
    workspace.write("src/app.py", b"a < b\n")
    good = workspace.tree()
    workspace.write("src/app.py", b"a > b\n")
    edited = int(path.stat().st_mtime)
    workspace.restore(good)
    assert int(path.stat().st_mtime) > edited


def test_restore_does_not_touch_files_that_are_right(workspace):
    workspace.write("src/app.py", b"fixed\n")
    tree = workspace.tree()
    before = {path: path.stat().st_mtime_ns for path in (workspace.root / "src").iterdir()}
    workspace.restore(tree)
    assert {path: path.stat().st_mtime_ns for path in (workspace.root / "src").iterdir()} == before


def test_a_disk_that_refuses_is_a_storage_error(workspace):
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, was[1]))
    try:
        with pytest.raises(StorageError, match="could not be written") as caught:
            workspace.write("src/app.py", b"x" * 100)
        with pytest.raises(StorageError, match="could not be written"):
            workspace.write("a/path/that/is/too/long/for/a/list/of/the/paths/written/so/far.py", b"")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)
    assert "adw resume" in caught.value.hint
    assert workspace.read("src/app.py") == b"def main():\n    return 1\n"


def test_a_disk_that_refuses_is_told_apart():
    assert isinstance(as_error("x", OSError(errno.ENOSPC, "No space left on device")), StorageError)
    assert isinstance(as_error("x", OSError(errno.EACCES, "Permission denied")), WorkspaceError)
