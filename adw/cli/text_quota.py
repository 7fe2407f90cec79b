"""Quota, forecast and alerts for people."""

from collections.abc import Iterator

from rich.console import RenderableType

from adw.cli.pieces import cell, grid, moment
from adw.domain.quota_results import AlertList, MonthForecast, QuotaUse


def quota(result: QuotaUse) -> Iterator[RenderableType]:
    """How the day and the month stand."""
    table = grid("", "period", ">used", ">reserved", ">left", ">of", ">", "ends")
    for one in result.periods:
        table.add_row(
            one.kind,
            one.name,
            f"{one.used:,}",
            f"{one.reserved:,}",
            "" if one.left is None else f"{one.left:,}",
            f"{one.limit:,}" if one.limit else "no limit",
            "" if one.share_left is None else f"{one.share_left:.0%}",
            moment(one.ends),
        )
    yield table
    if result.level:
        yield cell(f"a new run starts at level {result.level}")
    if result.runs_left is not None:
        yield cell(f"runs left at the present rate of {result.tokens_per_run:,} tokens: {result.runs_left:,}")


def forecast(result: MonthForecast) -> Iterator[RenderableType]:
    """What the month will come to."""
    table = grid("", ">")
    table.add_row("month", result.month)
    table.add_row("used", f"{result.used:,}")
    table.add_row("days left", f"{result.days_left:.1f}")
    table.add_row("expected a day", f"{result.daily_mean:,}")
    table.add_row("projected", f"{result.projected:,}", style="bold")
    table.add_row(f"with {result.confidence:.0%} confidence", f"{result.low:,} to {result.high:,}")
    if result.limit:
        table.add_row("limit", f"{result.limit:,}")
        table.add_row("headroom", f"{result.headroom:,}")
    yield table
    yield cell(result.advice, style="yellow" if result.action in {"watch", "tighten", "stop"} else "")


def alerts(result: AlertList) -> Iterator[RenderableType]:
    """Newest first, each with what is done about it."""
    if not result.alerts:
        yield cell("no alerts")
    for one in result.alerts:
        yield cell(f"{moment(one.created_at)}  {one.message}")
        yield cell(f"  {one.action}", style="dim")
