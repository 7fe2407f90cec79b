"""What the witness plugin wrote (`adw/adapters/checks/plugins/adw_witness.py`), as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILES = re.compile(r"^witness-\d+\.jsonl$")
STACKS = re.compile(r"^stacks-\d+\.txt$")


class Detail(BaseModel):
    """An exception. `frames` are `(file, line)`, outermost first."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: str
    bases: tuple[str, ...] = ()
    message: str = ""
    frames: tuple[tuple[str, int], ...] = ()
    parts: tuple[str, ...] = ()
    """What an exception group holds."""


class Line(BaseModel):
    """One line. Which fields it has follows from its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    id: str = ""
    when: str = ""
    outcome: str = ""
    subtest: str | None = None
    detail: Detail | None = None
    location: tuple[str, int] | None = None
    text: str = ""
    count: int = Field(default=0, ge=0)
    worker: bool = False
    exit: int | None = None
    foreign: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.id} {self.subtest}" if self.subtest else self.id

    @property
    def home(self) -> str:
        """`path:line` of the test's definition; of its file's first line where that is not known."""
        path, line = self.location or (self.id.split("::", 1)[0], 1)
        return f"{path}:{line}"


@dataclass(frozen=True, slots=True)
class Testimony:
    """All lines of all processes of one check."""

    results: tuple[Line, ...] = ()
    """What failed or was skipped."""
    begun: tuple[Line, ...] = ()
    """Tests that were begun, in that order."""
    running: tuple[Line, ...] = ()
    """Those of them that were not ended."""
    collecting: str = ""
    """What was looked at last, where no test was begun."""
    collected: int | None = None
    """Tests that were to run; None where unknown (pytest-xdist)."""
    ended: tuple[str, ...] = ()
    """Tests that were ended, as often as they were."""
    exit_code: int | None = None
    """pytest's own last word; None where it was cut off."""
    foreign: tuple[str, ...] = ()
    present: bool = False
    """Whether a witness was there at all."""


def _lines(files: Mapping[str, bytes]) -> list[Line]:
    lines: list[Line] = []
    for name in sorted(files):
        if FILES.match(name):
            for raw in files[name].splitlines():
                try:
                    lines.append(Line.model_validate_json(raw))
                except ValidationError:
                    continue  # torn by a crash: what is missing is missed by the reconciliation
    return lines


def read(files: Mapping[str, bytes]) -> Testimony:
    """What the witnesses say. Lines that cannot be read are left out."""
    lines = _lines(files)
    of_kind: dict[str, list[Line]] = {}
    for line in lines:
        of_kind.setdefault(line.kind, []).append(line)
    ended = tuple(line.id for line in of_kind.get("end", ()))
    done = frozenset(ended)
    begun = {line.id: line for line in of_kind.get("start", ())}
    finishes = of_kind.get("finish", ())
    own = {line.exit for line in finishes if not line.worker}
    collected = of_kind.get("collected", ())
    return Testimony(
        results=tuple(of_kind.get("result", ())),
        begun=tuple(begun.values()),
        running=tuple(line for line in begun.values() if line.id not in done),
        collecting="" if begun else next((line.id for line in reversed(of_kind.get("collecting", ()))), ""),
        collected=collected[-1].count if collected and collected[-1].count else None,
        ended=ended,
        exit_code=own.pop() if len(own) == 1 else None,
        foreign=tuple(sorted({path for line in finishes for path in line.foreign})),
        present=bool(lines),
    )


def stacks(files: Mapping[str, bytes]) -> str:
    """The stacks that were written shortly before the time limit."""
    return "\n".join(files[name].decode("utf-8", "replace") for name in sorted(files) if STACKS.match(name))
