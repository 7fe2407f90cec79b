import os
import shutil

import pytest

from adw.adapters.git.commit_files import CommitFiles
from adw.adapters.git.history import commits_between
from adw.adapters.git.planting import plant
from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import MAX_READ
from adw.errors import WorkspaceError
from tests.support.dirt import make_user_repository
from tests.support.fingerprint import differences, fingerprint
from tests.support.repositories import Checkout, make_repository


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    """The user's configuration is part of what is looked at: an empty one."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(name, raising=False)


def test_a_clean_checkout(checkout):
    found = Repository.discover(checkout.root)
    assert found.root == checkout.root
    assert found.common == checkout.root / ".git"
    assert found.head == checkout.git("rev-parse", "HEAD")
    assert found.branch == "main"
    assert not found.is_dirty
    assert found.warnings() == ()


def test_it_is_found_from_a_subfolder_and_through_a_link(checkout, tmp_path):
    (tmp_path / "linked").symlink_to(checkout.root / "src")
    assert Repository.discover(checkout.root / "src").root == checkout.root
    assert Repository.discover(tmp_path / "linked").root == checkout.root


def test_what_a_caller_set_for_git_does_not_count(checkout, tmp_path, monkeypatch):
    other = make_repository(tmp_path / "other", {"x": b"x"})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    assert Repository.discover(checkout.root).root == checkout.root


def test_in_a_linked_worktree_the_root_is_that_checkout_s(checkout, tmp_path):
    checkout.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    found = Repository.discover(tmp_path / "linked")
    assert found.root == tmp_path / "linked"
    assert found.common == checkout.root / ".git"
    assert found.branch == "other"


def test_dirt_is_counted_and_told(checkout):
    checkout.write({"src/app.py": b"changed\n", "staged.py": b"x\n", "new.py": b"x\n", "src/lib.py": b"staged\n"})
    checkout.git("add", "staged.py", "src/lib.py")
    checkout.write({"src/lib.py": b"and changed again\n"})
    found = Repository.discover(checkout.root)
    assert (found.checkout.staged, found.checkout.unstaged, found.checkout.untracked) == (2, 2, 1)
    assert found.is_dirty
    [warning] = found.warnings()
    assert "2 staged, 2 unstaged, 1 untracked paths" in warning
    assert found.head[:10] in warning


def test_one_path_is_one_path(checkout):
    checkout.write({"new.py": b"x\n"})
    assert Repository.discover(checkout.root).checkout.described() == "1 untracked path"


def test_a_conflict_is_counted(tmp_path):
    checkout = make_user_repository(tmp_path / "user")
    checkout.git("merge", "side", accept=(1,))
    assert Repository.discover(checkout.root).checkout.unmerged == 1


def test_a_renamed_file_counts_as_two_paths(checkout):
    checkout.git("mv", "src/app.py", "src/moved.py")
    assert Repository.discover(checkout.root).checkout.staged == 2


def test_looking_changes_nothing(tmp_path):
    checkout = make_user_repository(tmp_path / "user")
    checkout.write({"src/app.py": b"changed\n"})
    os.utime(checkout.root / "crlf.txt")  # only its time: git would like to note that in the index
    before = fingerprint(checkout.root)
    Repository.discover(checkout.root)
    assert differences(before, fingerprint(checkout.root)) == []


def test_a_detached_head_is_told(checkout):
    checkout.git("checkout", "--quiet", "--detach")
    found = Repository.discover(checkout.root)
    assert found.branch == ""
    assert "detached" in found.warnings()[0]


def test_submodules_and_filters_are_told(checkout):
    for name in "abcdefg":
        (checkout.root / name).mkdir()
        checkout.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{name}")
    checkout.commit(
        {".gitattributes": b"# *.x filter=no\n*.bin filter=lfs diff=lfs\n", "d/.gitattributes": b"* -text\n"}
    )
    found = Repository.discover(checkout.root)
    assert found.contents.submodules == tuple("abcdefg")
    assert found.contents.filters == ("lfs",)
    submodules, filters = found.warnings()
    assert submodules.endswith("a, b, c, d, e and 2 more")
    assert filters.endswith(": lfs")


def test_no_repository_is_an_error(tmp_path):
    with pytest.raises(WorkspaceError, match="not in a git repository") as caught:
        Repository.discover(tmp_path)
    assert "git init" in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_folder_that_is_none_is_an_error(tmp_path):
    with pytest.raises(WorkspaceError, match="not a folder"):
        Repository.discover(tmp_path / "missing")


def test_a_repository_without_commits_is_an_error(tmp_path):
    make_repository(tmp_path / "new")
    with pytest.raises(WorkspaceError, match="has no commits") as caught:
        Repository.discover(tmp_path / "new")
    assert "git commit" in caught.value.hint


def test_a_bare_repository_and_the_inside_of_git_s_folder_are_errors(checkout, tmp_path):
    checkout.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    with pytest.raises(WorkspaceError, match="bare repository"):
        Repository.discover(tmp_path / "bare.git")
    with pytest.raises(WorkspaceError, match=r"inside a \.git folder"):
        Repository.discover(checkout.root / ".git" / "refs")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_is_refused_until_it_is_trusted(checkout, tmp_path):
    for path in (checkout.root, checkout.root / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(WorkspaceError, match="another user") as caught:
        Repository.discover(checkout.root)
    assert "safe.directory" in caught.value.hint
    (tmp_path / ".gitconfig").write_text(f'[safe]\n\tdirectory = "{checkout.root}"\n', encoding="utf-8")
    assert Repository.discover(checkout.root).root == checkout.root


def test_the_identity_is_the_user_s_or_adw_s(checkout, tmp_path, monkeypatch):
    def who() -> tuple[str, str]:
        identity = Repository.discover(checkout.root).identity
        return identity.name, identity.email

    assert who() == ("adw", "adw@localhost")
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Ann\n\temail = ann@example.org\n", encoding="utf-8")
    assert who() == ("Ann", "ann@example.org")
    checkout.git("config", "user.email", "here@example.org")
    assert who() == ("Ann", "here@example.org")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Env")
    assert who() == ("Env", "here@example.org")


def test_a_missing_git_is_an_error(checkout, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkspaceError, match="git is not installed"):
        Repository.discover(checkout.root)


def test_names_that_are_not_utf_8_are_no_obstacle(tmp_path):
    checkout = make_user_repository(tmp_path / "user")
    view = CommitFiles(Repository.discover(checkout.root))
    assert "src/app.py" in view.files()
    assert not any("na" in name and "ve" in name for name in view.files())


def test_the_files_of_a_commit_are_read_without_its_links(checkout):
    checkout.commit({".adw.toml": b"x"})
    checkout.write({"src/app.py": b"changed since\n"})
    view = CommitFiles(Repository.discover(checkout.root))
    assert view.files() == (".gitignore", "src/app.py", "src/lib.py", "tool.sh")
    assert view.read("src/app.py") == b"def main():\n    return 1\n"
    with pytest.raises(WorkspaceError, match=r"no file 'link\.py'"):
        view.read("link.py")


def test_diff_and_history_between_commits(checkout):
    base = checkout.git("rev-parse", "HEAD")
    checkout.commit({"src/lib.py": b"LIMIT = 11\n"}, "Raise the limit\n\nBecause.")
    tip = checkout.commit({"tool.sh": b"#!/bin/sh\nexit\n"}, "Exit")
    repository = Repository.discover(checkout.root)
    assert [subject for _, subject in commits_between(repository, base, tip)] == ["Raise the limit", "Exit"]
    assert commits_between(repository, tip, tip) == ()
    assert "+LIMIT = 11" in repository.diff(base, tip).splitlines()


def test_a_commit_can_stand_for_the_one_that_is_checked_out(checkout):
    base = checkout.git("rev-parse", "HEAD")
    checkout.commit({".gitattributes": b"*.bin filter=lfs\n", "new.py": b""})
    found = Repository.discover(checkout.root)
    earlier = found.at(base)
    assert (earlier.head, earlier.branch, earlier.contents.filters) == (base, "main", ())
    assert "new.py" not in CommitFiles(earlier).files()
    for name in (base[:10], "main", "1" * 40, checkout.git("rev-parse", "main^{tree}")):
        with pytest.raises(WorkspaceError, match="there is no commit"):
            found.at(name)


def test_the_diff_is_the_same_whatever_is_configured(checkout):
    base = checkout.git("rev-parse", "HEAD")
    text = b"".join(b"line %d\n" % number for number in range(40))
    checkout.commit({"long.txt": text, "\u00fc b.txt": b"x\n"})
    old = checkout.git("rev-parse", "HEAD")
    checkout.git("mv", "long.txt", "renamed.txt")
    tip = checkout.commit({"renamed.txt": text.replace(b"line 20", b"line twenty"), "\u00fc b.txt": b"\xff\n"})
    plain = Repository.discover(checkout.root)
    diffs = plain.diff(base, tip), plain.diff(old, tip)
    settings = {
        "noprefix": "true",
        "context": "9",
        "renames": "false",
        "algorithm": "patience",
        "mnemonicPrefix": "true",
    }
    for key, value in settings.items():
        checkout.git("config", f"diff.{key}", value)
    checkout.git("config", "color.ui", "always")
    checkout.git("config", "core.abbrev", "40")
    checkout.write({".gitattributes": b"* -diff\n"})
    checkout.git("add", ".gitattributes")
    again = Repository.discover(checkout.root)
    assert (again.diff(base, tip), again.diff(old, tip)) == diffs
    assert "rename to renamed.txt" in diffs[1]
    assert "+++ b/\u00fc b.txt" in diffs[1]
    assert "+\ufffd" in diffs[1]


def test_planting_makes_a_repository_of_a_folder(tmp_path):
    folder = tmp_path / "planted"
    Checkout(folder).write({"a.txt": b"a", ".gitignore": b"b.txt\n", "b.txt": b"b"})
    plant(folder, "All of it")
    found = Repository.discover(folder)
    assert CommitFiles(found).files() == (".gitignore", "a.txt", "b.txt")
    assert not found.is_dirty
    shutil.rmtree(folder)


def test_a_file_of_a_commit_that_is_too_large_is_not_read(checkout):
    checkout.commit({"huge.txt": b"x" * (MAX_READ + 1), "large.txt": b"x" * MAX_READ})
    view = CommitFiles(Repository.discover(checkout.root))
    assert len(view.read("large.txt")) == MAX_READ
    with pytest.raises(WorkspaceError, match=f"'huge.txt' has {MAX_READ + 1} bytes; at most {MAX_READ} are read"):
        view.read("huge.txt")
