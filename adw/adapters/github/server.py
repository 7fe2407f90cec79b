"""Which GitHub: where its API and its pages are, and which repository an address on it names."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from adw.errors import ConfigError

PUBLIC_API = "https://api.github.com"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*)/(?!\.{1,2}(?:[/#]|$))[A-Za-z0-9_.-]+"
REPOSITORY = re.compile(_NAME)
"""`owner/name`."""
_SCP_LIKE = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:@]+):(?P<path>[^:].*)")
_ENTERPRISE = "/api/v3"


@dataclass(frozen=True, slots=True)
class Server:
    """github.com, or a company's own GitHub."""

    api: str
    """The address that API paths are put behind, without a slash at its end."""
    host: str
    """The host name of its pages and of its git remotes."""

    @classmethod
    def at(cls, api_url: str) -> "Server":
        """The server of a GITHUB_API_URL; of github.com for an empty one. Raises ConfigError."""
        api = (api_url or PUBLIC_API).rstrip("/")
        try:
            parts = urlsplit(api)
            host, secret = (parts.hostname or "").lower(), parts.username or parts.password
        except ValueError:
            host, secret = "", None
        if parts_missing(api) or not host or secret:
            raise ConfigError(
                "GITHUB_API_URL is not the address of an API",
                hint=f"leave it out for github.com, or set something like https://github.example.com{_ENTERPRISE}",
            )
        # github.com and its tenants have the API on a host of its own, GitHub Enterprise Server in a folder.
        return cls(api, host if api.endswith(_ENTERPRISE) else host.removeprefix("api."))

    def repository(self, remote: str) -> str:
        """`owner/name` of a git remote on this server, in any way to write it; empty for one that is elsewhere."""
        host, path = _parts(remote.strip())
        aliases = {self.host, f"www.{self.host}", f"ssh.{self.host}"}
        name = path.strip("/").removesuffix(".git")
        return name if host.lower() in aliases and REPOSITORY.fullmatch(name) else ""


def parts_missing(address: str) -> bool:
    """Whether it is no plain http(s) address: a query or a fragment would swallow the paths put behind it."""
    return not re.fullmatch(r"https?://[^\s?#]+", address)


def _parts(remote: str) -> tuple[str, str]:
    """Host and path of a remote; both empty for a folder."""
    if "://" not in remote:
        found = _SCP_LIKE.fullmatch(remote)
        return (found["host"], found["path"]) if found else ("", "")
    try:
        address = urlsplit(remote)
    except ValueError:
        return "", ""
    known = address.scheme in {"https", "http", "ssh", "git+ssh", "git"}
    return (address.hostname or "", address.path) if known else ("", "")
