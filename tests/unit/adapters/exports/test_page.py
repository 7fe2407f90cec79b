import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from adw.adapters.exports.page import page
from adw.domain.results import UsageReport, UsageRow
from adw.domain.usage import Usage
from tests.unit.cli.usage_samples import FIGURES, NO_FIGURES

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROW = UsageRow("run-1", 2, Usage(1, 2, 3, 4, 5), Decimal("1234.5"), 0, '</td><script>alert("1")</script> & <b>')
TOTAL = UsageRow("total", 2, Usage(1, 2, 3, 4, 5), Decimal("0.01"), 3)
REPORT = UsageReport("run", None, (ROW,), TOTAL, unpriced_models=("<glm>",), figures=FIGURES)
VOID = {"meta"}


class Reader(HTMLParser):
    """Sees that every element is closed where it must be; collects what there is."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.words, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in {"src", "href", "action", "data", "srcset"}]
        assert all(not name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, _attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(report):
    text = "".join(page(report, NOW))
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return text, reader


@pytest.mark.parametrize("figures", [FIGURES, NO_FIGURES, None], ids=["all", "empty", "none"])
def test_the_page_is_whole_and_asks_the_network_for_nothing(figures):
    text, reader = read(replace(REPORT, figures=figures, since=NOW))
    assert reader.links == []
    assert not re.search(r"url\(|@import|<script|<link|<img|<iframe", text)
    assert set(re.findall(r"\w+://[^\s\"'<]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_there_are_five_plots_and_each_has_a_heading():
    _, reader = read(REPORT)
    assert reader.seen.count("svg") == reader.seen.count("h2") == 5
    assert reader.seen.count("table") == 3


def test_plots_that_would_be_empty_say_why():
    text, reader = read(replace(REPORT, figures=NO_FIGURES))
    assert reader.seen.count("svg") == 3
    assert "No monthly quota is configured" in text
    assert "No optimisation was off" in text


def test_text_of_others_is_text():
    text, reader = read(REPORT)
    assert "script" not in reader.seen
    assert ROW.title in "".join(reader.words)
    assert "<glm>" not in text


def test_what_a_reader_looks_for_is_there():
    words = " ".join(read(REPORT)[1].words)
    for wanted in (
        "runs left this month",
        "cost per passed run (1 of 2)",
        "3 of 4 (75%)",
        "$1,234.50",
        "$0.0100",
        "75.0%",
    ):
        assert wanted in words
    assert "no quota" in " ".join(read(replace(REPORT, figures=NO_FIGURES))[1].words)


def test_light_and_dark_are_both_styled():
    assert "prefers-color-scheme: dark" in read(REPORT)[0]
