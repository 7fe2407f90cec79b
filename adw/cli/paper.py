"""Results and problems as text for people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console, RenderableType

from adw.cli.kinds import is_check
from adw.cli.pieces import Raw, plain
from adw.cli.problem import Problem
from adw.cli.text import text_of

_PIPE_WIDTH = 10_000
"""Columns where no terminal says how many there are: enough that nothing is folded."""


@dataclass(slots=True)
class Paper:
    """The two streams, as people read them."""

    out: TextIO
    err: TextIO
    console: Console = field(init=False)
    """For progress and results."""
    errors: Console = field(init=False)

    def __post_init__(self) -> None:
        self.errors = console_on(self.err)
        self.console = self.errors if self.out is self.err else console_on(self.out)

    def result(self, result: object, warnings: Sequence[str], problem: Problem | None) -> None:
        """All that there is to say of it."""
        for piece in text_of(result):
            self._print(piece)
        for warning in warnings:
            self.errors.print(f"warning: {plain(warning)}", style="yellow", markup=False)
        if problem and not is_check(result):  # their texts have said it
            self.problem(problem)
        if remark := str(getattr(result, "remark", "")):
            self.errors.print(plain(remark), markup=False, soft_wrap=True)
        self.out.flush()

    def problem(self, problem: Problem) -> None:
        self.errors.print(f"error: {plain(problem.message)}", style="red", markup=False, soft_wrap=True)
        if problem.hint:
            self.errors.print(f"hint: {plain(problem.hint)}", markup=False, soft_wrap=True)

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


def console_on(stream: TextIO) -> Console:
    """A console that changes nothing of what it is told: no markup, no colours of its own; NO_COLOR is respected."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console
