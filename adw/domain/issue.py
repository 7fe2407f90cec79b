"""An issue: the work that a run is asked to do. Untrusted text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """`key` names it in branches and locks: a number, or a slug of the title."""

    key: str
    title: str
    body: str
    source: str
    """Where it came from, for people: a path, `-`, or `owner/repo#42`."""
    labels: tuple[str, ...] = ()
    priority: str = ""
