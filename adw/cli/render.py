"""Results and problems on the screen: text for people, or exactly one JSON envelope on standard output."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from adw.cli.kinds import is_judged
from adw.cli.problem import Problem

if TYPE_CHECKING:  # rich, which JSON and `adw --help` do without
    from collections.abc import Iterable

    from adw.cli.live import LiveDisplay
    from adw.cli.paper import Paper


@dataclass
class Screen:
    """Where one command's result goes. `command` is its name as the envelope tells it: `runs list`."""

    command: str
    as_json: bool
    out: TextIO
    err: TextIO

    def result(self, result: object) -> int:
        """Show it; the exit code that it means."""
        exit_code, problem = _judged(result)
        warnings = tuple(getattr(result, "warnings", ()))
        if self.as_json:
            from adw.cli.envelope import envelope, told  # noqa: PLC0415  # pydantic: `adw --help` does without

            self._write(envelope(self.command, told(result), warnings=warnings, problem=problem))
        else:
            self.paper.result(result, warnings, problem)
        return exit_code

    def problem(self, exit_code: int, problem: Problem) -> int:
        """Show why there is no result; the exit code again."""
        if self.as_json:
            from adw.cli.envelope import envelope  # noqa: PLC0415  # as above

            self._write(envelope(self.command, problem=problem))
        else:
            self.paper.problem(problem)
        return exit_code

    def display(self) -> LiveDisplay:
        """Where progress is shown: beside an envelope, not in it."""
        from adw.cli.live import LiveDisplay  # noqa: PLC0415  # rich

        return LiveDisplay(self.paper.console, aside=self.paper.errors)

    @cached_property
    def paper(self) -> Paper:
        """For people; beside an envelope, they read the other stream."""
        from adw.cli.paper import Paper  # noqa: PLC0415  # rich

        return Paper(self.err if self.as_json else self.out, self.err)

    def _write(self, pieces: Iterable[str]) -> None:
        # A lone surrogate (a file name that is not UTF-8) becomes its JSON escape.
        self.out.buffer.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)
        self.out.flush()


def _judged(result: object) -> tuple[int, Problem | None]:
    """The exit code that it means, and what is wrong with it."""
    if not is_judged(result):
        return 0, None
    from adw.cli.verdict import of_result  # noqa: PLC0415  # runs and reports are imported where there are any

    return of_result(result)
