"""The remote `origin`: where it is, what it holds, and how a run's branch gets there. Never by force or by a hook."""

import re
from dataclasses import replace

from adw.adapters.git.addresses import without_secrets
from adw.adapters.git.command import GitCommand
from adw.adapters.git.remote import ONLINE, ORIGIN, Login, Said, ask
from adw.adapters.git.repository import Repository
from adw.errors import AuthenticationError, RemoteError, WorkspaceError

PUSH_S = 600.0
"""Seconds that a push may take."""
ASK_S = 60.0
"""Seconds that a question may take."""

_SETTINGS = ("push.followTags=false", "push.gpgSign=false", *ONLINE)
_PUSH = ("push", "--porcelain", "--no-verify", "--receive-pack=git-receive-pack", "--recurse-submodules=no", ORIGIN)
_LIST = ("ls-remote", "--upload-pack=git-upload-pack")
_REJECTED = re.compile(r"^!\t[^\t]*\t(?P<why>.*)$", re.MULTILINE)
_HEADS = "refs/heads/"


class Origin:
    """The remote `origin` of a repository.

    `token` and `host` of the methods are for where the user has no credentials, and the remote is on `host` over https.
    """

    def __init__(self, repository: Repository) -> None:
        environment = {"GIT_DIR": str(repository.common)}
        self._git = GitCommand(repository.root, environment, _SETTINGS, online_s=PUSH_S)

    def url(self) -> str:
        """Where it is fetched from; empty where there is no such remote. It may hold a password: never show it."""
        found = self._git.run("remote", "get-url", ORIGIN, accept=(0, 2, 128))
        return found.text if found.status == 0 else ""

    def tip(self, branch: str, *, token: str = "", host: str = "") -> str:
        """The commit of the remote's `branch` as the remote says now; empty where it has none of that name.

        Raises AuthenticationError, WorkspaceError where there is no remote, RemoteError.
        """
        name = f"{_HEADS}{branch}"
        listed = (line.split("\t") for line in self._listed(("--heads", ORIGIN, name), Login(token, host)))
        # What is asked for fits the end of a name too: `main` and `topic/refs/heads/main`.
        return next((commit for commit, found in listed if found == name), "")

    def default_branch(self, *, token: str = "", host: str = "") -> str:
        """The branch that the remote's HEAD is on; empty where it is on none, or the remote has no commits.

        Raises AuthenticationError, WorkspaceError where there is no remote, RemoteError.
        """
        lines = self._listed(("--symref", ORIGIN, "HEAD"), Login(token, host))
        heads = (line.removeprefix("ref: ").removesuffix("\tHEAD") for line in lines if line.startswith("ref: "))
        return next((name.removeprefix(_HEADS) for name in heads if name.startswith(_HEADS)), "")

    def push(self, commit: str, branch: str, *, token: str = "", host: str = "") -> None:
        """Have the remote's `branch` be at `commit`: done already, nothing happens.

        Raises AuthenticationError, WorkspaceError where the remote's branch holds something else, RemoteError.
        """
        self._require()
        said = ask(self._git, (*_PUSH, f"{commit}:{_HEADS}{branch}"), self._push_url, Login(token, host))
        if said.lacks_credentials:
            raise AuthenticationError(
                f"git has no credentials that may push to origin: {said.why}",
                hint="try `git push` yourself; a credential.helper or core.sshCommand has to stand in your own git "
                "configuration, not in the repository's",
            )
        if said.output.status:
            raise _refusal(said, branch)

    def _listed(self, asked: tuple[str, ...], login: Login) -> list[str]:
        self._require()
        said = ask(replace(self._git, online_s=ASK_S), (*_LIST, *asked), self.url, login)
        return said.answer("origin").splitlines()

    def _require(self) -> None:
        if not self.url():
            raise WorkspaceError("there is no remote `origin`", hint="git remote add origin ADDRESS")

    def _push_url(self) -> str:
        return self._git.run("remote", "get-url", "--push", ORIGIN).text


def _refusal(said: Said, branch: str) -> WorkspaceError | RemoteError:
    rejected = _REJECTED.search(said.output.text)
    if rejected and any(word in rejected["why"] for word in ("non-fast-forward", "fetch first", "stale info")):
        return WorkspaceError(
            f"the remote's branch {branch} holds commits that this run did not make: nothing was forced",
            hint=f"look at it (git fetch origin {branch}), then delete or rename it there",
        )
    return RemoteError(
        f"origin does not take branch {branch}: {without_secrets(rejected['why']) if rejected else said.why}",
        hint="try `git push` yourself",
    )
