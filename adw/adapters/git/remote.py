"""How git reaches a remote: by the user's own credentials first, then by a token, and by nobody else's commands.

The user's own credentials are those of the system's and the user's configuration, the ssh agent, and the headers that a
CI's checkout has stored. What the repository's own configuration names as commands (`core.sshCommand`,
`credential.helper`, …) does not run. Where all that brings no credentials, a token may be given: it reaches git in a
private file, because arguments, addresses and environments can be seen by others.
"""

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

from adw.adapters.git.addresses import without_secrets
from adw.adapters.git.command import GitCommand, Output
from adw.adapters.git.complaints import names_the_disk
from adw.errors import AuthenticationError, RemoteError, StorageError

ORIGIN = "origin"
ONLINE = ("http.lowSpeedLimit=100", "http.lowSpeedTime=60", "core.alternateRefsCommand=true")
"""Settings of every command that talks to a remote. The last one would be a command of the repository's."""

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
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Login:
    """A token, and the host that may have it; empty where there is none."""

    token: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What git answered of a remote."""

    output: Output
    complaint: str
    """On standard error, without any password of an address."""

    @property
    def lacks_credentials(self) -> bool:
        return self.output.status != 0 and any(words in self.complaint for words in _NO_CREDENTIALS)

    @property
    def why(self) -> str:
        """The complaint's first words, for a message."""
        lines = [line.strip() for line in self.complaint.splitlines()]
        told = [line for line in lines if line and not line.startswith(("hint:", "To ", "Cloning into"))]
        return "; ".join(told[:3]) or "it said nothing"

    def answer(self, place: str) -> str:
        """What it said on standard output of the remote at `place`, which may be shown.

        Raises AuthenticationError, StorageError where the disk is in the way, RemoteError for everything else.
        """
        if self.lacks_credentials:
            raise AuthenticationError(
                f"git has no credentials that may read {place}: {self.why}",
                hint="try `git ls-remote` with that address yourself; or set GH_TOKEN for a repository on GitHub",
            )
        if self.output.status == 0:
            return self.output.text
        if names_the_disk(self.complaint):
            raise StorageError(f"no room for what {place} holds: {self.why}", hint="make room on the disk, try again")
        raise RemoteError(f"{place} cannot be read: {self.why}", hint="try `git ls-remote` with that address yourself")


def ask(git: GitCommand, arguments: tuple[str, ...], address: Callable[[], str], login: Login) -> Said:
    """Run a command that talks to the remote at `address()`, whatever it then says. `git` is online.

    The token goes out only where the user has no credentials, to its own host. Raises RemoteError after the time limit.
    """
    own = _with_own_commands(git)
    said = _run(own, arguments)
    where = address() if said.lacks_credentials and login.token else ""
    if not may_have(where, login.host):
        return said
    with TemporaryDirectory(prefix="adw-") as folder:
        return _run(_with_token(own, where, login.token, Path(folder)), arguments)


def may_have(address: str, host: str) -> bool:
    """Whether the token of `host` may be sent there: to nobody else, and encrypted unless it is this machine."""
    if "://" not in address:
        return False
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return safe and (parts.hostname or "").lower() == host.lower()


def _run(git: GitCommand, arguments: tuple[str, ...]) -> Said:
    done = git.run(*arguments, accept=range(256))
    return Said(done, without_secrets(done.complaint))


@dataclass(frozen=True, slots=True)
class _Setting:
    scope: str
    key: str
    value: str


def _with_own_commands(git: GitCommand) -> GitCommand:
    """Git that runs no command that the repository's configuration names to reach a remote."""
    fields = git.run("config", "--show-scope", "--null", "--list").fields
    known = [
        _Setting(scope, *entry.partition("\n")[::2]) for scope, entry in zip(fields[::2], fields[1::2], strict=True)
    ]
    own = [one for one in known if one.scope in _OWN_SCOPES]
    foreign = [one for one in known if one.scope not in {*_OWN_SCOPES, "command"}]
    if any(one.key.lower() == "core.sshcommand" for one in foreign) and "GIT_SSH_COMMAND" not in os.environ:
        ssh = next((one.value for one in reversed(own) if one.key.lower() == "core.sshcommand"), "ssh")
        git = replace(git, environment={**git.environment, "GIT_SSH_COMMAND": ssh})
    if any(_HELPER.fullmatch(one.key) for one in foreign):
        helpers = (f"{one.key}={one.value}" for one in own if _HELPER.fullmatch(one.key))
        git = replace(git, settings=(*git.settings, "credential.helper=", *helpers))
    return git


def _with_token(git: GitCommand, address: str, token: str, folder: Path) -> GitCommand:
    """Git that knows one credential and asks no helper of the user's, so that none remembers the token."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    file = folder / "credentials"
    file.touch(mode=0o600)
    file.write_text(f"{parts.scheme}://x-access-token:{quote(token, safe='')}@{host}\n", encoding="utf-8")
    helper = f"credential.helper=store --file={shlex.quote(str(file))}"
    return replace(git, settings=(*git.settings, "credential.helper=", helper))
