"""Results and problems on the screen: text for people, or exactly one JSON envelope on standard output."""

import json
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich.console import Console, RenderableType

from adw.cli.pieces import Raw, plain
from adw.cli.verdict import Problem, of_result
from adw.domain.checked import Checked, CheckedAll, RawChecked

SCHEMA = 1
_PIPE_WIDTH = 10_000
"""Columns where no terminal says how many there are: enough that nothing is folded."""
_USAGE_FIELDS = {"fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output"}


@dataclass(slots=True)
class Screen:
    """Where one command's result goes. `command` is its name as the envelope tells it: `runs list`."""

    command: str
    as_json: bool
    out: TextIO
    err: TextIO
    console: Console = field(init=False)
    """For progress and results."""
    errors: Console = field(init=False)

    def __post_init__(self) -> None:
        self.errors = console_on(self.err)
        self.console = self.errors if self.as_json else console_on(self.out)

    def result(self, result: object) -> int:
        """Show it; the exit code that it means."""
        exit_code, problem = of_result(result)
        warnings = tuple(getattr(result, "warnings", ()))
        if self.as_json:
            self._print_json(envelope(self.command, data=_dumped(result), warnings=warnings, problem=problem))
            return exit_code
        from adw.cli.text import text_of  # noqa: PLC0415  # `adw --help` does without

        for piece in text_of(result):
            self._print(piece)
        for warning in warnings:
            self.errors.print(f"warning: {plain(warning)}", style="yellow", markup=False)
        if problem and not isinstance(result, Checked | CheckedAll | RawChecked):  # their texts have said it
            self._print_problem(problem)
        if remark := str(getattr(result, "remark", "")):
            self.errors.print(plain(remark), markup=False, soft_wrap=True)
        self.out.flush()
        return exit_code

    def problem(self, exit_code: int, problem: Problem) -> int:
        """Show why there is no result; the exit code again."""
        if self.as_json:
            self._print_json(envelope(self.command, problem=problem))
        else:
            self._print_problem(problem)
        return exit_code

    def _print(self, piece: RenderableType | Raw) -> None:
        if not isinstance(piece, Raw):
            self._print_piece(piece)
        elif self.console.is_terminal:
            self.console.print(piece.styled(), soft_wrap=True)
        else:
            # Byte for byte: `adw runs diff RUN | git apply` has to work.
            self.console.file.flush()
            self.out.buffer.write(piece.text.encode("utf-8", "surrogateescape"))

    def _print_piece(self, piece: RenderableType) -> None:
        if self.console.is_terminal:
            self.console.print(piece)
            return
        with self.console.capture() as captured:
            self.console.print(piece, soft_wrap=True)
        # Tables fill their columns with blanks, which no program wants.
        self.out.writelines(f"{line.rstrip()}\n" for line in captured.get().splitlines())

    def _print_problem(self, problem: Problem) -> None:
        self.errors.print(f"error: {plain(problem.message)}", style="red", markup=False, soft_wrap=True)
        if problem.hint:
            self.errors.print(f"hint: {plain(problem.hint)}", markup=False, soft_wrap=True)

    def _print_json(self, content: dict[str, Any]) -> None:
        # A lone surrogate (a file name that is not UTF-8) becomes its JSON escape.
        text = json.dumps(content, ensure_ascii=False) + "\n"
        self.out.buffer.write(text.encode("utf-8", "backslashreplace"))
        self.out.flush()


def envelope(
    command: str, *, data: object = None, warnings: tuple[str, ...] = (), problem: Problem | None = None
) -> dict[str, Any]:
    """The shape that SPEC §1 promises. `data` may stand beside errors: a run that failed is told in full."""
    errors = [{"code": problem.code, "message": problem.message, "hint": problem.hint}] if problem else []
    return {
        "schema": SCHEMA,
        "command": command,
        "ok": problem is None,
        "data": data,
        "warnings": list(warnings),
        "errors": errors,
    }


def console_on(stream: TextIO) -> Console:
    """A console that changes nothing of what it is told: no markup, no colours of its own; NO_COLOR is respected."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


def _dumped(result: object) -> object:
    if isinstance(result, Checked | CheckedAll | RawChecked):
        from adw.cli.json_checks import told  # noqa: PLC0415  # as below

        return told(result)
    from adw.domain.codec import dump  # noqa: PLC0415  # pydantic: `adw --help` does without

    dumped = dump(result)
    dumped.pop("warnings", None)  # the envelope has a place of its own for them
    return _with_totals(dumped)


def _with_totals(value: Any) -> Any:
    """Token counts with the sums that readers of JSON would have to know how to make."""
    if isinstance(value, list):
        return [_with_totals(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if set(value) == _USAGE_FIELDS:
        sent = sum(value.values()) - value["output"]
        hit_rate = round(value["cache_read"] / sent, 4) if sent else 0.0
        return {"total": sent + value["output"], **value, "cache_hit_rate": hit_rate}
    return {name: _with_totals(inner) for name, inner in value.items()}
