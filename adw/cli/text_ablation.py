"""The ablation table for people."""

from collections.abc import Iterator

from rich.console import RenderableType

from adw.cli.pieces import cell, grid, money
from adw.domain.results import AblationReport, AblationRow


def report(result: AblationReport) -> Iterator[RenderableType]:
    """A line for each policy."""
    calls = sum(one.calls for one in result.trajectories)
    yield cell(f"{len(result.trajectories)} trajectories, {calls:,} calls, actions fixed; weights: {result.weights}")
    is_raw = result.weights == "raw"
    columns = [">total", ">saved", *([] if is_raw else [">weighted", ">saved"])]
    table = grid("policy", *columns, ">fresh", ">cached", ">written", ">output", ">hit rate", ">cost", ">evidence")
    for row in result.rows:
        weighted = [] if is_raw else [f"{row.weighted:,.0f}", f"{row.weighted_saved:.1%}"]
        table.add_row(row.policy, f"{row.usage.total:,}", f"{row.saved:.1%}", *weighted, *_cells(row))
    yield table
    for what, path in (("calls", result.dump), ("plot", result.plot)):
        if path:
            yield cell(f"{what}: {path}")


def _cells(row: AblationRow) -> list[str]:
    usage = row.usage
    return [
        f"{usage.fresh:,}",
        f"{usage.cache_read:,}",
        f"{usage.cache_write:,}",
        f"{usage.output:,}",
        f"{usage.cache_hit_rate:.1%}",
        money(row.cost_usd) if row.cost_usd is not None else "-",
        f"{row.evidence:.1%}" if row.evidence is not None else "-",
    ]
