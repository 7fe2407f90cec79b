"""The usage report for people."""

from collections.abc import Iterator

from rich.console import RenderableType

from adw.cli.pieces import cell, counted, grid, moment, money, one_line
from adw.domain.results import UsageReport, UsageRow


def report(result: UsageReport) -> Iterator[RenderableType]:
    """Line by line, and the total below."""
    if result.since:
        yield cell(f"since {moment(result.since)}")
    if not result.rows:
        yield cell("no calls were made")
        return
    headings = (result.by, ">calls", ">total", ">fresh", ">cached", ">written", ">output", ">hits", ">cost", "")
    table = grid(*headings, gap=1)
    for row in result.rows:
        table.add_row(*_cells(row), one_line(row.title))
    table.add_section()
    table.add_row(*_cells(result.total), cell(result.total.title), style="bold")
    yield table
    if result.total.unpriced:
        yield cell(f"{counted(result.total.unpriced, 'call')} without a known price: not in the cost")


def _cells(row: UsageRow) -> list[RenderableType]:
    usage = row.usage
    return [
        cell(row.name),
        f"{row.calls:,}",
        f"{usage.total:,}",
        f"{usage.fresh:,}",
        f"{usage.cache_read:,}",
        f"{usage.cache_write:,}",
        f"{usage.output:,}",
        f"{usage.cache_hit_rate:.0%}",
        money(row.cost_usd),
    ]
