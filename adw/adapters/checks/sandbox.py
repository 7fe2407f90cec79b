"""Bubblewrap around a check: the workspace is writable, the rest read-only or hidden, the network is off."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from adw.errors import CheckError

_HOME_SECRETS = (
    *(".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".netrc", ".npmrc", ".pypirc", ".git-credentials"),
    *(".anthropic", ".claude", ".claude.json", ".codex", ".password-store", ".local/share/keyrings", ".mozilla"),
    *(".config/gh", ".config/gcloud", ".config/git/credentials", ".config/anthropic", ".config/op", ".config/pip"),
    *(".cargo/credentials.toml", ".gem/credentials", ".m2/settings.xml", ".bash_history", ".zsh_history"),
)
_SOCKETS = ("docker.sock", "podman", "containerd", "user", "dbus", "snapd.socket")
"""Under /run: who may connect there may do what it likes outside."""
_PROBE_S = 10.0


class SandboxMode(StrEnum):
    AUTO = "auto"
    """Where it works; else without, with a warning."""
    OFF = "off"
    REQUIRE = "require"
    """A check does not run without."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How checks are confined. Without an `executable` they are not."""

    executable: str = ""
    home: Path = Path("/nonexistent")
    network: bool = False
    warning: str = ""
    """For people, once: why there is no sandbox although one was wanted."""

    def wrap(
        self,
        command: tuple[str, ...],
        *,
        root: Path,
        scratch: Path,
        visible: Iterable[Path] = (),
        caches: Iterable[Path] = (),
    ) -> tuple[str, ...]:
        """The command line that runs `command` in `root`.

        `scratch`, of which the folder `tmp` is the sandbox's /tmp, and `caches` stay writable; `visible` must be
        readable even where it lies in /tmp. Later mounts cover earlier ones: what is hidden stays hidden whatever was
        made visible.
        """
        if not self.executable:
            return command
        private = scratch / "tmp"
        shown = [path for path in visible if path.is_relative_to("/tmp") and path.exists()]  # noqa: S108 - a mount point
        protected = [root / name for name in (".git", ".adw", ".adw.toml") if (root / name).exists()]
        return (
            *(self.executable, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc"),
            *(() if self.network else ("--unshare-net",)),
            *_capabilities(),
            *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
            *("--bind", str(private), "/tmp"),  # noqa: S108
            *_each("--ro-bind", shown),
            *self._hidden(),
            *("--bind", str(root), str(root)),
            *_each("--ro-bind", protected),
            *_each("--bind", caches),
            *("--bind", str(scratch), str(scratch)),
            *("--chdir", str(root), "--", *command),
        )

    def _hidden(self) -> tuple[str, ...]:
        places = [self.home / name for name in _HOME_SECRETS] + [Path("/run") / name for name in _SOCKETS]
        options: list[str] = []
        for place in sorted({place.resolve() for place in places if place.exists()}):
            options += ("--tmpfs", str(place)) if place.is_dir() else ("--ro-bind", "/dev/null", str(place))
        return tuple(options)


def _each(option: str, paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(part for path in paths for part in (option, str(path), str(path)))


def _capabilities() -> tuple[str, ...]:
    """For root: none that could undo the mounts, but those that make files of other owners usable."""
    if os.geteuid() != 0:
        return ()
    kept = ("CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_CHOWN")
    return ("--cap-drop", "ALL", *(part for name in kept for part in ("--cap-add", name)))


def choose(mode: SandboxMode, *, home: Path, network: bool = False, path: str | None = None) -> Sandbox:
    """The sandbox for this machine, tried once: bubblewrap may be there and yet be forbidden (containers, kernels).

    `path` is where programs are looked for (default: PATH). Raises CheckError where one is required and none works.
    """
    if mode is SandboxMode.OFF:
        return Sandbox(home=home, network=network)
    found = shutil.which("bwrap", path=path)
    reason = "bubblewrap (bwrap) is not installed" if found is None else _complaint(found, network=network)
    if found is not None and not reason:
        return Sandbox(executable=found, home=home, network=network)
    if mode is SandboxMode.REQUIRE:
        raise CheckError(f"a sandbox is required, but {reason}", hint='Install bubblewrap, or set sandbox = "auto".')
    return Sandbox(home=home, network=network, warning=f"checks run without a sandbox: {reason}")


def _complaint(executable: str, *, network: bool) -> str:
    """Why bubblewrap does not work here; empty where it does."""
    isolated = () if network else ("--unshare-net",)
    mounts = ("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp")  # noqa: S108
    command = (executable, "--unshare-pid", "--unshare-ipc", *isolated, *_capabilities(), *mounts, "true")
    try:
        tried = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PROBE_S, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{executable} does not work: {error}"
    if tried.returncode == 0:
        return ""
    said = tried.stderr.strip().splitlines()
    return f"{executable} does not work here: {said[0] if said else f'exit code {tried.returncode}'}"
