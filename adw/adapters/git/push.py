"""The remote `origin`: where it is, and how a run's branch gets there. Never by force, and never by a hook.

Git uses the user's own credentials: those of the system's and the user's configuration, the ssh agent, and the headers
that a CI's checkout has stored. What the repository's own configuration names as commands (`core.sshCommand`,
`credential.helper`) does not run. Where all that brings no credentials, a token may be given: it reaches git in a
private file, because arguments, addresses and environments can be seen by others.
"""

import os
import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

from adw.adapters.git.command import GitCommand
from adw.adapters.git.repository import Repository
from adw.errors import AuthenticationError, RemoteError, WorkspaceError

PUSH_S = 600.0
"""Seconds that a push may take."""

_NAME = "origin"
_SETTINGS = ("push.followTags=false", "push.gpgSign=false", "http.lowSpeedLimit=100", "http.lowSpeedTime=60")
_PUSH = ("push", "--porcelain", "--no-verify", "--receive-pack=git-receive-pack", "--recurse-submodules=no", _NAME)
_OWN_SCOPES = {"system", "global"}
_HELPER = re.compile(r"credential(?:\..+)?\.helper", re.IGNORECASE | re.DOTALL)
_NO_CREDENTIALS = (
    "could not read Username",
    "could not read Password",
    "Authentication failed",
    "Permission denied",
    "terminal prompts disabled",
    "The requested URL returned error: 401",
    "The requested URL returned error: 403",
)
_REJECTED = re.compile(r"^!\t[^\t]*\t(?P<why>.*)$", re.MULTILINE)
_SECRET = re.compile(r"(?<=://)[^/@\s]+@")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class _Setting:
    scope: str
    key: str
    value: str


class Origin:
    """The remote `origin` of a repository."""

    def __init__(self, repository: Repository) -> None:
        environment = {"GIT_DIR": str(repository.common)}
        self._git = GitCommand(repository.root, environment, _SETTINGS, online_s=PUSH_S)

    def url(self) -> str:
        """Where it is fetched from; empty where there is no such remote. It may hold a password: never show it."""
        found = self._git.run("remote", "get-url", _NAME, accept=(0, 2, 128))
        return found.text if found.status == 0 else ""

    def push(self, commit: str, branch: str, *, token: str = "", host: str = "") -> None:
        """Have the remote's `branch` be at `commit`: done already, nothing happens.

        `token`: for where the user has no credentials, and the remote is on `host` over https. Raises
        AuthenticationError, WorkspaceError where the remote's branch holds something else, RemoteError.
        """
        if not self.url():
            raise WorkspaceError("there is no remote `origin` to push to", hint="git remote add origin ADDRESS")
        git = self._with_own_commands()
        refused = self._pushed(git, commit, branch)
        where = self._push_url() if refused and token else ""
        if _may_have(where, host):
            with TemporaryDirectory(prefix="adw-") as folder:
                refused = self._pushed(_with_token(git, where, token, Path(folder)), commit, branch)
        if refused:
            raise AuthenticationError(
                f"git has no credentials that may push to origin: {refused}",
                hint="try `git push` yourself; a credential.helper or core.sshCommand has to stand in your own git "
                "configuration, not in the repository's",
            )

    def _pushed(self, git: GitCommand, commit: str, branch: str) -> str:
        """Empty, or what git says where it lacks credentials."""
        done = git.run(*_PUSH, f"{commit}:refs/heads/{branch}", accept=range(256))
        if done.status == 0:
            return ""
        said = _SECRET.sub("", done.complaint)
        if any(words in said for words in _NO_CREDENTIALS):
            return _first(said)
        rejected = _REJECTED.search(done.text)
        if rejected and any(word in rejected["why"] for word in ("non-fast-forward", "fetch first", "stale info")):
            raise WorkspaceError(
                f"the remote's branch {branch} holds commits that this run did not make: nothing was forced",
                hint=f"look at it (git fetch origin {branch}), then delete or rename it there",
            )
        raise RemoteError(
            f"origin does not take branch {branch}: {rejected['why'] if rejected else _first(said)}",
            hint="try `git push` yourself",
        )

    def _push_url(self) -> str:
        return self._git.run("remote", "get-url", "--push", _NAME).text

    def _with_own_commands(self) -> GitCommand:
        """Git that runs no command that the repository's configuration names to reach a remote."""
        fields = self._git.run("config", "--show-scope", "--null", "--list").fields
        known = [
            _Setting(scope, *entry.partition("\n")[::2]) for scope, entry in zip(fields[::2], fields[1::2], strict=True)
        ]
        own = [one for one in known if one.scope in _OWN_SCOPES]
        foreign = [one for one in known if one.scope not in {*_OWN_SCOPES, "command"}]
        git = self._git
        if any(one.key.lower() == "core.sshcommand" for one in foreign) and "GIT_SSH_COMMAND" not in os.environ:
            ssh = next((one.value for one in reversed(own) if one.key.lower() == "core.sshcommand"), "ssh")
            git = replace(git, environment={**git.environment, "GIT_SSH_COMMAND": ssh})
        if any(_HELPER.fullmatch(one.key) for one in foreign):
            helpers = (f"{one.key}={one.value}" for one in own if _HELPER.fullmatch(one.key))
            git = replace(git, settings=(*git.settings, "credential.helper=", *helpers))
        return git


def _may_have(address: str, host: str) -> bool:
    """Whether the token of `host` may be sent there: to nobody else, and encrypted unless it is this machine."""
    if "://" not in address:
        return False
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return safe and (parts.hostname or "").lower() == host.lower()


def _with_token(git: GitCommand, address: str, token: str, folder: Path) -> GitCommand:
    """Git that knows one credential and asks no helper of the user's, so that none remembers the token."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    file = folder / "credentials"
    file.touch(mode=0o600)
    file.write_text(f"{parts.scheme}://x-access-token:{quote(token, safe='')}@{host}\n", encoding="utf-8")
    helper = f"credential.helper=store --file={shlex.quote(str(file))}"
    return replace(git, settings=(*git.settings, "credential.helper=", helper))


def _first(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith(("hint:", "To "))]
    return "; ".join(lines[:3]) or "it said nothing"
