"""Changes to files, as the model asks for them. All changes of a turn are applied together or not at all."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Replace:
    """Put `new` where `old` stands; `old` must be there exactly once unless `every` is set."""

    path: str
    old: str
    new: str
    every: bool = False
    kind: Literal["replace"] = "replace"


@dataclass(frozen=True, slots=True)
class Write:
    path: str
    content: str
    kind: Literal["write"] = "write"


@dataclass(frozen=True, slots=True)
class Delete:
    path: str
    kind: Literal["delete"] = "delete"


Edit = Replace | Write | Delete
