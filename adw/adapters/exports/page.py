"""The usage report as one page that needs nothing else: no script, no font, no picture from anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape

from adw.domain.results import UsageReport, UsageRow
from adw.domain.usage_results import Coverage, Figures
from adw.quota import plots
from adw.quota.drawing import STYLE

_STYLE = f"""
:root {{ color-scheme: light dark; --page: #fff; --ink: #1c1917; --quiet: #57534e; --grid: #e7e5e4; --card: #fafaf9;
  --a: #c2410c; --b: #0369a1; --c: #a8a29e; --d: #0d9488; }}
@media (prefers-color-scheme: dark) {{ :root {{ --page: #1c1917; --ink: #f5f5f4; --quiet: #a8a29e; --grid: #44403c;
  --card: #292524; --a: #fb923c; --b: #38bdf8; --c: #78716c; --d: #2dd4bf; }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }}
h1 {{ font-size: 1.5rem; margin: 0; }} h2 {{ font-size: 1.05rem; margin: 0 0 .5rem; }}
p {{ margin: .25rem 0; color: var(--quiet); }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 1rem 0; }}
.tiles div {{ background: var(--card); border-radius: .5rem; padding: .75rem; }}
.tiles dt {{ color: var(--quiet); font-size: .85rem; }} .tiles dd {{ margin: 0; font-size: 1.25rem; }}
.plots {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; }}
section {{ background: var(--card); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; min-width: 0; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; font-weight: 600; padding-bottom: .5rem; }}
th, td {{ text-align: right; padding: .2rem .6rem; border-bottom: 1px solid var(--grid); white-space: nowrap; }}
th:first-child, td:first-child, th:nth-child(2), .text {{ text-align: left; }} .text {{ white-space: normal; }}
tfoot td {{ font-weight: 600; }}
.key i {{ display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; margin: 0 .3rem 0 .8rem; }}
{STYLE}"""
_NO_EFFECT = "No optimisation was off in some runs of this repository and on in others."
_EFFECT = "Means over runs of this repository that ended. Their issues differ: a hint, and no measurement."
_NO_QUOTA = "No monthly quota is configured, or no run was billed anything yet."


def page(report: UsageReport, made: datetime) -> Iterator[str]:
    """The page, piece by piece. `made`: when, UTC."""
    figures = report.figures
    since = f"since {report.since:%Y-%m-%d %H:%M} UTC" if report.since else "of all time"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>adw usage</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Usage</h1>\n"
    shown = f"; days shown from {figures.days[0].day}" if figures and figures.days else ""
    yield f"<p>{since}{shown}; made {made:%Y-%m-%d %H:%M} UTC</p>\n"
    yield from _tiles(report)
    if figures:
        yield from _plots(figures)
    yield from _rows(report)
    if figures:
        yield from _days(figures)
    yield "</main>\n</body>\n</html>\n"


def _tiles(report: UsageReport) -> Iterator[str]:
    total, figures = report.total, report.figures
    tiles = [
        ("tokens", f"{total.usage.total:,}"),
        ("calls", f"{total.calls:,}"),
        ("cache hit rate", f"{total.usage.cache_hit_rate:.1%}"),
        ("cost of priced calls", _money(total.cost_usd)),
    ]
    if total.unpriced:
        tiles.append((f"calls without a price ({', '.join(report.unpriced_models)})", f"{total.unpriced:,}"))
    if figures:
        left = figures.runs_left
        cost = figures.cost_per_passed_run
        tiles += [
            ("runs left this month", f"{left.runs:,}" if left else "no quota"),
            (f"cost per passed run ({figures.passed} of {figures.ended})", _money(cost) if cost is not None else "-"),
            ("estimates that held", _held(figures.coverage)),
        ]
    yield '<dl class="tiles">\n'
    for name, value in tiles:
        yield f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>\n"
    yield "</dl>\n"


def _held(coverage: Coverage | None) -> str:
    return f"{coverage.inside} of {coverage.runs} ({coverage.share:.0%})" if coverage else "-"


def _plots(figures: Figures) -> Iterator[str]:
    key = '<p class="key">' + "".join(
        f'<i style="background:var(--{tone})"></i>{name}'
        for tone, name in (
            ("c", "cache read"),
            ("d", "cache write"),
            ("b", "fresh input"),
            ("a", "output; line: so far"),
        )
    )
    two = '<p class="key"><i style="background:var(--a)"></i>of seven days<i style="background:var(--b)"></i>of the day'
    before = '<p class="key"><i style="background:var(--d)"></i>without<i style="background:var(--a)"></i>with'
    yield '<div class="plots">\n'
    yield _plot("Tokens by day, and their running total", plots.tokens_by_day(figures), f"{key}</p>")
    left = plots.runs_left(figures) if figures.runs_left else f"<p>{_NO_QUOTA}</p>"
    yield _plot("Runs left this month at the present rate", left)
    yield _plot("Tokens per run, mean of seven days", plots.tokens_per_run(figures))
    yield _plot("Cache hit rate", plots.hit_rate(figures), f"{two}</p>")
    effects = plots.effects(figures) if figures.effects else f"<p>{_NO_EFFECT}</p>"
    yield _plot("Effect of each optimisation: tokens per run", effects, f"{before}</p>\n<p>{_EFFECT}</p>")
    yield from _effects(figures)
    yield "</div>\n"


def _plot(title: str, drawn: str, below: str = "") -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{drawn}\n{below}\n</section>\n"


def _rows(report: UsageReport) -> Iterator[str]:
    heads = (report.by, "title", "calls", "total", "fresh", "cache read", "cache write", "output", "hit rate", "cost")
    cells = [(row.name, row.title, *_figures_of(row)) for row in report.rows]
    yield from _table(f"By {report.by}", heads, cells, ("total", "", *_figures_of(report.total)))


def _days(figures: Figures) -> Iterator[str]:
    heads = ("day", "", "calls", "runs", "tokens", "so far", "per run, 7 days", "hit rate, 7 days", "runs left", "cost")
    cells = [
        (
            day.day,
            "",
            f"{day.calls:,}",
            f"{day.runs:,}",
            f"{day.usage.total:,}",
            f"{day.running_tokens:,}",
            f"{day.tokens_per_run:,.0f}" if day.tokens_per_run is not None else "-",
            f"{day.hit_rate:.1%}" if day.hit_rate is not None else "-",
            f"{day.runs_left:,}" if day.runs_left is not None else "-",
            _money(day.cost_usd),
        )
        for day in figures.days
    ]
    yield from _table("By day", heads, cells)


def _effects(figures: Figures) -> Iterator[str]:
    if figures.effects:
        heads = ("optimisation", "", "without (runs)", "with (runs)", "saved")
        cells = [
            (
                one.flag,
                "",
                f"{one.tokens_without:,.0f} ({one.runs_without})",
                f"{one.tokens_with:,.0f} ({one.runs_with})",
                f"{one.saved:.1%}",
            )
            for one in figures.effects
        ]
        yield from _table("Effect of each optimisation", heads, cells)


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], foot: Sequence[str] = ()
) -> Iterator[str]:
    """The second column is text and gives way."""
    yield f'<section class="wide">\n<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>'
    yield "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    yield "</tr></thead>\n<tbody>\n"
    for row in rows:
        yield f"<tr>{_cells(row)}</tr>\n"
    yield "</tbody>\n"
    if foot:
        yield f"<tfoot><tr>{_cells(foot)}</tr></tfoot>\n"
    yield "</table>\n</section>\n"


def _cells(row: Sequence[str]) -> str:
    return "".join(f"<td{' class=text' if place == 1 else ''}>{escape(cell)}</td>" for place, cell in enumerate(row))


def _figures_of(row: UsageRow) -> tuple[str, ...]:
    usage = row.usage
    cost = _money(row.cost_usd) + (f" + {row.unpriced:,} unpriced" if row.unpriced else "")
    numbers = (row.calls, usage.total, usage.fresh, usage.cache_read, usage.cache_write, usage.output)
    return (*(f"{number:,}" for number in numbers), f"{usage.cache_hit_rate:.1%}", cost)


def _money(usd: Decimal) -> str:
    return f"${usd:,.2f}" if usd >= 1 or not usd else f"${usd:.4f}"
