"""What a commit holds that a worktree of it will not show as it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adw.adapters.git.command import GitCommand

SUBMODULE = "160000"

_FILTER = re.compile(rb"^(?!\s*#).*\sfilter=(?P<name>\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Contents:
    submodules: tuple[str, ...] = ()
    """Their paths, sorted."""
    filters: tuple[str, ...] = ()
    """Names of the filters that .gitattributes asks for (`lfs`, …), sorted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree, folders left out."""

    mode: str
    """`100644`, `100755` executable, `120000` symbolic link, `160000` submodule."""
    object_id: str
    path: str


def entries_of(git: GitCommand, tree: str) -> Iterator[Entry]:
    """Everything in a commit or tree, at any depth, in git's order."""
    for line in git.run("ls-tree", "-r", "-z", "--full-tree", tree).fields:
        described, _, path = line.partition("\t")
        mode, _, object_id = described.split(" ")
        yield Entry(mode, object_id, path)


def look_into(git: GitCommand, commit: str) -> Contents:
    """What there is in `commit`."""
    entries = tuple(entries_of(git, commit))
    attributes = [entry.object_id for entry in entries if entry.path.rpartition("/")[2] == ".gitattributes"]
    return Contents(
        submodules=tuple(entry.path for entry in entries if entry.mode == SUBMODULE),
        filters=_filters(git, attributes),
    )


def _filters(git: GitCommand, attributes: list[str]) -> tuple[str, ...]:
    if not attributes:
        return ()
    asked = "".join(f"{object_id}\n" for object_id in attributes)
    text = git.run("cat-file", "--batch", stdin=asked.encode()).stdout
    return tuple(sorted({match["name"].decode(errors="replace") for match in _FILTER.finditer(text)}))
