"""The structured state that replaces history: the only thing that one phase hands to the next."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TouchedFile:
    path: str
    change: str
    """`edited`, `created` or `deleted`."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    task: str
    phase: str
    attempt: int
    decisions: tuple[str, ...] = ()
    touched: tuple[TouchedFile, ...] = ()
    reports: tuple[str, ...] = ()
    """Last reports, one line each."""
    questions: tuple[str, ...] = ()
    next_step: str = ""
