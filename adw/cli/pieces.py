"""Pieces that texts for people are made of: money, tokens, tables, and text that is not to be trusted."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from adw.domain.run import Outcome
from adw.domain.usage import Usage

_CONTROLS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIFF_STYLES = {"+++": "bold", "---": "bold", "+": "green", "-": "red", "@@": "cyan", "diff": "bold"}


@dataclass(frozen=True, slots=True)
class Raw:
    """Text to be written as it is where a program reads it, and made harmless where a terminal shows it."""

    text: str
    is_diff: bool = False

    def styled(self) -> Text:
        """For a terminal."""
        shown = Text()
        for line in plain(self.text).splitlines():
            shown.append(line + "\n", style=_diff_style(line) if self.is_diff else "")
        shown.rstrip()
        return shown


def plain(text: str) -> str:
    """Without escape sequences and control characters, which would let an issue or a log write to the terminal."""
    return _CONTROLS.sub("", text)


def grid(*columns: str, gap: int = 2) -> Table:
    """A table without lines. A heading that begins with `>` is for numbers: set to the right.

    Only the last column gives way where the terminal is narrow: ids and numbers are of no use in part.
    """
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, show_header=any(columns), header_style="dim")
    for place, column in enumerate(columns, 1):
        justify: JustifyMethod = "right" if column.startswith(">") else "left"
        table.add_column(column.lstrip(">"), justify=justify, no_wrap=place < len(columns))
    return table


def cell(text: str, style: str = "") -> Text:
    return Text(plain(text), style=style)


def one_line(text: str) -> Text:
    """A cell that is cut where it does not fit."""
    return Text(plain(text), no_wrap=True, overflow="ellipsis")


def counted(number: int, thing: str, things: str = "") -> str:
    """`1 call`, `2 calls`. `things`: where the plural is another."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def outcome_cell(outcome: Outcome | None, *, alive: bool = False) -> Text:
    """The outcome in its colour; what stands for it where there is none."""
    if outcome is None:
        return Text("running" if alive else "interrupted", style="yellow")
    return Text(outcome.value, style="green" if outcome is Outcome.PASSED else "red")


def money(usd: Decimal | None) -> str:
    if usd is None:
        return "no known price"
    return f"${usd:.2f}" if usd >= 1 or not usd else f"${usd:.4f}"


def tokens_line(usage: Usage) -> str:
    return (
        f"{usage.total:,} ({usage.fresh:,} fresh, {usage.cache_read:,} cached, {usage.cache_write:,} written to cache, "
        f"{usage.output:,} output; hit rate {usage.cache_hit_rate:.0%})"
    )


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def duration(seconds: float) -> str:
    """`4.2 s`, `1 min 05 s`, `2 h 03 min`."""
    if seconds < 60:  # noqa: PLR2004  # seconds of a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left:02} min" if hours else f"{minutes} min {rest:02} s"


def _diff_style(line: str) -> str:
    return next((style for start, style in _DIFF_STYLES.items() if line.startswith(start)), "")
