import os
from pathlib import Path

import pytest

from adw.adapters.git.command import GitCommand, require_git
from adw.adapters.git.complaints import as_error
from adw.errors import StorageError, WorkspaceError

SHOW_ENVIRONMENT = ("-c", "alias.environment=!env", "environment")


def test_nothing_of_the_caller_s_environment_reaches_git_but_what_programs_need(tmp_path, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a secret")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_TRACE", "1")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    seen = dict(line.split("=", 1) for line in GitCommand(tmp_path).run(*SHOW_ENVIRONMENT).text.split("\n"))
    assert "ANTHROPIC_API_KEY" not in seen
    assert "GIT_TRACE" not in seen
    assert seen.get("GIT_DIR") is None
    assert seen["LC_ALL"] == "C"
    assert seen["PATH"]


def test_git_aimed_elsewhere_by_the_caller_is_aimed_back(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert GitCommand(checkout.root).run("rev-parse", "--show-toplevel").text == str(checkout.root)


def test_the_input_is_passed_and_bytes_come_back_as_they_are(checkout):
    content = bytes(range(256)) + b"\n\n"
    stored = GitCommand(checkout.root).run("hash-object", "-w", "--stdin", stdin=content).text
    assert GitCommand(checkout.root).run("cat-file", "blob", stored).stdout == content


def test_a_status_that_is_not_accepted_is_an_error_with_git_s_words(checkout):
    git = GitCommand(checkout.root)
    assert git.run("rev-parse", "--verify", "--quiet", "nothing", accept=(0, 1)).status == 1
    with pytest.raises(WorkspaceError, match=r"git cat-file failed: fatal: Not a valid object name nothing"):
        git.run("cat-file", "-p", "nothing")


def test_filters_of_the_configuration_do_not_run(checkout, tmp_path):
    sprung = tmp_path / "sprung"
    checkout.git("config", "filter.a b.c.clean", f"touch '{sprung}'; cat")
    checkout.git("config", "filter.a b.c.required", "true")
    checkout.git("config", "filter.LFS.process", f"touch '{sprung}'")
    checkout.write({".gitattributes": b"*.py filter=LFS\n*.sh filter=LFS\n", "x.py": b"x\n"})
    (checkout.root / ".git" / "info" / "attributes").write_text('*.md "filter=a b.c"\n', encoding="utf-8")
    git = GitCommand(checkout.root).without_filters()
    stored = git.run("hash-object", "--path=x.py", "--stdin", stdin=b"x\n").text
    assert stored == GitCommand(tmp_path).run("hash-object", "--stdin", stdin=b"x\n").text
    assert not sprung.exists()


def test_a_filter_that_cannot_be_switched_off_is_refused(checkout):
    checkout.git("config", "filter.a=b.clean", "cat")
    with pytest.raises(WorkspaceError, match=r"'a=b'.* cannot be switched off"):
        GitCommand(checkout.root).without_filters()


def test_no_transport_is_left(checkout, tmp_path):
    sprung = tmp_path / "sprung"
    checkout.git("config", "protocol.ext.allow", "always")
    with pytest.raises(WorkspaceError, match="not allowed"):
        GitCommand(checkout.root).run("ls-remote", f"ext::touch {sprung}")
    assert not sprung.exists()


def test_a_missing_git_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkspaceError, match="git is not installed") as caught:
        require_git()
    assert "install git" in caught.value.hint


@pytest.mark.parametrize("words", ["No space left on device", "Disk quota exceeded", "Read-only file system"])
def test_a_disk_that_refuses_is_a_storage_error(words):
    error = as_error("write-tree", f"error: unable to write file x: {words}\nfatal: git failed\n", Path("/r"))
    assert isinstance(error, StorageError)
    assert words in error.message


@pytest.mark.parametrize(
    ("complaint", "message", "hint"),
    [
        ("fatal: detected dubious ownership in repository at '/r'", "another user", "safe.directory /r"),
        ("fatal: not a git repository (or any of the parent directories): .git", "not in a git repository", "git init"),
        ("fatal: cannot lock ref 'refs/heads/adw/x': 'refs/heads/adw' exists; cannot create", "in the way", "-m adw"),
        ("fatal: could not fetch 12 from promisor remote", "partial clone", "git fetch"),
        ("hint: try this\n\nfatal: odd\n", "git status failed: fatal: odd", ""),
        ("", "git status failed: it said nothing", ""),
    ],
)
def test_known_complaints_say_what_to_do(complaint, message, hint):
    error = as_error("status", complaint, Path("/r"))
    assert isinstance(error, WorkspaceError)
    assert message in error.message
    assert hint in error.hint


def test_the_folder_s_name_is_taken_as_it_is(tmp_path):
    folder = tmp_path / "~" / "$HOME" / "a b"
    folder.mkdir(parents=True)
    git = GitCommand(folder)
    git.run("init", "--quiet")
    assert (folder / ".git").is_dir()
    assert git.run("rev-parse", "--show-toplevel").text == os.fspath(folder)
