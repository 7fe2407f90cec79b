"""What a repository's file cannot undo of the user's own."""

from pathlib import Path

import pytest

from adw.config import Settings, load


@pytest.fixture
def settings(tmp_path: Path):
    """What holds where the user's own file and the repository's say this."""

    def made(own: str, repository: str) -> Settings:
        (tmp_path / "adw").mkdir()
        (tmp_path / "adw" / "config.toml").write_text(own, "utf-8")
        (tmp_path / ".adw.toml").write_text(repository, "utf-8")
        return load(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)})

    return made


@pytest.mark.parametrize(
    ("own", "repository", "holds"),
    [("require", "off", "require"), ("auto", "off", "auto"), ("off", "require", "require"), ("off", "auto", "auto")],
)
def test_the_stricter_sandbox_holds(settings, own, repository, holds):
    found = settings(f'checks.sandbox = "{own}"', f'checks.sandbox = "{repository}"')
    assert found.checks.sandbox == holds


def test_what_the_user_does_not_say_is_the_repositorys(settings):
    found = settings('model.name = "m"', 'checks = {sandbox = "off", network = true}\nquota.daily_tokens = 7')
    assert (found.checks.sandbox, found.checks.network, found.quota.daily_tokens) == ("off", True, 7)


def test_the_network_stays_off_where_the_user_says_so(settings):
    assert settings("checks.network = false", "checks.network = true").checks.network is False


@pytest.mark.parametrize(("own", "repository", "holds"), [(100, 200, 100), (100, 50, 50), (100, 0, 100), (0, 50, 50)])
def test_the_smaller_quota_holds_and_none_is_larger_than_any(settings, own, repository, holds):
    found = settings(f"quota.monthly_tokens = {own}", f"quota.monthly_tokens = {repository}")
    assert found.quota.monthly_tokens == holds


def test_what_stands_beside_it_is_the_repositorys(settings):
    found = settings("quota.monthly_tokens = 9", 'quota.time_zone = "Europe/Berlin"')
    assert (found.quota.monthly_tokens, found.quota.time_zone) == (9, "Europe/Berlin")
