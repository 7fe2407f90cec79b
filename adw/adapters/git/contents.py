"""What a commit holds that a worktree of it will not show as it is."""

import re
from dataclasses import dataclass

from adw.adapters.git.command import GitCommand

_FILTER = re.compile(rb"^(?!\s*#).*\sfilter=(?P<name>\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Contents:
    submodules: tuple[str, ...] = ()
    """Their paths, sorted."""
    filters: tuple[str, ...] = ()
    """Names of the filters that .gitattributes asks for (`lfs`, …), sorted."""


def look_into(git: GitCommand, commit: str) -> Contents:
    """What there is in `commit`, at any depth."""
    submodules, attributes = [], []
    for line in git.run("ls-tree", "-r", "-z", "--full-tree", commit).fields:
        described, _, path = line.partition("\t")
        _, kind, object_id = described.split(" ")
        if kind == "commit":
            submodules.append(path)
        elif path.rpartition("/")[2] == ".gitattributes":
            attributes.append(object_id)
    return Contents(tuple(submodules), _filters(git, attributes))


def _filters(git: GitCommand, attributes: list[str]) -> tuple[str, ...]:
    if not attributes:
        return ()
    asked = "".join(f"{object_id}\n" for object_id in attributes)
    text = git.run("cat-file", "--batch", stdin=asked.encode()).stdout
    return tuple(sorted({match["name"].decode(errors="replace") for match in _FILTER.finditer(text)}))
