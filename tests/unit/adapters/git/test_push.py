"""Branches reach a real bare repository."""

import os
import shlex
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from adw.adapters.git.push import Origin
from adw.adapters.git.remote import may_have
from adw.adapters.git.repository import Repository
from adw.errors import AuthenticationError, RemoteError, WorkspaceError
from tests.servers.git_http import GitHttp
from tests.support.project import wait_for
from tests.support.repositories import Checkout, make_repository

BRANCH = "adw/42-run"
TOKEN = "ghp_0123456789abcdefghij0123456789abcdef"  # noqa: S105 - nobody's
WRONG = "a wrong one"


@pytest.fixture
def bare(tmp_path) -> Checkout:
    made = Checkout(tmp_path / "remote it's.git")
    made.root.mkdir()
    made.git("init", "--quiet", "--bare", "--initial-branch=main")
    return made


@pytest.fixture
def checkout(tmp_path, bare) -> Checkout:
    made = make_repository(tmp_path / "checkout", {"a.py": b"a = 1\n"})
    made.git("remote", "add", "origin", str(bare.root))
    return made


def origin(checkout):
    return Origin(Repository.discover(checkout.root))


def tip(bare, branch=BRANCH):
    return bare.git("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}", accept=(0, 1))


def test_a_branch_reaches_the_remote_and_nothing_else_does(checkout, bare):
    checkout.git("tag", "v1")
    first = checkout.git("rev-parse", "HEAD")
    checkout.git("branch", BRANCH)
    checkout.git("switch", "--quiet", BRANCH)
    commit = checkout.commit({"a.py": b"a = 2\n"})

    origin(checkout).push(commit, BRANCH)

    assert tip(bare) == commit
    assert bare.git("for-each-ref", "--format=%(refname)") == f"refs/heads/{BRANCH}"
    assert first != commit


def test_pushed_again_it_stays_and_goes_on_from_there(checkout, bare):
    one = checkout.git("rev-parse", "HEAD")
    for _ in range(2):
        origin(checkout).push(one, BRANCH)
    two = checkout.commit({"a.py": b"a = 2\n"})
    origin(checkout).push(two, BRANCH)
    assert tip(bare) == two


def test_what_others_have_put_there_is_never_forced_away(checkout, bare, tmp_path):
    checkout.git("push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")
    other = make_repository(tmp_path / "other")
    other.git("pull", "--quiet", str(bare.root), BRANCH)
    theirs = other.commit({"b.py": b""})
    other.git("push", "--quiet", str(bare.root), f"HEAD:refs/heads/{BRANCH}")
    ours = checkout.commit({"a.py": b"a = 3\n"})

    with pytest.raises(WorkspaceError, match="did not make") as caught:
        origin(checkout).push(ours, BRANCH)

    assert tip(bare) == theirs
    assert BRANCH in caught.value.hint


def test_hooks_and_commands_of_the_repository_do_not_run(checkout, bare, tmp_path):
    sprung = tmp_path / "sprung"
    hook = checkout.root / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(sprung))}\n")
    hook.chmod(0o755)
    checkout.git("config", "remote.origin.receivepack", f"touch {shlex.quote(str(sprung))}; git-receive-pack")
    commit = checkout.git("rev-parse", "HEAD")

    origin(checkout).push(commit, BRANCH)

    assert tip(bare) == commit
    assert not sprung.exists()


def test_a_ssh_command_of_the_repository_does_not_run_but_the_user_s_own_does(checkout, tmp_path, monkeypatch):
    sprung, used = tmp_path / "sprung", tmp_path / "used"
    checkout.git("config", "core.sshCommand", f"touch {shlex.quote(str(sprung))};")
    checkout.git("remote", "set-url", "origin", "git@host.example:o/r.git")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[core]\n\tsshCommand = "echo $4 > {used}; false"\n')
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    with pytest.raises(RemoteError, match="does not take branch"):
        origin(checkout).push(checkout.git("rev-parse", "HEAD"), BRANCH)

    assert used.exists()
    assert not sprung.exists()


def test_a_server_s_own_hook_has_the_last_word(checkout, bare):
    hook = bare.root / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no such branches here >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(RemoteError, match="pre-receive hook declined"):
        origin(checkout).push(checkout.git("rev-parse", "HEAD"), BRANCH)
    assert tip(bare) == ""


def test_without_a_remote_nothing_can_be_pushed(tmp_path):
    alone = make_repository(tmp_path / "alone", {"a": b""})
    assert origin(alone).url() == ""
    with pytest.raises(WorkspaceError, match="no remote `origin`"):
        origin(alone).push(alone.git("rev-parse", "HEAD"), BRANCH)


def test_a_remote_that_is_not_there_is_a_remote_error_without_its_password(checkout):
    checkout.git("remote", "set-url", "origin", "http://user:hunter2-hunter2@127.0.0.1:9/o/r.git")
    with pytest.raises(RemoteError) as caught:
        origin(checkout).push(checkout.git("rev-parse", "HEAD"), BRANCH)
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


def test_transports_that_are_commands_stay_off(checkout, tmp_path):
    sprung = tmp_path / "sprung"
    checkout.git("config", "protocol.ext.allow", "always")
    checkout.git("remote", "set-url", "origin", f"ext::touch {sprung}")
    with pytest.raises(RemoteError, match="not allowed"):
        origin(checkout).push(checkout.git("rev-parse", "HEAD"), BRANCH)
    assert not os.path.lexists(sprung)


def test_a_remote_that_never_answers_is_given_up_with_all_that_git_has_started(checkout, tmp_path, monkeypatch):
    started = tmp_path / "started"
    monkeypatch.setenv("GIT_SSH_COMMAND", f"echo $$ > {started}; sleep 600;")
    checkout.git("remote", "set-url", "origin", "git@host.example:o/r.git")
    silent = origin(checkout)
    silent._git = replace(silent._git, online_s=0.5)

    with pytest.raises(RemoteError, match="without an end"):
        silent.push(checkout.git("rev-parse", "HEAD"), BRANCH)

    pid = int(started.read_text())
    wait_for(lambda: not Path(f"/proc/{pid}").exists() or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(), 10)


def test_a_shallow_clone_pushes_too(checkout, bare, tmp_path):
    checkout.commit({"a.py": b"a = 2\n"})
    checkout.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    shallow = Checkout(tmp_path / "shallow")
    checkout.git("clone", "--quiet", "--depth=1", f"file://{bare.root}", str(shallow.root))
    commit = shallow.commit({"a.py": b"a = 3\n"})

    origin(shallow).push(commit, BRANCH)

    assert tip(bare) == commit


def test_the_remote_says_what_its_branches_are_at_now(checkout, bare):
    assert origin(checkout).default_branch() == ""
    checkout.git("push", "--quiet", "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/topic/refs/heads/one")
    first = checkout.git("rev-parse", "HEAD")
    assert origin(checkout).tip("one") == ""
    assert origin(checkout).tip("main") == first
    second = checkout.commit({"a.py": b"a = 2\n"})
    assert origin(checkout).tip("main") == first
    origin(checkout).push(second, "main")
    assert origin(checkout).tip("main") == second
    assert origin(checkout).default_branch() == "main"
    bare.git("symbolic-ref", "HEAD", "refs/heads/topic/refs/heads/one")
    assert origin(checkout).default_branch() == "topic/refs/heads/one"


def test_asking_a_remote_that_is_not_there_is_an_error(checkout, tmp_path):
    with pytest.raises(WorkspaceError, match="no remote `origin`"):
        origin(make_repository(tmp_path / "alone", {"a": b""})).tip("main")
    checkout.git("remote", "set-url", "origin", "http://user:hunter2-hunter2@127.0.0.1:9/o/r.git")
    with pytest.raises(RemoteError, match="origin cannot be read") as caught:
        origin(checkout).default_branch()
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


@pytest.fixture
def forge(tmp_path, bare, checkout, monkeypatch):
    """The bare repository behind a login, and a user whose git remembers every login that works."""
    bare.git("config", "http.receivepack", "true")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[credential]\n\thelper = store --file='{home}/remembered'\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    with GitHttp(tmp_path, f"x-access-token:{TOKEN}") as server:
        checkout.git("remote", "set-url", "origin", f"{server.url}/{quote(bare.root.name)}")
        yield server


def test_where_the_user_has_no_login_the_token_is_used_and_no_helper_remembers_it(forge, checkout, bare, tmp_path):
    commit = checkout.git("rev-parse", "HEAD")
    origin(checkout).push(commit, BRANCH, token=TOKEN, host="127.0.0.1")
    assert tip(bare) == commit
    assert forge.refused > 0
    assert not (tmp_path / "home" / "remembered").exists()
    kept = [path for path in checkout.root.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert kept == []


@pytest.mark.usefixtures("forge")
def test_the_token_asks_too(checkout):
    with pytest.raises(AuthenticationError, match="may read origin"):
        origin(checkout).tip("main")
    assert origin(checkout).tip("main", token=TOKEN, host="127.0.0.1") == ""


def test_the_user_s_own_login_goes_before_the_token(forge, checkout, bare, tmp_path):
    url = forge.url.replace("://", f"://x-access-token:{quote(TOKEN)}@")
    (tmp_path / "home" / "remembered").write_text(f"{url}\n")
    checkout.git("config", "credential.helper", f"!touch {shlex.quote(str(tmp_path / 'sprung'))};")
    commit = checkout.git("rev-parse", "HEAD")
    origin(checkout).push(commit, BRANCH, token=WRONG, host="127.0.0.1")
    assert tip(bare) == commit
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(("token", "host"), [("", "127.0.0.1"), (TOKEN, "github.com"), (WRONG, "127.0.0.1")])
@pytest.mark.usefixtures("forge")
def test_without_a_login_that_works_it_says_what_git_needs(checkout, bare, token, host):
    with pytest.raises(AuthenticationError, match="no credentials that may push") as caught:
        origin(checkout).push(checkout.git("rev-parse", "HEAD"), BRANCH, token=token, host=host)
    assert tip(bare) == ""
    assert "git push" in caught.value.hint
    assert TOKEN not in caught.value.message


@pytest.mark.parametrize(
    ("address", "host", "may"),
    [
        ("https://github.com/o/r", "github.com", True),
        ("https://GitHub.com:443/o/r", "github.com", True),
        ("http://github.com/o/r", "github.com", False),
        ("https://github.com.evil.example/o/r", "github.com", False),
        ("git@github.com:o/r", "github.com", False),
        ("ssh://git@github.com/o/r", "github.com", False),
        ("/srv/github.com", "", False),
        ("", "", False),
    ],
)
def test_a_token_goes_only_to_its_own_host_and_encrypted(address, host, may):
    assert may_have(address, host) is may
