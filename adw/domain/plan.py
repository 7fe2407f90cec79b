"""What the plan phase returns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    summary: str
    steps: tuple[str, ...]
    change: tuple[str, ...] = ()
    """Paths of files to change, relative to the workspace."""
    create: tuple[str, ...] = ()
    """Paths of files to create."""
    tests: tuple[str, ...] = ()
    """Names of tests, or the beginnings of names, that must pass when the work is done."""
    testing: str = ""
    """How the change will be tested."""
