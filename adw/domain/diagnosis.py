"""What `adw doctor` finds: what is configured, what is there, what is missing."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """ADW works, but less well than it could."""
    MISSING = "missing"
    """`adw run` would be refused."""


@dataclass(frozen=True, slots=True)
class Part:
    subject: str
    status: Status
    detail: str
    hint: str = ""
    """What to do about it; empty where nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    parts: tuple[Part, ...]

    @property
    def missing(self) -> tuple[Part, ...]:
        return tuple(one for one in self.parts if one.status is Status.MISSING)
