"""What every Workspace does, whatever it stands on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.errors import WorkspaceError
from adw.ports import Workspace
from tests.fakes.memory_workspace import MemoryWorkspace
from tests.support.repositories import make_repository

FILES = {
    "README.md": b"# Cart\n",
    "src/cart.py": b"def total():\n    return 3\n",
    "src/crlf.txt": b"one\r\ntwo\r\n",
    "data/latin1.txt": b"caf\xe9\n",
    "a name with spaces.txt": b"kept\n",
    ".github/workflows/ci.yml": b"on: push\n",
    ".adw.toml": b"[run]\n",
}

Make = Callable[..., Workspace]


def _in_memory(folder: Path, *, allow: tuple[str, ...] = ()) -> Workspace:
    workspace = MemoryWorkspace(FILES, allow=allow, root=folder)
    workspace.create("0" * 40, "adw/1-run")
    return workspace


def _with_git(folder: Path, *, allow: tuple[str, ...] = ()) -> Workspace:
    make_repository(folder, FILES)
    repository = Repository.discover(folder)
    workspace = GitWorkspace(repository, "run", allow=allow)
    workspace.create(repository.head, "adw/1-run")
    return workspace


@pytest.fixture(params=[_in_memory, _with_git], ids=["memory", "git"])
def make(request, tmp_path) -> Make:
    return lambda **options: request.param(tmp_path / "repository", **options)


@pytest.fixture
def workspace(make) -> Workspace:
    return make()


def test_a_new_workspace_holds_the_base_and_nothing_is_touched(workspace):
    assert workspace.files() == tuple(sorted(set(FILES) - {".adw.toml"}))
    assert workspace.read("src/crlf.txt") == b"one\r\ntwo\r\n"
    assert workspace.read("data/latin1.txt") == b"caf\xe9\n"
    assert workspace.touched() == ()
    assert workspace.diff() == ""


def test_what_is_written_is_read_listed_touched_and_shown(workspace):
    workspace.write("src/cart.py", b"def total():\n    return 4\n")
    workspace.write("src/deep/new.py", b"x = 1\n")
    assert workspace.read("src/cart.py") == b"def total():\n    return 4\n"
    assert "src/deep/new.py" in workspace.files()
    assert workspace.touched() == ("src/cart.py", "src/deep/new.py")
    lines = workspace.diff().splitlines()
    assert [line for line in lines if line.startswith(("+", "-"))] == [
        "--- a/src/cart.py",
        "+++ b/src/cart.py",
        "-    return 3",
        "+    return 4",
        "--- /dev/null",
        "+++ b/src/deep/new.py",
        "+x = 1",
    ]


def test_a_deleted_file_is_gone_from_everything_but_the_diff(workspace):
    workspace.write("README.md", None)
    assert "README.md" not in workspace.files()
    assert workspace.touched() == ("README.md",)
    assert "-# Cart" in workspace.diff().splitlines()
    with pytest.raises(WorkspaceError, match=r"no file 'README\.md'"):
        workspace.read("README.md")


def test_deleting_what_is_not_there_changes_nothing(workspace):
    workspace.write("nowhere/at/all.py", None)
    assert workspace.touched() == ()


def test_a_file_written_back_as_it_was_is_not_touched(workspace):
    workspace.write("README.md", b"other\n")
    workspace.write("README.md", FILES["README.md"])
    assert workspace.touched() == ()
    assert workspace.diff() == ""


def test_a_file_may_become_a_folder_and_back(workspace):
    before = workspace.tree()
    workspace.write("README.md", None)
    workspace.write("README.md/index.md", b"deep\n")
    assert workspace.touched() == ("README.md", "README.md/index.md")
    deep = workspace.tree()
    workspace.write("README.md/index.md", None)
    workspace.write("README.md", FILES["README.md"])
    assert workspace.tree() == before
    workspace.restore(deep)
    assert workspace.read("README.md/index.md") == b"deep\n"


def test_bytes_come_back_as_they_were_written(workspace):
    content = bytes(range(256)) * 3 + b"\r\n\r"
    workspace.write("blob.bin", content)
    tree = workspace.tree()
    workspace.write("blob.bin", b"")
    assert workspace.read("blob.bin") == b""
    workspace.restore(tree)
    assert workspace.read("blob.bin") == content


def test_the_same_content_is_the_same_tree(workspace):
    first = workspace.tree()
    workspace.write("x.py", b"1\n")
    second = workspace.tree()
    workspace.write("x.py", None)
    assert workspace.tree() == first
    workspace.write("x.py", b"1\n")
    assert workspace.tree() == second != first


def test_restore_undoes_what_was_written_since(workspace):
    workspace.write("src/cart.py", b"good\n")
    workspace.write("README.md", None)
    tree = workspace.tree()
    workspace.write("src/cart.py", b"half done\n")
    workspace.write("README.md", b"back\n")
    workspace.write("stray.py", b"x\n")
    workspace.restore(tree)
    assert workspace.read("src/cart.py") == b"good\n"
    assert workspace.touched() == ("README.md", "src/cart.py")
    assert "stray.py" not in workspace.files()
    assert workspace.tree() == tree


def test_after_restore_the_run_goes_on_from_there(workspace):
    workspace.write("one.py", b"1\n")
    first = workspace.tree()
    workspace.write("two.py", b"2\n")
    workspace.restore(first)
    workspace.write("three.py", b"3\n")
    assert workspace.touched() == ("one.py", "three.py")


def test_restoring_what_was_never_stored_is_an_error(workspace):
    with pytest.raises(WorkspaceError, match="no longer"):
        workspace.restore("1" * 40)


def test_create_again_brings_the_base_back(make):
    workspace = make()
    workspace.write("src/cart.py", b"broken\n")
    workspace.write("extra.py", b"x\n")
    base = workspace.base_commit if isinstance(workspace, MemoryWorkspace) else _head(workspace)
    workspace.create(base, "adw/1-run")
    assert workspace.read("src/cart.py") == FILES["src/cart.py"]
    assert workspace.touched() == ()


def _head(workspace: Workspace) -> str:
    return Repository.discover(workspace.root).head


def test_commit_is_made_once_for_the_same_content(workspace):
    workspace.write("src/cart.py", b"fixed\n")
    first = workspace.commit("Fix the cart")
    assert workspace.commit("Fix the cart again") == first
    workspace.write("src/cart.py", b"fixed better\n")
    assert workspace.commit("Fix it better") != first


def test_commit_without_a_change_is_the_base_commit(workspace):
    base = workspace.base_commit if isinstance(workspace, MemoryWorkspace) else _head(workspace)
    assert workspace.commit("Nothing") == base


def test_touched_and_diff_count_from_the_base_also_after_a_commit(workspace):
    workspace.write("x.py", b"1\n")
    workspace.commit("Add x")
    assert workspace.touched() == ("x.py",)
    assert "+1" in workspace.diff().splitlines()


OUTSIDE = ("/etc/passwd", "../outside", "src/../../outside", "a/..", ".", "./")
NO_NAMES = ("", " ", "nul\0l", "bad\udce9name")
GITS = (".git", ".git/config", "sub/.git/hooks/x", ".GIT/config", "sub/.giT", "git~1", ".git.", ".g\u200cit/x")
ADWS = (".adw", ".adw/runs/x", ".ADW/x", ".adw.toml", "./.adw.toml", ".Adw.Toml")


def test_paths_outside_and_private_ones_are_refused(workspace):
    for act in (workspace.read, *_writing(workspace)):
        for path in (*OUTSIDE, *NO_NAMES, *GITS, *ADWS):
            with pytest.raises(WorkspaceError):
                act(path)
    assert workspace.touched() == ()


def _writing(workspace: Workspace) -> tuple[Callable[[str], None], ...]:
    return (
        workspace.check_writable,
        lambda path: workspace.write(path, b"x"),
        lambda path: workspace.write(path, None),
    )


CI = (
    *(".github/workflows/ci.yml", ".GitHub/Workflows/new.yml", "./.github//workflows/x/y.yml", ".gitlab-ci.yml"),
    *("azure-pipelines.yml", "azure-pipelines-release.yml", "Jenkinsfile", "deploy/Jenkinsfile", ".travis.yml"),
    *(".ci/run", ".buildkite/pipeline.yml", ".circleci/config.yml"),
)


def test_ci_files_are_not_written(workspace):
    for act in _writing(workspace):
        for path in CI:
            with pytest.raises(WorkspaceError, match="CI file"):
                act(path)


def test_ci_files_may_be_read(workspace):
    assert workspace.read(".github/workflows/ci.yml") == b"on: push\n"


def test_an_allowed_ci_file_is_written_and_its_neighbour_is_not(make):
    workspace = make(allow=(".github/workflows/ci.*",))
    workspace.write(".github/workflows/ci.yml", b"on: pull_request\n")
    assert workspace.touched() == (".github/workflows/ci.yml",)
    with pytest.raises(WorkspaceError, match="CI file"):
        workspace.check_writable(".github/workflows/release.yml")


def test_nothing_allows_what_is_gits_or_adws(make):
    workspace = make(allow=("**",))
    for path in (".git/config", ".adw/x", ".adw.toml"):
        with pytest.raises(WorkspaceError, match="belongs to"):
            workspace.write(path, b"x")


def test_a_folder_is_neither_written_nor_deleted(workspace):
    for act in _writing(workspace):
        with pytest.raises(WorkspaceError, match="folder"):
            act("src")


def test_nothing_is_written_under_a_file(workspace):
    for act in _writing(workspace):
        with pytest.raises(WorkspaceError, match="which is a file"):
            act("README.md/x.md")


def test_a_control_character_is_no_name_for_a_new_file(workspace):
    with pytest.raises(WorkspaceError, match="control character"):
        workspace.write("two\nlines.py", b"")


def test_dots_and_doubled_slashes_name_the_same_file(workspace):
    workspace.write("./src//./cart.py", b"new\n")
    assert workspace.touched() == ("src/cart.py",)
    assert workspace.read("src/cart.py") == b"new\n"


def test_check_writable_changes_nothing(workspace):
    workspace.check_writable("brand/new/file.py")
    assert workspace.touched() == ()
    assert "brand/new/file.py" not in workspace.files()
