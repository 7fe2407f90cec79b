"""A diagnosis for people: a line for each part, and under it what to do."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding

from adw.cli.pieces import Raw, cell
from adw.domain.diagnosis import Diagnosis, Status

_STYLES = {Status.OK: "green", Status.WARNING: "yellow", Status.MISSING: "bold red"}


def diagnosis(result: Diagnosis) -> Iterator[RenderableType | Raw]:
    """What is fine as well: it says what was looked at."""
    for one in result.parts:
        line = cell(f"{one.status:8}", style=_STYLES[one.status])
        yield line.append(cell(f"{one.subject}: {one.detail}", style="default"))
        if one.hint:
            yield Padding(cell(one.hint, style="dim"), (0, 0, 0, 8), expand=False)
