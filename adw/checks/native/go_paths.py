"""Where a Go package's files lie: import paths against folders, from go.mod or, without it, from what the log shows."""

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass

from adw.checks import locate
from adw.checks.tool import Place

_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_FRAME = re.compile(r"^([\w.\-/~]+/[\w.\-~]+|\w+)\.[\w(*][^\n]*\n\t(/[^\n:]+\.go):\d+", re.MULTILINE)
_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})
"""Hosts of which a repository is two more parts of the path, and its module, for nearly all, just that."""
_HOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Module:
    """The module in a workspace. `path` is empty where nothing is known of it."""

    root: str
    path: str = ""

    def file(self, package: str, name: str) -> str:
        """The path of a package's file, relative to the workspace; a test's output gives its last part only."""
        if name.startswith(("/", "./", "../")):
            return locate.inside(name, self.root)
        folder = package.removesuffix("_test") if package != self.path else package
        if folder == self.path or not folder.startswith(f"{self.path}/") or not self.path:
            return name
        return posixpath.join(folder[len(self.path) + 1 :], name)

    def frame(self, path: str) -> str:
        """The same for a stack's frame; empty outside the workspace. `-trimpath` gives import paths for folders."""
        if self.path and path.startswith(f"{self.path}/"):
            return path[len(self.path) + 1 :]
        inside = locate.inside(path, self.root) if path.startswith("/") else ""
        return "" if inside.startswith("vendor/") or "/vendor/" in inside else inside


def of_place(place: Place, packages: Collection[str], log: str) -> Module:
    """What go.mod says, where the runner handed it over; else as `of_log`."""
    said = _MODULE.search(place.configs.get("go.mod", ""))
    return Module(place.root, said[1]) if said else of_log(place.root, packages, log)


def of_log(root: str, packages: Collection[str], log: str) -> Module:
    """From a stack's frame, which has both names of a file; else from what all packages have in common."""
    for package, path in _FRAME.findall(log):
        folder = posixpath.dirname(locate.inside(path, root))
        if folder and package.endswith(f"/{folder}"):
            return Module(root, package[: -len(folder) - 1])
        if not folder and locate.inside(path, root):
            return Module(root, package)
    return Module(root, _common(packages))


def _common(packages: Collection[str]) -> str:
    paths = [package.split("/") for package in packages if not package.startswith(".")]
    if not paths:
        return ""
    common = posixpath.commonprefix(paths)
    if common and common[0] in _HOSTS:
        common = common[:_HOST_PARTS]
    return "/".join(common)
