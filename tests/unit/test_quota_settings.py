"""`[quota]`: what it means, and what is said of settings that cannot be."""

from zoneinfo import ZoneInfo

import pytest

from adw.config import Settings, parse
from adw.domain.quota import Quota, Thresholds
from adw.domain.weights import COST
from adw.errors import ConfigError


def test_without_a_section_there_is_no_limit():
    assert not Settings().allowance().limited
    assert Settings().thresholds() == Thresholds()
    assert Settings().hooks.on_alert == ()
    assert not Settings().flags_chosen()


def test_a_section_in_full():
    settings = parse(
        """
        [quota]
        monthly_tokens = 60_000_000
        daily_tokens = 4_000_000
        weights = "cost"
        time_zone = "Europe/Berlin"

        [quota.alerts]
        used = 0.5
        run_tokens = 0
        hit_rate = 1
        utilization = 0.8

        [flags]
        snapshots = false
        """
    )
    assert settings.allowance() == Quota(60_000_000, 4_000_000, COST, ZoneInfo("Europe/Berlin"))
    assert settings.thresholds() == Thresholds(0.5, 0, 1.0, 0.8)
    assert settings.flags_chosen()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("monthly_tokens = -1", "quota.monthly_tokens: expected at least 0, got -1"),
        ("monthly_tokens = 1e6", "quota.monthly_tokens: expected a whole number"),
        ("monthly_tokens = 9000000000000000000", "quota.monthly_tokens: expected at most"),
        ('daily_tokens = "many"', "quota.daily_tokens: expected a whole number"),
        ("monthly_tokens = 10\ndaily_tokens = 11", "daily_tokens is larger than monthly_tokens"),
        ('time_zone = "Mars/Olympus"', "quota.time_zone: no IANA time zone is called so"),
        ('time_zone = "Europe"', "quota.time_zone: no IANA time zone is called so"),
        ('time_zone = "/etc/passwd"', "quota.time_zone: no IANA time zone is called so"),
        ('time_zone = ""', "quota.time_zone: no IANA time zone is called so"),
        ("weights = [0, 0, 0, 0]", "weights that are all 0 count nothing"),
        ("weights = [1, 2, 3]", "quota.weights.3 is missing"),
        ("weights = [1, 2, 3, -4]", "quota.weights.3: expected at least 0.0, got -4"),
        ("weights = [1, 2, 3, 4, 5]", "quota.weights: expected 4 values, got [1, 2, 3, 4, 5]"),
        ('weights = "cosst"', "quota.weights: expected 'raw', 'itpm' or 'cost', got 'cosst'"),
        ("alerts.used = 1.5", "quota.alerts.used: expected at most 1"),
        ("alerts.hit_rate = nan", "quota.alerts.hit_rate: expected a finite number"),
        ("alerts.run_token = 1", "unknown key quota.alerts.run_token"),
        ("on_alert = 5", "unknown key quota.on_alert"),
    ],
)
def test_settings_that_cannot_be_are_named_with_their_line(line, words):
    with pytest.raises(ConfigError) as caught:
        parse(f"[quota]\n{line}\n")
    assert words in caught.value.message
    assert ".adw.toml, line" in caught.value.message
    assert caught.value.hint
