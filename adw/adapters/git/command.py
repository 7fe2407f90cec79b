"""Git, called so that nothing that the repository or the caller's shell configures runs along with it.

The environment is built from nothing: what a caller set for git (GIT_DIR in a hook, GIT_INDEX_FILE, traces) would
aim the command elsewhere, and keys must not reach a child. Configuration that names commands (hooks, file system
monitors, editors, filters, transports) is switched off by `-c`, which outranks every file.

GitPython adds to the caller's environment and cannot take away, and it expands `$` in the folder it is given. So the
command goes through `env -i`, and the folder through git's own `-C`.
"""

import os
import re
import shutil
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from subprocess import PIPE, TimeoutExpired
from typing import Any

from adw.adapters.git.complaints import as_error
from adw.errors import RemoteError, WorkspaceError

_KEPT = ("PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "USER", "LOGNAME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_FIXED = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "GIT_ASKPASS": "false",
}
_OFFLINE = {
    "GIT_ALLOW_PROTOCOL": "none",  # a list of one that does not exist: no transport at all, not even `ext::`
    "GIT_SSH_COMMAND": "false",
}
_ONLINE = {"GIT_ALLOW_PROTOCOL": "file:http:https:ssh"}
_KEPT_ONLINE = (
    *("SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT"),
    *("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "GNUPGHOME"),  # where credential helpers keep what they know
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "CURL_CA_BUNDLE"),
)
ONLY_REPOSITORY_CONFIG = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
}
_HARMLESS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.splitIndex=false",
    "core.protectHFS=true",
    "core.quotePath=false",
    "core.pager=cat",
    "core.askPass=false",
    "commit.gpgSign=false",
    "tag.gpgSign=false",
    "gpg.program=false",
    "log.showSignature=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "diff.suppressBlankEmpty=false",
    "i18n.commitEncoding=UTF-8",
)
_NO_TRANSPORT = ("core.sshCommand=false", "credential.helper=")
EXACT_CONTENT = (
    f"core.attributesFile={os.devnull}",
    f"core.excludesFile={os.devnull}",
    "core.autocrlf=false",
    "core.safecrlf=false",
    "core.eol=lf",
    "core.sparseCheckout=false",
    "core.trustctime=true",
    "core.checkStat=default",
    "core.ignoreStat=false",
    "index.sparse=false",
)
"""Content as git stores it: of the conversions only those of the repository's own .gitattributes are left."""

_FILTER = re.compile(r"filter\.(?P<driver>.+)\.[^.]+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Output:
    status: int
    stdout: bytes
    stderr: bytes = b""

    @property
    def complaint(self) -> str:
        """What it said on standard error."""
        return os.fsdecode(self.stderr)

    @property
    def text(self) -> str:
        """Without the last line's end; bytes that are not UTF-8 come as in file names (`os.fsdecode`)."""
        return os.fsdecode(self.stdout).removesuffix("\n")

    @property
    def fields(self) -> tuple[str, ...]:
        """What `-z` separates by NUL."""
        return tuple(os.fsdecode(self.stdout).split("\0")[:-1])


@dataclass(frozen=True, slots=True)
class GitCommand:
    """Runs git in `folder` with `environment` and nothing else beside what every program needs."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    online_s: float = 0.0
    """Seconds after which a command that talks to a remote is ended; 0: no command may talk to one."""

    def run(self, *arguments: str, stdin: bytes = b"", accept: Iterable[int] = (0,)) -> Output:
        """What git answered. Raises WorkspaceError or StorageError for a status that is not in `accept`."""
        from git import Git  # noqa: PLC0415  (importing it runs git, and fails where there is none)

        off = () if self.online_s else _NO_TRANSPORT
        settings = [part for setting in (*_HARMLESS, *off, *self.settings) for part in ("-c", setting)]
        program = [Git.GIT_PYTHON_GIT_EXECUTABLE or "git", "-C", str(self.folder), *settings, *arguments]
        command = ["env", "-i", *(f"{name}={value}" for name, value in self._environment().items()), *program]
        # A session of its own: ctrl-C is for ADW to answer, not for git in the middle of a file.
        child = Git().execute(command, istream=PIPE, as_process=True, start_new_session=True)
        stdout, stderr = self._talk(child, stdin, arguments[0])
        status = child.returncode
        if status not in accept:
            raise as_error(arguments[0], os.fsdecode(stderr), self.folder)
        return Output(status, stdout, stderr)

    def _environment(self) -> dict[str, str]:
        names, fixed = ((*_KEPT, *_KEPT_ONLINE), _ONLINE) if self.online_s else (_KEPT, _OFFLINE)
        kept = {name: os.environ[name] for name in names if name in os.environ}
        return kept | _FIXED | fixed | dict(self.environment)

    def _talk(self, child: Any, stdin: bytes, verb: str) -> tuple[bytes, bytes]:
        """What it says. A remote that says nothing more, and ctrl-C, end the whole session of git and its helpers."""
        if not self.online_s:
            said: tuple[bytes, bytes] = child.communicate(stdin)
            return said
        try:
            said = child.communicate(stdin, timeout=self.online_s)
        except (TimeoutExpired, KeyboardInterrupt) as error:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            if isinstance(error, KeyboardInterrupt):
                raise
            limit = f"git {verb} was ended after {self.online_s:.0f} s without an end"
            raise RemoteError(limit, hint="check the network, try again") from error
        return said

    def without_filters(self) -> "GitCommand":
        """The same, with every filter that the configuration defines (LFS, …) switched off: they are commands."""
        names = self.run("config", "--null", "--name-only", "--list").fields
        drivers = sorted({match["driver"] for name in names if (match := _FILTER.fullmatch(name))})
        if odd := next((driver for driver in drivers if "=" in driver), None):
            raise WorkspaceError(
                f"the git configuration has a filter named {odd!r}, which cannot be switched off",
                hint="rename it: a name without `=`",
            )
        off = tuple(
            setting
            for driver in drivers
            for setting in (f"filter.{driver}.process=", f"filter.{driver}.required=false")
        )
        return replace(self, settings=(*self.settings, *off))


def require_git() -> None:
    """Raises WorkspaceError where git cannot be called."""
    if shutil.which("git") is None:
        raise WorkspaceError("git is not installed, or not on PATH", hint="install git 2.32 or newer")
