"""Charts as SVG: bars, lines and pairs of bars. Colours are left to the page (`STYLE`), which may be light or dark."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 64, 12, 34
_TICKS = 4
_DATES = 8
"""Labels below the days, at most."""
Form = Callable[[float], str]
"""How a figure is written."""
_ROW = 22
_NAMES = 160

STYLE = """
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--quiet); }
svg .grid { stroke: var(--grid); fill: none; }
svg .line { fill: none; stroke-width: 2; }
svg .line.a, svg .dot.a { stroke: var(--a); } svg .line.b, svg .dot.b { stroke: var(--b); }
svg .dot { fill: var(--page); stroke-width: 1.5; }
svg .a { fill: var(--a); } svg .b { fill: var(--b); } svg .c { fill: var(--c); } svg .d { fill: var(--d); }
svg .line.a, svg .line.b { fill: none; }
"""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    tone: str
    """`a`, `b`, `c` or `d`: a colour of the page."""
    values: Sequence[float | None]
    """None: nothing is known of that day, and the line has a gap."""


def stacked(title: str, days: Sequence[str], bars: Sequence[Series], line: Series) -> str:
    """Bars upon each other by day (left axis), and a line (right axis)."""
    top = _ceiling(max((sum(_known(column)) for column in zip(*(one.values for one in bars), strict=True)), default=0))
    right = _ceiling(max(_known(line.values), default=0))
    width = _across(len(days))
    parts = [*_axes(days, top, short), *_right_axis(right)]
    for place, column in enumerate(zip(*(one.values for one in bars), strict=True)):
        base = 0.0
        for series, value in zip(bars, column, strict=True):
            if value:
                low, high = _y(base, top), _y(base + value, top)
                box = f'x="{_x(place, len(days)) + width * 0.1:.1f}" y="{high:.1f}" width="{width * 0.8:.1f}"'
                label = escape(f"{days[place]}: {value:,.0f} {series.name}")
                parts.append(
                    f'<rect class="{series.tone}" {box} height="{low - high:.1f}"><title>{label}</title></rect>'
                )
                base += value
    parts += _line(days, line, right, short)
    return _svg(title, HEIGHT, parts)


def lines(title: str, days: Sequence[str], series: Sequence[Series], *, share: bool = False) -> str:
    """Lines by day; `share`: from 0 to 100%."""
    form = percent if share else short
    top = 1.0 if share else _ceiling(max((value for one in series for value in _known(one.values)), default=0))
    parts = [*_axes(days, top, form), *(part for one in series for part in _line(days, one, top, form))]
    return _svg(title, HEIGHT, parts)


def pairs(title: str, rows: Sequence[tuple[str, float, float]], names: tuple[str, str]) -> str:
    """Two bars for each row, one below the other."""
    top = _ceiling(max((value for _, *values in rows for value in values), default=0))
    parts = []
    for place, (name, *values) in enumerate(rows):
        y = 8 + place * _ROW * 2.2
        parts.append(f'<text x="{_NAMES - 8}" y="{y + _ROW:.1f}" text-anchor="end">{escape(name)}</text>')
        for number, (value, tone) in enumerate(zip(values, "da", strict=True)):
            width = (WIDTH - _NAMES - 90) * value / top
            at = y + number * _ROW * 0.9
            label = escape(f"{name}: {value:,.0f} {names[number]}")
            box = f'x="{_NAMES}" y="{at:.1f}" width="{width:.1f}" height="{_ROW * 0.8:.1f}"'
            parts += [
                f'<rect class="{tone}" {box}><title>{label}</title></rect>',
                f'<text x="{_NAMES + width + 6:.1f}" y="{at + _ROW * 0.62:.1f}">{short(value)}</text>',
            ]
    return _svg(title, round(16 + len(rows) * _ROW * 2.2), parts)


def short(value: float) -> str:
    """`950`, `12.5K`, `3M`."""
    for size, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def percent(value: float) -> str:
    return f"{value:.0%}"


def _svg(title: str, height: int, parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    return "\n".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>"])


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _ceiling(value: float) -> float:
    """The first round number that is no less."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * step for step in (1, 2, 2.5, 4, 5, 8, 10, 20) if size * step >= value)


def _across(days: int) -> float:
    return (WIDTH - _LEFT - _RIGHT) / max(1, days)


def _x(place: int, days: int) -> float:
    return _LEFT + place * _across(days)


def _y(value: float, top: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / top)


def _axes(days: Sequence[str], top: float, form: Form) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        value = top * tick / _TICKS
        y = _y(value, top)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{form(value)}</text>'
    every = math.ceil(len(days) / _DATES) or 1
    for place in range(0, len(days), every):
        x = _x(place, len(days)) + _across(len(days)) / 2
        yield f'<text x="{x:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(days[place][5:])}</text>'


def _right_axis(top: float) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        value = top * tick / _TICKS
        yield f'<text x="{WIDTH - _RIGHT + 8}" y="{_y(value, top) + 4:.1f}">{short(value)}</text>'


def _line(days: Sequence[str], series: Series, top: float, form: Form) -> Iterator[str]:
    path, pen = [], "M"
    dots = []
    for place, value in enumerate(series.values):
        if value is None:
            pen = "M"
            continue
        x, y = _x(place, len(days)) + _across(len(days)) / 2, _y(value, top)
        path.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
        label = escape(f"{days[place]}: {form(value)} {series.name}")
        dots.append(
            f'<circle class="dot {series.tone}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"><title>{label}</title></circle>'
        )
    if path:
        yield f'<path class="line {series.tone}" d="{"".join(path)}"/>'
    yield from dots
