"""The report's plots, from its figures."""

from adw.domain.usage_results import Figures
from adw.quota.drawing import Series, lines, pairs, stacked


def tokens_by_day(figures: Figures) -> str:
    """Tokens of each class, and their running total."""
    days = figures.days
    bars = (
        Series("cache read", "c", [day.usage.cache_read for day in days]),
        Series("cache write", "d", [day.usage.cache_write for day in days]),
        Series("fresh input", "b", [day.usage.fresh for day in days]),
        Series("output", "a", [day.usage.output for day in days]),
    )
    running = Series("tokens so far", "a", [day.running_tokens for day in days])
    return stacked("Tokens by day, and their running total", _names(figures), bars, running)


def runs_left(figures: Figures) -> str:
    """What was left of the month's quota after each day, in runs at the present rate."""
    series = Series("runs left", "a", [day.runs_left for day in figures.days])
    return lines("Runs left this month at the present rate", _names(figures), (series,))


def tokens_per_run(figures: Figures) -> str:
    series = Series("tokens per run", "a", [day.tokens_per_run for day in figures.days])
    return lines("Tokens per run, mean of seven days", _names(figures), (series,))


def hit_rate(figures: Figures) -> str:
    """Of seven days, and of each."""
    daily = [day.usage.cache_hit_rate if day.usage.input else None for day in figures.days]
    series = (
        Series("of the day", "b", daily),
        Series("of seven days", "a", [day.hit_rate for day in figures.days]),
    )
    return lines("Cache hit rate", _names(figures), series, share=True)


def effects(figures: Figures) -> str:
    """Tokens per run without each optimisation, and with it."""
    rows = [(one.flag, one.tokens_without, one.tokens_with) for one in figures.effects]
    return pairs("Tokens per run without and with each optimisation", rows, ("without", "with"))


def _names(figures: Figures) -> tuple[str, ...]:
    return tuple(day.day for day in figures.days)
