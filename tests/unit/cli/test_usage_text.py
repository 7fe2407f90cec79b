"""What people see of `adw usage`, and what its commands ask of the wiring."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from adw.cli import app
from adw.domain.estimate import Estimate
from adw.domain.results import UsageRow
from adw.domain.usage import Usage
from tests.unit.cli import samples, usage_samples
from tests.unit.cli.stub_wiring import StubWiring
from tests.unit.cli.test_render import text

REPORT = replace(samples.USAGE_REPORT, figures=usage_samples.FIGURES, unpriced_models=("glm-9",))


def asked(*arguments):
    stub = StubWiring()
    assert app.run(arguments, lambda: stub) == 0
    return stub.asked


def test_figures_stand_below_the_lines():
    shown = text(REPORT)
    for wanted in (
        "1 call without a known price: not in the cost (glm-9)",
        "545, mean of the last seven days",
        "80.0% in the last seven days",
        "9 this month, at 545 tokens a run",
        "$0.2500, 1 of 2 runs passed",
        "3 of 4 held (1 came out lower, 0 higher)",
        "2,000 tokens a run without (1), 500 with (3)",
    ):
        assert wanted in shown


@pytest.mark.parametrize("figures", [None, usage_samples.NO_FIGURES])
def test_figures_that_are_not_known_are_not_shown(figures):
    assert text(replace(REPORT, figures=figures)) == text(replace(REPORT, figures=None))


def test_of_many_lines_the_last_are_shown_and_the_rest_as_one():
    row = UsageRow("x", 2, Usage(fresh=10), Decimal("0.5"), 1)
    shown = text(replace(REPORT, rows=tuple(replace(row, name=f"row-{number}") for number in range(60)))).splitlines()
    (together,) = [line for line in shown if "10 before" in line]
    assert together.split()[2:5] == ["20", "100", "100"]
    assert "$5.00" in together
    assert sum("row-" in line for line in shown) == 50


def test_an_import_says_what_was_new():
    assert text(usage_samples.IMPORTED) == (
        "3 files, 40 answers: 30 new, 10 known; 7 lines repeated an answer\n"
        "2,490 tokens, $0.0123; look at them: adw usage report --by day\n"
    )
    assert "tokens" not in text(replace(usage_samples.IMPORTED, new=0))


def test_an_export_is_shown_or_its_file_named():
    assert text(usage_samples.EXPORTED) == "adw_calls_total 1\n"
    assert text(usage_samples.WRITTEN) == "1 call as prometheus: usage.prom\n"


def test_savings_say_how_they_were_counted():
    shown = text(usage_samples.SAVINGS)
    assert "counted in 2 runs" in shown
    assert "60.0%" in shown
    assert "not told by what a run keeps: stable_prompts" in shown
    assert "start one with: adw run ISSUE" in text(replace(usage_samples.SAVINGS, savings=()))


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["import", "claude-code"], ("import_claude_code", ())),
        (["import", "claude-code", "a", "b.jsonl"], ("import_claude_code", ("a", "b.jsonl"))),
        (["export"], ("export_usage", "prometheus", "", None)),
        (["export", "f", "--format", "otel", "--since", "7d"], ("export_usage", "otel", "f", timedelta(days=7))),
        (["savings", "--run", "a"], ("usage_savings", "a")),
        (
            ["report", "--by", "week", "--html", "a.html", "--csv", "a.csv"],
            ("usage", "week", None, None, "a.html", "a.csv"),
        ),
    ],
)
def test_what_is_said_is_asked(arguments, wanted):
    assert asked("usage", *arguments) == [wanted]


def test_an_estimate_says_what_it_is_from():
    estimate = Estimate(1_000, 500, 2_000, Decimal("0.1"), Decimal("0.05"), Decimal("0.2"), 1)
    shown = text(replace(samples.DRY_RUN, estimate=estimate))
    assert "1,000 tokens (500 to 2,000), $0.10 ($0.05 to $0.20); from 1 run of this repository" in shown
    unknown = replace(estimate, runs=0, usd=None)
    assert "(500 to 2,000); from experience elsewhere" in text(replace(samples.DRY_RUN, estimate=unknown))
