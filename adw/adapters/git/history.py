"""Commits between two points."""

from adw.adapters.git.repository import Repository


def commits_between(repository: Repository, base: str, tip: str) -> tuple[tuple[str, str], ...]:
    """Id and subject of the commits that `tip` has and `base` has not, oldest first."""
    asked = ("log", "--reverse", "-z", "--format=%H %s", f"{base}..{tip}")
    lines = repository.git().run(*asked, "--").text.split("\0")
    return tuple((line.partition(" ")[0], line.partition(" ")[2]) for line in lines if line)
