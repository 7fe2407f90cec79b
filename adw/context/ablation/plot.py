"""Tokens saved against evidence kept, as SVG: one dot for each policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _MARGIN = 720, 480, 60
_FONT = 'font-family="sans-serif" font-size="12"'
_LETTER, _LINE = 7, 14
_GROUPS = {"known": "#8a8a8a", "adw": "#c2410c"}


@dataclass(frozen=True, slots=True)
class Point:
    name: str
    saved: float
    """Share of tokens, from 0 to 1."""
    kept: float
    """Share of evidence, from 0 to 1."""
    group: str = "known"
    """`adw`, whose points are joined by a line, or `known`."""


def frontier(points: Sequence[Point], title: str) -> str:
    """The whole picture. Points to the upper right are better."""
    ours = sorted((one for one in points if one.group == "adw"), key=lambda one: one.saved)
    path = " ".join(f"{_x(one.saved):.1f},{_y(one.kept):.1f}" for one in ours)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_WIDTH / 2}" y="24" text-anchor="middle" font-size="15">{escape(title)}</text>',
        *_axes(),
        f'<polyline points="{path}" fill="none" stroke="{_GROUPS["adw"]}"/>' if len(ours) > 1 else "",
        *map(_dot, points),
        *_labels(points),
        "</svg>",
    ]
    return "\n".join(filter(None, parts)) + "\n"


def _x(share: float) -> float:
    return _MARGIN + share * (_WIDTH - 2 * _MARGIN)


def _y(share: float) -> float:
    return _HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN)


def _axes() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        share = tenth / 10
        x, y = _x(share), _y(share)
        parts += [
            f'<path d="M{x:.1f} {_y(0):.1f}V{_y(1):.1f}M{_x(0):.1f} {y:.1f}H{_x(1):.1f}" stroke="#e5e5e5"/>',
            f'<text x="{x:.1f}" y="{_y(0) + 18:.1f}" text-anchor="middle">{share:.0%}</text>',
            f'<text x="{_x(0) - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>',
        ]
    middle = (_y(0) + _y(1)) / 2
    return [
        *parts,
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 16}" text-anchor="middle">tokens saved, against full history</text>',
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">evidence kept</text>',
    ]


def _dot(point: Point) -> str:
    label = f"{point.name}: {point.saved:.1%} saved, {point.kept:.1%} kept"
    return (
        f'<circle cx="{_x(point.saved):.1f}" cy="{_y(point.kept):.1f}" r="4" fill="{_GROUPS[point.group]}">'
        f"<title>{escape(label)}</title></circle>"
    )


def _labels(points: Sequence[Point]) -> Iterator[str]:
    """Names beside the dots, each moved down until it covers no other."""
    placed: list[tuple[float, float, float]] = []
    for point in points:
        x, y, width = _x(point.saved) + 7, _y(point.kept) - 5, _LETTER * len(point.name)
        while any(abs(y - other) < _LINE and x < end and start < x + width for start, other, end in placed):
            y += _LINE
        placed.append((x, y, x + width))
        yield f'<text x="{x:.1f}" y="{y:.1f}" fill="{_GROUPS[point.group]}">{escape(point.name)}</text>'
