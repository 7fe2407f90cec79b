"""What was spent, imported, exported and saved, for people."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table

from adw.cli.pieces import Raw, cell, counted, grid, moment, money, one_line
from adw.domain.results import UsageReport, UsageRow
from adw.domain.usage import Usage
from adw.domain.usage_results import ExportResult, Figures, ImportResult, SavingsResult

_MOST = 50
"""Lines that are shown; --json and --csv have all of them."""


def report(result: UsageReport) -> Iterator[RenderableType]:
    """Line by line, the total below, and the figures."""
    if result.since:
        yield cell(f"since {moment(result.since)}")
    if not result.rows:
        yield cell("no calls were made")
        return
    yield _rows(result)
    if result.total.unpriced:
        models = f" ({', '.join(result.unpriced_models)})" if result.unpriced_models else ""
        yield cell(f"{counted(result.total.unpriced, 'call')} without a known price: not in the cost{models}")
    if result.figures:
        yield from _figures(result.figures)


def imported(result: ImportResult) -> Iterator[RenderableType]:
    """What was read, and what of it was new."""
    yield cell(
        f"{counted(result.files, 'file')}, {counted(result.answers, 'answer')}: {result.new:,} new, "
        f"{result.answers - result.new:,} known; {counted(result.repeated, 'line')} repeated an answer"
    )
    if result.new:
        total = f"{result.usage.total:,} tokens"
        yield cell(f"{total}, {money(result.cost_usd)}; look at them: adw usage report --by day")


def exported(result: ExportResult) -> Iterator[RenderableType | Raw]:
    """The export itself, or where it is."""
    if result.file:
        yield cell(f"{counted(result.calls, 'call')} as {result.format}: {result.file}")
    else:
        yield Raw(result.text)


def savings(result: SavingsResult) -> Iterator[RenderableType]:
    """One line for each optimisation that can be counted."""
    if not result.savings:
        yield cell("no run of this repository has calls to count; start one with: adw run ISSUE")
        return
    yield cell(f"counted in {counted(result.runs, 'run')} of this repository")
    table = grid("optimisation", ">runs", ">without", ">with", ">saved", "counted as")
    for one in result.savings:
        table.add_row(one.flag, f"{one.runs}", f"{one.before:,}", f"{one.after:,}", f"{one.saved:.1%}", cell(one.how))
    yield table
    names = ", ".join(result.not_counted)
    yield cell(f"not told by what a run keeps: {names}; `adw usage report` has runs with and without them", "dim")


def _rows(result: UsageReport) -> Table:
    headings = (result.by, ">calls", ">total", ">fresh", ">cached", ">written", ">output", ">hits", ">cost", "")
    table = grid(*headings, gap=1)
    earlier, shown = result.rows[:-_MOST], result.rows[-_MOST:]
    if earlier:
        table.add_row(*_cells(_together(earlier)), cell("--csv FILE has them"), style="dim")
    for row in shown:
        table.add_row(*_cells(row), one_line(row.title))
    table.add_section()
    table.add_row(*_cells(result.total), cell(result.total.title), style="bold")
    return table


def _together(rows: Sequence[UsageRow]) -> UsageRow:
    """One line for those that are not shown: the lines add up to the total."""
    return UsageRow(
        name=f"{len(rows):,} before",
        calls=sum(row.calls for row in rows),
        usage=sum((row.usage for row in rows), Usage()),
        cost_usd=sum((row.cost_usd for row in rows[1:]), rows[0].cost_usd),
        unpriced=sum(row.unpriced for row in rows),
    )


def _figures(figures: Figures) -> Iterator[RenderableType]:
    """How spending goes on, as far as there is something to say."""
    facts = grid("", "")
    last = figures.days[-1] if figures.days else None
    if last and last.tokens_per_run is not None:
        facts.add_row("tokens per run", f"{last.tokens_per_run:,.0f}, mean of the last seven days")
    if last and last.hit_rate is not None:
        facts.add_row("cache hits", f"{last.hit_rate:.1%} in the last seven days")
    if left := figures.runs_left:
        facts.add_row("runs left", f"{left.runs:,} this month, at {left.tokens_per_run:,.0f} tokens a run")
    if figures.cost_per_passed_run is not None:
        facts.add_row("per passed run", f"{money(figures.cost_per_passed_run)}, {_passed(figures)} passed")
    if held := figures.coverage:
        facts.add_row(
            "estimates", f"{held.inside} of {held.runs} held ({held.below} came out lower, {held.above} higher)"
        )
    for one in figures.effects:
        means = f"{one.tokens_without:,.0f} tokens a run without ({one.runs_without}), {one.tokens_with:,.0f} with"
        facts.add_row(one.flag, f"{means} ({one.runs_with})")
    if facts.row_count:
        yield facts


def _passed(figures: Figures) -> str:
    return f"{figures.passed} of {counted(figures.ended, 'run')}"


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
