from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.usage_results import Figures
from adw.quota import plots
from adw.quota.drawing import Series, lines, pairs, short, stacked
from tests.unit.cli.usage_samples import FIGURES, NO_FIGURES

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.one_of(st.none(), st.floats(0, 1e15), st.integers(0, 10**15))


def parsed(drawn):
    return ET.fromstring(drawn)  # noqa: S314 - our own


def numbers(drawn, tag, *names):
    return [[float(one.get(name)) for name in names] for one in parsed(drawn).iter(f"{SVG}{tag}")]


@given(st.lists(st.tuples(VALUES, VALUES), max_size=40))
def test_lines_stay_inside_the_picture_and_are_well_formed(columns):
    days = [f"2026-01-{number:02}" for number in range(len(columns))]
    series = [Series("a & b", "a", [one[0] for one in columns]), Series("<c>", "b", [one[1] for one in columns])]
    drawn = lines("A <title> & more", days, series)
    for x, y in numbers(drawn, "circle", "cx", "cy"):
        assert 0 <= x <= 720
        assert 0 <= y <= 260
    assert len(numbers(drawn, "circle", "r")) == sum(value is not None for one in columns for value in one)


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), min_size=1, max_size=40))
def test_bars_stand_upon_each_other_and_end_below_the_top(columns):
    days = [f"2026-01-{number:02}" for number in range(len(columns))]
    bars = [Series(str(place), "a", [one[place] for one in columns]) for place in (0, 1)]
    drawn = stacked("t", days, bars, Series("sum", "b", [sum(one) for one in columns]))
    boxes = numbers(drawn, "rect", "y", "height")
    assert len(boxes) == sum(value > 0 for one in columns for value in one)
    assert all(12 - 0.2 <= y <= y + height <= 226.2 for y, height in boxes)


def test_a_share_ends_at_one_and_a_gap_in_a_line_is_a_gap():
    drawn = lines("t", ["2026-01-01"] * 4, [Series("s", "a", [0.5, None, 0.25, 1.0])], share=True)
    (path,) = [one.get("d") for one in parsed(drawn).iter(f"{SVG}path") if one.get("class") == "line a"]
    assert path.count("M") == 2
    assert "100%" in drawn


def test_pairs_are_as_long_as_their_values():
    widths = [width for (width,) in numbers(pairs("t", [("x", 400, 100)], ("without", "with")), "rect", "width")]
    assert widths[0] == pytest.approx(4 * widths[1])


def test_large_numbers_are_short():
    assert [short(value) for value in (0, 7, 950, 12_500, 3e6, 2e9, 1e12)] == [
        "0",
        "7",
        "950",
        "12.5K",
        "3M",
        "2G",
        "1T",
    ]


@pytest.mark.parametrize("figures", [FIGURES, NO_FIGURES], ids=["some", "none"])
@pytest.mark.parametrize(
    "plot", [plots.tokens_by_day, plots.runs_left, plots.tokens_per_run, plots.hit_rate, plots.effects]
)
def test_every_plot_is_drawn_whatever_there_is(plot, figures: Figures):
    drawn = parsed(plot(figures))
    assert drawn.tag == f"{SVG}svg"
    assert drawn.find(f"{SVG}title").text
