"""A part of a request: what it is, how much it matters, and what became of it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Priority(IntEnum):
    LOW = 1
    MEDIUM = 5
    HIGH = 10
    CRITICAL = 15


class Zone(StrEnum):
    """Where a section stands, stable first: each zone ends in a prompt-cache breakpoint."""

    STABLE = "stable"
    """The system prompt: the same for every call of a phase."""
    CONTENT = "content"
    """Issue, plan, snapshot, files: the same for every turn of a conversation."""
    REPORT = "report"
    """What this attempt is about."""
    RECORD = "record"
    """What is left of the turns that were folded."""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    text: str
    priority: Priority
    zone: Zone = Zone.CONTENT


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A section that was left out. `reason`: budget, duplicate, stale or low_priority."""

    name: str
    reason: str
    tokens: int
