"""A worker's own clone of a remote, which runs have their worktrees in.

It is whole (all branches as they were when it was made, no tags, not shallow), and its checkout is detached at the
commit that was asked for last. A branch that is fetched lands in a ref of ADW's own, named by a hash: so a remote that
deletes `topic` and makes `topic/one` is in nobody's way, and no run's branch is ever touched.
"""

import hashlib
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from adw.adapters.git.addresses import folder_name, public_address
from adw.adapters.git.command import EXACT_CONTENT, ONLY_REPOSITORY_CONFIG, GitCommand, require_git
from adw.adapters.git.confined import as_error
from adw.adapters.git.refs import RunRefs
from adw.adapters.git.remote import ONLINE, ORIGIN, Login, Said, ask
from adw.errors import WorkspaceError

CLONE_S = 3600.0
"""The first clone may take that long."""
FETCH_S = 600.0
"""A fetch may take that long."""

_UPLOAD = "--upload-pack=git-upload-pack"
_CLONE = ("clone", "--quiet", "--no-checkout", "--no-tags", "--no-local", "--template=", f"--origin={ORIGIN}", _UPLOAD)
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--refmap=", _UPLOAD)
_KEPT = ("/.adw/", ".venv", "venv", "node_modules")
"""Left even where the repository does not ignore it."""
_ABSENT = ("couldn't find remote ref", "not our ref", "unadvertised object")


class Mirror:
    """The clone in `root` of the remote at `address`. Who refreshes it holds a lock: one at a time.

    Runs that have worktrees in it may go on meanwhile. `root` itself changes: it is not to be read without the lock.
    """

    def __init__(self, root: Path, address: str, *, clone_s: float = CLONE_S, fetch_s: float = FETCH_S) -> None:
        """A password in `address` is dropped: it is neither stored nor used. The limits are seconds."""
        self.root = root.absolute()
        self.address = public_address(address)
        self._clone_s, self._fetch_s = clone_s, fetch_s

    @classmethod
    def below(cls, home: Path, address: str) -> "Mirror":
        """The one in a folder of its own in `home`."""
        return cls(home / folder_name(address), address)

    def refresh(self, branch: str, *, token: str = "", host: str = "") -> str:
        """Have the checkout at the commit that the remote's `branch` is at now; the commit's id.

        Tracked files are the commit's afterwards, others stay. `token` is for where the user has no credentials, and
        the remote is on `host` over https. Raises AuthenticationError, RemoteError, StorageError, and WorkspaceError
        where the remote has no such branch, or something else is in the mirror's place.
        """
        require_git()
        self._check_name(branch)
        login = Login(token, host)
        self._have_clone(login)
        self._clear_locks()
        kept = f"refs/adw/fetched/{hashlib.sha256(branch.encode(errors='surrogateescape')).hexdigest()[:16]}"
        said = self._fetch(f"+refs/heads/{branch}:{kept}", login)
        if said.output.status and _says_absent(said):
            raise WorkspaceError(f"{self.address} has no branch {branch}", hint="git ls-remote --heads tells which")
        said.answer(self.address)
        commit = self._git().run("rev-parse", "--verify", "--end-of-options", f"{kept}^{{commit}}").text
        self._check_out(commit)
        self._tidy()
        return commit

    def bring(self, commit: str, *, token: str = "", host: str = "") -> None:
        """Have `commit` here, by its full id, whatever branch it is on or was: done already, nobody is asked.

        A run that began elsewhere starts from it. Only in a mirror that was refreshed once. Raises as `refresh` does.
        """
        if self._git().run("cat-file", "-e", f"{commit}^{{commit}}", accept=(0, 1, 128)).status == 0:
            return
        said = self._fetch(f"+{commit}:refs/adw/brought/{commit[:16]}", Login(token, host))
        if said.output.status and _says_absent(said):
            raise WorkspaceError(f"{self.address} no longer has the commit {commit[:10]}", hint="start a new run")
        said.answer(self.address)

    def _have_clone(self, login: Login) -> None:
        if (self.root / ".git").is_dir():
            self._aim()
            return
        half = self.root.with_name(f"{self.root.name}.half")
        try:
            if self.root.exists() and any(self.root.iterdir()):
                raise WorkspaceError(f"{self.root} is not a mirror of ADW's own", hint="move it away")
            self.root.parent.mkdir(parents=True, exist_ok=True)
            if half.exists():
                shutil.rmtree(half)
            self._clone(half, login)
            half.rename(self.root)
        except OSError as error:
            raise as_error(str(self.root), error) from error

    def _clone(self, half: Path, login: Login) -> None:
        # Not upwards: the folder may lie in somebody's repository, whose configuration has no say here.
        nowhere = {"GIT_CEILING_DIRECTORIES": str(half.parent.parent)}
        git = GitCommand(half.parent, nowhere, ONLINE, online_s=self._clone_s)
        said = ask(git, (*_CLONE, "--", self.address, str(half)), self._where, login)
        said.answer(self.address)
        # The branch that a clone makes would grow old, and a branch called `adw` be in the way of those of runs.
        whole = GitCommand(half, ONLY_REPOSITORY_CONFIG | {"GIT_DIR": str(half / ".git")})
        for ref in whole.run("for-each-ref", "--format=%(refname)", "refs/heads").text.splitlines():
            whole.run("update-ref", "-d", ref)

    def _aim(self) -> None:
        """Have `origin` be the address, whatever was made of it here."""
        git, key = self._git(), f"remote.{ORIGIN}.url"
        if git.run("config", "--local", "--get-all", key, accept=(0, 1)).text != self.address:
            git.run("config", "--local", "--replace-all", key, self.address)

    def _clear_locks(self) -> None:
        """Those of a refresh that was killed. Nobody else may hold them."""
        common = self.root / ".git"
        for lock in (common / "index.lock", common / "HEAD.lock", *(common / "refs" / "adw").rglob("*.lock")):
            lock.unlink(missing_ok=True)

    def _fetch(self, what: str, login: Login) -> Said:
        git = GitCommand(self.root, {"GIT_DIR": str(self.root / ".git")}, ONLINE, online_s=self._fetch_s)
        return ask(git, (*_FETCH, ORIGIN, what), self._where, login)

    def _where(self) -> str:
        return self.address

    def _check_out(self, commit: str) -> None:
        refs, going = RunRefs(self._git()), "refs/adw/going-to"
        head, last = refs.resolve("HEAD^{commit}"), refs.resolve(going)
        if last != commit:
            refs.git.run("update-ref", going, commit)
        where = {"GIT_DIR": str(self.root / ".git"), "GIT_WORK_TREE": str(self.root)}
        git = GitCommand(self.root, ONLY_REPOSITORY_CONFIG | where, EXACT_CONTENT).without_filters()
        try:
            git.run("read-tree", "--reset", "-u", commit)
        except WorkspaceError:
            # An index that a crash has torn cannot be read; without one git looks at every file anew.
            with suppress(FileNotFoundError):
                (self.root / ".git" / "index").unlink()
            git.run("read-tree", "--reset", "-u", commit)
        if last not in {"", head}:
            # One that was killed has left files of a commit that the index may not know.
            git.run("clean", "--quiet", "-ffd", *(f"--exclude={name}" for name in _KEPT))
        refs.git.run("update-ref", "--no-deref", "-m", "adw", "HEAD", commit)

    def _tidy(self) -> None:
        """Have git pack what has gathered, now and then; what runs may still want, it keeps."""
        git = self._git()
        if git.run("config", "--get", "gc.recentObjectsHook", accept=(0, 1)).status:  # a command
            git = replace(git, settings=("gc.auto=6700", "gc.autoDetach=false"))
            git.run("gc", "--auto", "--quiet", accept=range(256))

    def _check_name(self, branch: str) -> None:
        git = GitCommand(Path("/"), ONLY_REPOSITORY_CONFIG)
        if git.run("check-ref-format", f"refs/heads/{branch}", accept=(0, 1)).status:
            raise WorkspaceError(f"{branch!r} is not the name of a branch")

    def _git(self) -> GitCommand:
        return GitCommand(self.root, ONLY_REPOSITORY_CONFIG | {"GIT_DIR": str(self.root / ".git")})


def _says_absent(said: Said) -> bool:
    return any(words in said.complaint for words in _ABSENT)
