"""Addresses of remotes: what of them may be shown and stored, and the folder that is named after one."""

import hashlib
import re

_SECRET = re.compile(r"(?<=://)[^/\s]*@")
_WEB = {"http", "https"}
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_READABLE = 60
_HASH = 10


def without_secrets(text: str) -> str:
    """`text` with no user name and password in the addresses that it holds."""
    return _SECRET.sub("", text)


def public_address(address: str) -> str:
    """The address without what lets somebody in: safe to store and to show, and git finds the same place by it.

    Over http(s) a user name goes too, since it may be a token, and so do a query and a fragment; over ssh it stays.
    """
    scheme, found, rest = address.partition("://")
    if not found:
        return address
    authority, slash, path = rest.partition("/")
    user, _, host = authority.rpartition("@")
    if scheme.lower() in _WEB:
        return f"{scheme}://{_plain(host)}{slash}{_plain(path)}"
    name = user.partition(":")[0]
    return f"{scheme}://{name}@{host}{slash}{path}" if name else f"{scheme}://{host}{slash}{path}"


def folder_name(address: str) -> str:
    """A folder's name for a remote: people can read it, and no two addresses share it. It tells no secret."""
    public = public_address(address)
    place = public.partition("://")[2] or public
    readable = _NO_NAME.sub("-", place.rpartition("@")[2].rstrip("/").removesuffix(".git"))
    unique = hashlib.sha256(public.encode(errors="surrogateescape")).hexdigest()[:_HASH]
    return f"{readable[-_READABLE:].strip('.-') or 'remote'}-{unique}"


def _plain(part: str) -> str:
    return re.split("[?#]", part, maxsplit=1)[0]
