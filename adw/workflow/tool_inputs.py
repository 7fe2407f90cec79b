"""What tool calls must look like: the model's input is outside data."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adw.domain.edit import Delete, Edit, Replace, Write
from adw.domain.plan import Plan
from adw.domain.review import Finding, Review, Severity, Verdict

_Path = Annotated[str, Field(min_length=1, max_length=1000)]


class ToolInput(BaseModel):
    """Unknown keys are refused: a misspelt one must not be dropped in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadInput(ToolInput):
    paths: Annotated[tuple[_Path, ...], Field(min_length=1, max_length=50)]


class SearchInput(ToolInput):
    pattern: Annotated[str, Field(min_length=1, max_length=500)]
    glob: str = ""


class EditInput(ToolInput):
    path: _Path
    old: str
    new: str
    all: bool = False

    def edit(self) -> Edit:
        return Replace(self.path, self.old, self.new, every=self.all)


class WriteInput(ToolInput):
    path: _Path
    content: str

    def edit(self) -> Edit:
        return Write(self.path, self.content)


class DeleteInput(ToolInput):
    path: _Path

    def edit(self) -> Edit:
        return Delete(self.path)


class ChecksInput(ToolInput):
    checks: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]


class DoneInput(ToolInput):
    summary: str = ""


class PlanInput(ToolInput):
    summary: Annotated[str, Field(min_length=1)]
    steps: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    create: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    testing: str = ""

    def plan(self) -> Plan:
        return Plan(self.summary, self.steps, self.change, self.create, self.tests, self.testing)


class FindingInput(ToolInput):
    severity: Severity
    path: str
    message: str
    line: Annotated[int, Field(ge=0)] = 0


class ReviewInput(ToolInput):
    verdict: Verdict
    findings: tuple[FindingInput, ...] = ()

    def review(self) -> Review:
        found = tuple(Finding(one.severity, one.path, one.message, one.line) for one in self.findings)
        return Review(self.verdict, found)


INPUTS: dict[str, type[ToolInput]] = {
    "read": ReadInput,
    "search": SearchInput,
    "edit": EditInput,
    "write": WriteInput,
    "delete": DeleteInput,
    "run_checks": ChecksInput,
}
"""By tool name; what `done` takes depends on the phase."""
