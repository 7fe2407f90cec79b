"""Quota, forecast and alerts as people see them."""

from dataclasses import replace

import pytest

from adw.cli import app
from adw.domain.quota_results import AlertList
from tests.unit.cli import samples
from tests.unit.cli.stub_wiring import StubWiring


def shown(capfd, monkeypatch, command, **changed):
    for name, value in changed.items():
        monkeypatch.setattr(samples, name, value)
    assert app.run(["usage", command], StubWiring) == 0
    return capfd.readouterr().out


def test_how_the_day_and_the_month_stand(capfd, monkeypatch):
    lines = shown(capfd, monkeypatch, "quota").splitlines()
    assert lines[1].split() == ["day", "2026-01-31", "12,000", "9,000", "no", "limit", "2026-01-31", "23:00", "UTC"]
    assert lines[2].split()[:7] == ["month", "2026-01", "640,000", "9,000", "351,000", "1,000,000", "35%"]
    assert lines[3:] == [
        "a new run starts at level balanced",
        "runs left at the present rate of 25,000 tokens: 14",
    ]


def test_without_a_quota_no_level_and_no_runs_are_told(capfd, monkeypatch):
    without = replace(samples.QUOTA_USE, level="", runs_left=None, tokens_per_run=None)
    assert "level" not in shown(capfd, monkeypatch, "quota", QUOTA_USE=without)


def test_the_forecast_with_its_interval_and_advice(capfd, monkeypatch):
    text = shown(capfd, monkeypatch, "forecast")
    for words in ("1,020,000", "with 80% confidence", "930,000 to 1,150,000", "-20,000", samples.FORECAST.advice):
        assert words in text


@pytest.mark.parametrize("word", ["limit", "headroom"])
def test_without_a_limit_there_is_no_headroom(capfd, monkeypatch, word):
    without = replace(samples.FORECAST, limit=0, will_exceed=None, headroom=None, action="none", advice="nothing to do")
    assert word not in shown(capfd, monkeypatch, "forecast", FORECAST=without)


def test_alerts_with_what_is_done_about_them(capfd, monkeypatch):
    lines = shown(capfd, monkeypatch, "alerts").splitlines()
    assert lines == [
        "2026-01-31 08:00 UTC  81% of the month's quota is used",
        "  new runs start one level tighter",
    ]
    assert shown(capfd, monkeypatch, "alerts", ALERTS=AlertList(())) == "no alerts\n"
