"""A worker's clone: it follows its remote, whatever happened to it, and leaves the runs in it alone."""

import os
import shlex
from urllib.parse import quote

import pytest

from adw.adapters.git.command import Output
from adw.adapters.git.mirror import Mirror
from adw.adapters.git.remote import Said
from adw.adapters.git.repository import Repository
from adw.adapters.git.workspace import GitWorkspace
from adw.errors import AuthenticationError, RemoteError, StorageError, WorkspaceError
from tests.servers.git_http import GitHttp
from tests.support.killing import is_killed, refresh
from tests.support.repositories import Checkout, make_repository
from tests.unit.adapters.git.conftest import BRANCH

TOKEN = "ghp_0123456789abcdefghij0123456789abcdef"  # noqa: S105 - nobody's
WRONG = "a wrong one"
FILES = {".gitignore": b"cache/\n", "src/app.py": b"one\n", "old.py": b"old\n"}


@pytest.fixture
def remote(tmp_path) -> Checkout:
    """Where commits are made that the mirror is to see."""
    return make_repository(tmp_path / "it's a remote", FILES)


@pytest.fixture
def mirror(tmp_path, remote) -> Mirror:
    return Mirror.below(tmp_path / "mirrors", str(remote.root))


@pytest.fixture
def inside(mirror) -> Checkout:
    return Checkout(mirror.root)


def content(checkout: Checkout) -> dict[str, bytes]:
    paths = (path for path in checkout.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(checkout.root).as_posix(): path.read_bytes() for path in paths}


def test_the_first_time_it_is_cloned_whole_and_is_on_no_branch(mirror, remote, inside):
    remote.git("branch", "topic")
    remote.git("tag", "v1")
    first = remote.git("rev-parse", "HEAD")
    assert mirror.refresh("main") == first
    assert content(inside) == FILES
    assert inside.git("rev-parse", "HEAD") == first
    assert inside.git("symbolic-ref", "--quiet", "HEAD", accept=(1,)) == ""
    assert inside.git("for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags") == ""
    assert inside.git("rev-parse", "--is-shallow-repository", "origin/topic") == f"false\n{first}"
    assert inside.git("status", "--porcelain") == ""
    assert [path.name for path in mirror.root.parent.iterdir()] == [mirror.root.name]
    assert Repository.discover(mirror.root).head == first


def test_it_follows_the_branch_also_where_that_was_forced(mirror, remote, inside):
    mirror.refresh("main")
    (remote.root / "old.py").unlink()
    second = remote.commit({"src/app.py": b"two\n", "src/new.py": b"new\n"})
    assert mirror.refresh("main") == second
    assert content(inside) == {".gitignore": b"cache/\n", "src/app.py": b"two\n", "src/new.py": b"new\n"}
    remote.git("reset", "--quiet", "--hard", "HEAD~1")
    third = remote.commit({"src/app.py": b"three\n"})
    assert mirror.refresh("main") == third
    assert mirror.refresh("main") == third
    assert content(inside) == FILES | {"src/app.py": b"three\n"}
    assert inside.git("status", "--porcelain") == ""


def test_any_branch_can_be_asked_for_and_their_names_may_change_places(mirror, remote):
    first = remote.git("rev-parse", "HEAD")
    remote.git("branch", "adw")
    assert mirror.refresh("adw") == first
    remote.git("branch", "-D", "adw")
    remote.git("switch", "--quiet", "-c", "adw/one")
    deeper = remote.commit({"src/app.py": b"deeper\n"})
    assert mirror.refresh("adw/one") == deeper
    assert mirror.refresh("main") == first


def test_what_is_changed_there_is_put_right_and_what_is_ignored_or_installed_stays(mirror, inside):
    mirror.refresh("main")
    kept = {"cache/kept": b"c", ".adw/runs/x": b"a run", ".venv/bin/p": b"p", "web/node_modules/pad.js": b"l"}
    inside.write({"src/app.py": b"dirt\n", "app.egg-info/set-up": b"x", **kept})
    (mirror.root / "old.py").unlink()
    inside.write({"old.py/in/the/way": b"x"})
    mirror.refresh("main")
    assert content(inside) == FILES | kept | {"app.egg-info/set-up": b"x"}


def test_what_a_killed_checkout_has_left_of_another_commit_goes(mirror, remote, inside):
    first = mirror.refresh("main")
    kept = {"cache/kept": b"c", ".adw/runs/x": b"a run", ".venv/bin/p": b"p", "web/node_modules/pad.js": b"l"}
    inside.write(kept | {".adw.toml": b"of a commit that is gone\n"})
    make_repository(mirror.root / "nested", {"x": b"x"})
    inside.git("update-ref", "refs/adw/going-to", inside.git("commit-tree", f"{first}^{{tree}}", stdin=b"gone"))
    mirror.refresh("main")
    assert content(inside) == FILES | kept
    inside.write({"stays.txt": b"x"})
    remote.commit({"src/app.py": b"two\n"})
    mirror.refresh("main")
    assert (mirror.root / "stays.txt").exists()


def test_what_gathers_is_packed_unless_that_would_run_a_command(mirror, remote, inside, tmp_path):
    def packs():
        return len(list((mirror.root / ".git" / "objects" / "pack").glob("*.pack")))

    mirror.refresh("main")
    inside.git("config", "gc.autoPackLimit", "1")
    inside.git("config", "gc.recentObjectsHook", f"touch {shlex.quote(str(tmp_path / 'sprung'))}")
    for text in (b"two\n", b"three\n"):
        remote.commit({"src/app.py": text})
        inside.git("config", "fetch.unpackLimit", "1")
        mirror.refresh("main")
    assert packs() == 3
    inside.git("config", "--unset", "gc.recentObjectsHook")
    mirror.refresh("main")
    assert packs() == 1
    assert not (tmp_path / "sprung").exists()


def test_runs_in_their_worktrees_are_not_disturbed(mirror, remote):
    base = mirror.refresh("main")
    workspace = GitWorkspace(Repository.discover(mirror.root), "run")
    workspace.create(base, BRANCH)
    workspace.write("src/app.py", b"fixed\n")
    commit = workspace.commit("Fix")
    workspace.write("src/more.py", b"more\n")
    tree = workspace.tree()
    worktree = Checkout(workspace.root)
    before = (content(worktree), worktree.git("status", "--porcelain"), worktree.git("rev-parse", "HEAD"))
    remote.git("branch", BRANCH)
    remote.git("reset", "--quiet", "--hard")
    remote.git("commit", "--quiet", "--amend", "--message", "forced away")
    remote.commit({"src/app.py": b"upstream\n"})

    mirror.refresh("main")
    mirror.refresh(BRANCH)

    assert (content(worktree), worktree.git("status", "--porcelain"), worktree.git("rev-parse", "HEAD")) == before
    assert before[2] == commit
    Checkout(mirror.root).git("gc", "--quiet", "--prune=now")
    again = GitWorkspace(Repository.discover(mirror.root), "run")
    again.restore(tree)
    assert again.touched() == ("src/app.py", "src/more.py")
    assert again.read("src/app.py") == b"fixed\n"


def test_what_a_killed_refresh_has_left_is_in_nobody_s_way(mirror, remote, inside):
    half = mirror.root.with_name(f"{mirror.root.name}.half")
    (half / ".git").mkdir(parents=True)
    (half / ".git" / "junk").write_bytes(b"x")
    mirror.root.mkdir()
    mirror.refresh("main")
    assert not half.exists()
    for name in ("index.lock", "HEAD.lock", "refs/adw/fetched/x.lock"):
        (mirror.root / ".git" / name).touch()
    (mirror.root / ".git" / "index").write_bytes(b"torn")
    remote.commit({"src/app.py": b"two\n"})
    mirror.refresh("main")
    assert content(inside) == FILES | {"src/app.py": b"two\n"}
    assert inside.git("status", "--porcelain") == ""


def test_killed_anywhere_on_the_way_it_is_right_the_next_time(remote, tmp_path):
    address = str(remote.root)
    for after in range(1, 7):
        home = tmp_path / f"mirrors-{after}"
        assert is_killed(after, refresh, (home, address), tmp_path / "killing")
        commit = remote.commit({f"{after}.py": b"more\n"})
        assert refresh(home, address) == commit
        (only,) = home.iterdir()
        assert Checkout(only).git("rev-parse", "HEAD") == commit
        assert Checkout(only).git("status", "--porcelain", "--ignored") == ""
        assert Checkout(only).git("for-each-ref", "refs/heads") == ""
        assert (only / f"{after}.py").exists()
    assert not is_killed(7, refresh, (tmp_path / "mirrors", address), tmp_path / "killing")


def test_it_is_aimed_at_its_own_address_again(mirror, remote, inside, tmp_path):
    mirror.refresh("main")
    inside.git("remote", "set-url", "origin", str(tmp_path / "elsewhere"))
    second = remote.commit({"src/app.py": b"two\n"})
    assert mirror.refresh("main") == second
    assert inside.git("remote", "get-url", "origin") == str(remote.root)


def test_a_commit_that_no_branch_has_any_more_can_be_brought(mirror, remote):
    gone = remote.commit({"src/app.py": b"gone\n"})
    remote.git("reset", "--quiet", "--hard", "HEAD~1")
    remote.git("config", "uploadpack.allowAnySHA1InWant", "true")
    mirror.refresh("main")
    workspace = GitWorkspace(Repository.discover(mirror.root), "run")
    with pytest.raises(WorkspaceError, match="no commit"):
        workspace.take_over(gone, BRANCH, [])
    for _ in range(2):
        mirror.bring(gone)
    workspace.take_over(gone, BRANCH, [])
    assert workspace.read("src/app.py") == b"gone\n"
    with pytest.raises(WorkspaceError, match="no longer has the commit"):
        mirror.bring("1" * 40)


# What does not go


def test_a_branch_that_is_not_there_is_named(mirror):
    with pytest.raises(WorkspaceError, match="has no branch nowhere"):
        mirror.refresh("nowhere")


@pytest.mark.parametrize("branch", ["", "main:refs/heads/evil", "a b", "-x..y", "*", "x/", "x\n"])
def test_what_cannot_be_a_branch_is_refused_before_anything_is_made(mirror, branch):
    with pytest.raises(WorkspaceError, match="not the name of a branch"):
        mirror.refresh(branch)
    assert not mirror.root.parent.exists()


def test_a_remote_without_commits_has_no_branch(tmp_path):
    make_repository(tmp_path / "empty")
    with pytest.raises(WorkspaceError, match="has no branch main"):
        Mirror(tmp_path / "mirror", str(tmp_path / "empty")).refresh("main")


def test_somebody_else_s_folder_is_left_alone(mirror):
    mirror.root.mkdir(parents=True)
    (mirror.root / "mine").write_bytes(b"x")
    with pytest.raises(WorkspaceError, match="not a mirror of ADW's own"):
        mirror.refresh("main")
    assert [path.name for path in mirror.root.iterdir()] == ["mine"]


def test_a_file_in_the_place_of_the_folder_is_a_clear_error(mirror):
    mirror.root.parent.write_bytes(b"")
    with pytest.raises(WorkspaceError, match="cannot be reached"):
        mirror.refresh("main")


def test_a_remote_that_is_gone_is_a_remote_error_and_the_mirror_stays(mirror, remote, inside, tmp_path):
    mirror.refresh("main")
    remote.root.rename(tmp_path / "moved")
    with pytest.raises(RemoteError, match="cannot be read"):
        mirror.refresh("main")
    assert content(inside) == FILES


def test_nothing_is_left_of_a_clone_that_failed(tmp_path):
    mirror = Mirror(tmp_path / "mirrors" / "m", "http://user:hunter2-hunter2@127.0.0.1:9/o/r.git")
    with pytest.raises(RemoteError) as caught:
        mirror.refresh("main")
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"
    assert list((tmp_path / "mirrors").iterdir()) == []


def test_a_full_disk_is_a_storage_error():
    said = Said(Output(128, b"", b""), "fatal: write error: No space left on device")
    with pytest.raises(StorageError, match="No space left"):
        said.answer("the remote")


@pytest.mark.parametrize("address", ["ext::touch sprung", "--upload-pack=touch sprung", "git://127.0.0.1:9/r"])
def test_addresses_that_are_commands_or_unsafe_do_not_run(tmp_path, monkeypatch, address):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((RemoteError, WorkspaceError)):
        Mirror(tmp_path / "mirror", address).refresh("main")
    assert not os.path.lexists(tmp_path / "sprung")
    assert not (tmp_path / "mirror").exists()


# Whose commands, whose credentials


def test_hooks_filters_and_commands_of_the_configurations_do_not_run(mirror, remote, inside, tmp_path, monkeypatch):
    remote.commit({".gitattributes": b"*.py filter=trap\n"})
    home = tmp_path / "home"
    trap = f"touch {shlex.quote(str(tmp_path / 'sprung'))}"
    (home / "template" / "hooks").mkdir(parents=True)
    _hook(home / "template" / "hooks" / "post-checkout", trap)
    settings = f'[init]\n\ttemplateDir = {home}/template\n[filter "trap"]\n\tsmudge = {trap}\n\trequired = true\n'
    (home / ".gitconfig").write_text(settings)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    mirror.refresh("main")
    (mirror.root / ".git" / "hooks").mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change", "post-merge"):
        _hook(mirror.root / ".git" / "hooks" / name, trap)
    for key in ("core.sshCommand", "remote.origin.uploadpack", "core.fsmonitor", "core.alternateRefsCommand"):
        inside.git("config", key, f"{trap}; git-upload-pack")
    inside.git("config", "filter.trap.process", trap)
    (mirror.root / ".git" / "objects" / "info" / "alternates").write_text(f"{remote.root}/.git/objects\n")
    remote.commit({"src/app.py": b"two\n"})
    mirror.refresh("main")
    assert (mirror.root / "src" / "app.py").read_bytes() == b"two\n"
    assert not (tmp_path / "sprung").exists()


def _hook(file, command):
    file.write_text(f"#!/bin/sh\n{command}\n")
    file.chmod(0o755)


@pytest.fixture
def forge(tmp_path, monkeypatch):
    """The remote behind a login, and a user whose git remembers every login that works."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[credential]\n\thelper = store --file='{home}/remembered'\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    with GitHttp(tmp_path, f"x-access-token:{TOKEN}") as server:
        yield server


def _over_http(forge, remote, tmp_path, login="") -> Mirror:
    url = forge.url.replace("://", f"://{login}")
    return Mirror(tmp_path / "mirrors" / "m", f"{url}/{quote(remote.root.name)}/.git")


def test_a_token_clones_and_fetches_and_is_stored_nowhere(forge, remote, tmp_path):
    mirror = _over_http(forge, remote, tmp_path, f"x-access-token:{TOKEN}@")
    with pytest.raises(AuthenticationError, match="no credentials that may read"):
        mirror.refresh("main")
    first = mirror.refresh("main", token=TOKEN, host="127.0.0.1")
    second = remote.commit({"src/app.py": b"two\n"})
    assert mirror.refresh("main", token=TOKEN, host="127.0.0.1") == second != first
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert kept == []


@pytest.mark.parametrize(("token", "host"), [("", "127.0.0.1"), (TOKEN, "github.com"), (WRONG, "127.0.0.1")])
def test_without_a_login_that_works_it_says_so(forge, remote, tmp_path, token, host):
    with pytest.raises(AuthenticationError, match="no credentials that may read") as caught:
        _over_http(forge, remote, tmp_path).refresh("main", token=token, host=host)
    assert TOKEN not in f"{caught.value.message}{caught.value.hint}"


def test_the_user_s_own_login_goes_before_the_token(forge, remote, tmp_path):
    remembered = forge.url.replace("://", f"://x-access-token:{TOKEN}@")
    (tmp_path / "home" / "remembered").write_text(f"{remembered}\n")
    mirror = _over_http(forge, remote, tmp_path)
    assert mirror.refresh("main", token=WRONG, host="127.0.0.1") == remote.git("rev-parse", "HEAD")


def test_a_remote_that_never_answers_is_given_up(mirror, monkeypatch):
    mirror.refresh("main")
    monkeypatch.setenv("GIT_SSH_COMMAND", "sleep 600;")
    silent = Mirror(mirror.root, "git@host.example:o/r.git", fetch_s=0.5)
    with pytest.raises(RemoteError, match="without an end"):
        silent.refresh("main")
