from itertools import pairwise
from xml.etree import ElementTree as ET

from adw.context.ablation.plot import Point, frontier

_NAMES = {"svg": "http://www.w3.org/2000/svg"}


def _drawn(*points):
    root = ET.fromstring(frontier(points, "Runs & calls"))  # noqa: S314 - our own
    return root, {
        dot.find("svg:title", _NAMES).text.split(":")[0]: (float(dot.get("cx")), float(dot.get("cy")))
        for dot in root.findall("svg:circle", _NAMES)
    }


def test_more_saved_is_to_the_right_and_more_kept_is_higher():
    _, dots = _drawn(Point("full", 0.0, 1.0), Point("mask1", 0.475, 0.457), Point("adw", 0.768, 0.942, "adw"))
    assert dots["full"][0] < dots["mask1"][0] < dots["adw"][0]
    assert dots["full"][1] < dots["adw"][1] < dots["mask1"][1]


def test_our_points_are_joined():
    root, dots = _drawn(Point("b", 0.8, 0.9, "adw"), Point("mask1", 0.4, 0.4), Point("a", 0.7, 0.95, "adw"))
    line = root.find("svg:polyline", _NAMES).get("points")
    assert [tuple(map(float, pair.split(","))) for pair in line.split()] == [dots["a"], dots["b"]]


def test_names_are_data():
    root, dots = _drawn(Point("<b>&", 0.1, 0.2))
    assert list(dots) == ["<b>&"]
    assert root.find("svg:polyline", _NAMES) is None


def test_no_name_covers_another():
    root, _ = _drawn(*(Point(f"policy {number}", 0.5, 0.5) for number in range(5)))
    heights = [float(one.get("y")) for one in root.findall("svg:text", _NAMES) if one.text.startswith("policy")]
    assert sorted(heights) == heights
    assert all(lower - upper >= 12 for upper, lower in pairwise(heights))
