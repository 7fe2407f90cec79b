"""What the reporter `adw/adapters/checks/plugins/adw_mocha.cjs` wrote, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILES = re.compile(r"^mocha-\d+\.jsonl$")


class Thrown(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = ""
    code: str = ""
    message: str = ""
    stack: str = ""
    expected: str = ""
    actual: str = ""

    @property
    def generated(self) -> bool:
        """Whether the message was made of the two values."""
        return any(f" {word} " in self.message for word in ("==", "!==", "to", "strictly", "evaluated"))

    @property
    def text(self) -> str:
        """The stack, which begins with the message, unless a program took it away."""
        own = self.stack if self.message in self.stack else f"{self.name}: {self.message}\n{self.stack}"
        return own or self.message


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    """`start`, `test`, `pass`, `pending`, `fail`, `end`."""
    titles: tuple[str, ...] = ()
    file: str = ""
    hook: bool = False
    error: Thrown = Thrown()
    total: int = Field(default=0, ge=0)

    @property
    def id(self) -> tuple[str, ...]:
        return (self.file, *self.titles)


@dataclass(frozen=True, slots=True)
class Testimony:
    """All lines of one run."""

    lines: tuple[Line, ...] = ()

    @property
    def started(self) -> bool:
        return any(line.kind == "start" for line in self.lines)

    @property
    def ended(self) -> bool:
        """Every run that was started came to its end, and no test is left that was begun only."""
        starts = sum(line.kind == "start" for line in self.lines)
        return bool(starts) and starts == sum(line.kind == "end" for line in self.lines)

    @property
    def running(self) -> tuple[Line, ...]:
        """Tests that were begun and neither passed nor failed."""
        begun: dict[tuple[str, ...], Line] = {}
        for line in self.lines:
            if line.kind == "test":
                begun[line.id] = line
            elif line.kind in ("pass", "fail", "pending"):
                begun.pop(line.id, None)
        return () if self.ended else tuple(begun.values())


def read(files: Mapping[str, bytes]) -> Testimony:
    """What can be read of it: the last line may be torn."""
    lines: list[Line] = []
    for name in sorted(name for name in files if FILES.match(name)):
        for raw in files[name].split(b"\n"):
            try:
                lines.append(Line.model_validate_json(raw))
            except ValidationError:
                continue
    return Testimony(tuple(lines))
