"""Runs the tool calls of one turn: edits first, together or not at all; then reading; then `done`."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from adw.domain.edit import Edit
from adw.domain.messages import ToolCall, ToolResult
from adw.ports import Workspace
from adw.workflow.edits import apply
from adw.workflow.tool_inputs import (
    INPUTS,
    ChecksInput,
    DeleteInput,
    EditInput,
    ReadInput,
    SearchInput,
    ToolInput,
    WriteInput,
)
from adw.workflow.views import bounded, read_files, search

_LINE_CHARS = 100
_EDITING = (EditInput, WriteInput, DeleteInput)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn's calls came to."""

    results: tuple[ToolResult, ...]
    lines: tuple[str, ...]
    """One short line for each call, for people."""
    edited: bool
    bad: bool
    """Whether a call was malformed: an unknown tool, or input that is not of its form."""
    done: dict[str, Any] | None = None
    """The input of an accepted `done`."""


@dataclass(slots=True)
class _Sheet:
    """The turn while it is worked off."""

    results: dict[str, ToolResult] = field(default_factory=dict)
    inputs: list[tuple[ToolCall, ToolInput]] = field(default_factory=list)
    bad: bool = False
    edit_failed: bool = False
    edited: bool = False

    def answer(self, call: ToolCall, content: str, *, error: bool = False) -> None:
        self.results[call.id] = ToolResult(call.id, content, error=error)


@dataclass(frozen=True, slots=True)
class Toolbox:
    """The tools of one conversation."""

    workspace: Workspace
    names: tuple[str, ...]
    done_input: type[ToolInput]
    run_check: Callable[[str], str]
    """Runs a check by name and brings its report as text."""
    max_lines: int
    max_chars: int
    """What one result may hold."""
    monotonic: Callable[[], float]
    """Seconds, to bound a search."""
    shown: Callable[[str, str], bool] = lambda _path, _lines: False
    """Whether the model has these lines of the file before its eyes already."""

    def use(self, calls: tuple[ToolCall, ...]) -> Turn:
        """Work off the calls. Never raises for what the model asked: it is told instead."""
        sheet = _Sheet()
        for call in calls:
            self._parse(sheet, call)
        self._edit(sheet)
        for call, given in sheet.inputs:
            if call.id not in sheet.results and call.name != "done":
                sheet.answer(call, self._look(given))
        done = self._finish(sheet)
        results = tuple(sheet.results[call.id] for call in calls)
        return Turn(
            results=tuple(replace(result, content=bounded(result.content, self.max_chars)) for result in results),
            lines=tuple(_line(call, result) for call, result in zip(calls, results, strict=True)),
            edited=sheet.edited,
            bad=sheet.bad,
            done=done,
        )

    def _parse(self, sheet: _Sheet, call: ToolCall) -> None:
        problem = ""
        if call.name not in self.names:
            problem = f"there is no tool {call.name!r}; use {', '.join(self.names)}"
        elif call.invalid:
            problem = f"the input is not a JSON object: {call.invalid[:200]}"
        else:
            kind = self.done_input if call.name == "done" else INPUTS[call.name]
            try:
                sheet.inputs.append((call, kind.model_validate(call.input)))
            except ValidationError as error:
                problem = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
        if problem:
            sheet.bad = True
            sheet.answer(call, problem, error=True)

    def _edit(self, sheet: _Sheet) -> None:
        asked = [(call, given) for call, given in sheet.inputs if isinstance(given, _EDITING)]
        if not asked:
            return
        if sheet.bad:
            for call, _ in asked:
                sheet.answer(call, "not applied: another call of this turn is malformed", error=True)
            sheet.edit_failed = True
            return
        edits: list[Edit] = [given.edit() for _, given in asked]
        applied = apply(edits, self.workspace.read, self.workspace.check_writable)
        for position, (call, _) in enumerate(asked):
            problem = applied.problems.get(position)
            if problem:
                sheet.answer(call, problem, error=True)
            elif applied.problems:
                sheet.answer(call, "not applied: another edit of this turn does not fit", error=True)
            else:
                sheet.answer(call, "ok")
        for path, content in applied.contents.items():
            self.workspace.write(path, content)
        sheet.edit_failed = bool(applied.problems)
        sheet.edited = not applied.problems

    def _look(self, given: ToolInput) -> str:
        if isinstance(given, ReadInput):
            return read_files(given.paths, self.workspace.read, self.max_lines, self.max_chars, self.shown)
        if isinstance(given, SearchInput):
            return search(given.pattern, given.glob, self.workspace.files(), self.workspace.read, self.monotonic)
        if isinstance(given, ChecksInput):
            return "\n".join(self.run_check(name) for name in given.checks)
        raise AssertionError(f"no way to run {type(given).__name__}")  # pragma: no cover

    def _finish(self, sheet: _Sheet) -> dict[str, Any] | None:
        done: dict[str, Any] | None = None
        for call, given in sheet.inputs:
            if call.name != "done":
                continue
            if sheet.bad or sheet.edit_failed:
                sheet.answer(call, "not done: calls of this turn failed", error=True)
            else:
                done = given.model_dump(mode="json")
                sheet.answer(call, "ok")
        return done


def _line(call: ToolCall, result: ToolResult) -> str:
    """The call in short, for people; its input may be anything."""
    named = next((call.input[key] for key in ("path", "pattern", "paths", "checks") if call.input.get(key)), "")
    what = " ".join(map(str, named)) if isinstance(named, list) else str(named)
    return " ".join(f"{call.name} {what}".split())[:_LINE_CHARS] + (" ✗" if result.error else "")
