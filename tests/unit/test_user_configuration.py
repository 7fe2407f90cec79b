"""The user's own configuration, under every repository's."""

import os

import pytest

from adw.config import Settings, files, load
from adw.config.source import merged
from adw.errors import ConfigError


@pytest.fixture
def own(tmp_path):
    """Writes the user's file, and the repository's; the variables that lead to the one, the root of the other."""

    def write(user=None, repository=None):
        folder, root = tmp_path / "config" / "adw", tmp_path / "repository"
        folder.mkdir(parents=True, exist_ok=True)
        root.mkdir(exist_ok=True)
        for path, text in ((folder / "config.toml", user), (root / ".adw.toml", repository)):
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return root, {"XDG_CONFIG_HOME": str(tmp_path / "config")}

    return write


def test_the_users_file_holds_where_the_repository_says_nothing(own):
    root, variables = own("[quota]\nmonthly_tokens = 7\n")
    assert load(root, variables).quota.monthly_tokens == 7
    assert load(None, variables).quota.monthly_tokens == 7
    assert load(root, {}) == Settings()


def test_the_repository_goes_over_it_key_by_key(own):
    root, variables = own(
        '[quota]\nmonthly_tokens = 9\ntime_zone = "Europe/Berlin"\nalerts.used = 0.5\n'
        "[model.plan]\nmax_tokens = 100\n[hooks]\non_alert = 'mine x'\non_run_end = ['mine']\n",
        "[quota]\nmonthly_tokens = 7\nweights = 'cost'\nalerts.run_tokens = 3\n"
        '[model.plan]\neffort = "low"\n[hooks]\non_alert = ["theirs"]\non_run_end = ""\n',
    )
    settings = load(root, variables)
    assert (settings.quota.monthly_tokens, settings.quota.weights) == (7, "cost")
    assert settings.quota.time_zone == "Europe/Berlin"
    assert (settings.quota.alerts.used, settings.quota.alerts.run_tokens) == (0.5, 3)
    assert (settings.model.plan.max_tokens, settings.model.plan.effort) == (100, "low")
    assert settings.hooks.commands() == {"on_alert": ("theirs",)}
    assert load(None, variables).hooks.commands() == {"on_alert": ("mine", "x"), "on_run_end": ("mine",)}


@pytest.mark.parametrize(
    ("below", "above", "both"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}, "d": 4}, {"a": {"b": 3, "c": 2}, "d": 4}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
    ],
)
def test_tables_are_merged_and_values_replaced(below, above, both):
    kept = repr((below, above))
    assert merged(below, above) == both
    assert repr((below, above)) == kept


def test_what_was_read_is_known(own):
    root, variables = own()
    assert files(root, variables) == ()
    own("", "")
    user = f"{variables['XDG_CONFIG_HOME']}/adw/config.toml"
    assert files(root, variables) == (user, ".adw.toml")
    assert files(None, variables) == (user,)
    assert files(root, {}) == (".adw.toml",)


def test_without_xdg_it_is_below_the_home(tmp_path):
    (tmp_path / ".config" / "adw").mkdir(parents=True)
    (tmp_path / ".config" / "adw" / "config.toml").write_text("limits.max_turns = 3\n", encoding="utf-8")
    for variables in ({"HOME": str(tmp_path)}, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "relative"}):
        assert load(None, variables).limits.max_turns == 3
    assert load(None, {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "none")}) == Settings()
    assert load(None, {"HOME": os.devnull}) == Settings()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look anywhere")
def test_a_home_that_is_somebody_elses_has_nothing_of_the_users(tmp_path):
    (tmp_path / "home").mkdir(mode=0)
    assert load(None, {"HOME": str(tmp_path / "home")}) == Settings()


@pytest.mark.parametrize(
    ("user", "repository", "message"),
    [
        ("\nlimit.x = 1\n", None, "{user}, line 2: unknown key limit"),
        ("\nlimit.x = 1\n", "[limits]\nmax_turns = 3\n", "{user}, line 2: unknown key limit"),
        ("[limits]\nmax_turns = 3\n", "[limits]\n\nmax_turn = 3\n", ".adw.toml, line 3: unknown key limits.max_turn"),
        ("[limits]\nmax_turns = 0\n", "[limits]\nmax_turns = 3\n", "{user}, line 2: limits.max_turns: expected at"),
        ("[limits]\nmax_turns = 3\n", "[limits]\nmax_turns = 0\n", ".adw.toml, line 2: limits.max_turns: expected at"),
        ("quota = 5\n", "[quota]\n", "{user}, line 1: quota: expected a section"),
        ("[models.a]\n", "\n", "{user}, line 1: models.a.context_window is missing"),
        ("[quota\n", "", "{user} is no valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_the_file_that_says_it(own, user, repository, message):
    root, variables = own(user, repository)
    with pytest.raises(ConfigError) as caught:
        load(root, variables)
    assert caught.value.message.startswith(message.format(user=f"{variables['XDG_CONFIG_HOME']}/adw/config.toml"))


def test_keys_that_do_not_go_together_are_told_with_both_files(own):
    root, variables = own("[quota]\nmonthly_tokens = 100\n", "\n[quota]\ndaily_tokens = 200\n")
    with pytest.raises(ConfigError) as caught:
        load(root, variables)
    assert caught.value.message.startswith(".adw.toml, line 2: quota: ")
    assert "daily_tokens is larger than monthly_tokens" in caught.value.message
    assert "config.toml has a part in it" in caught.value.hint
    assert load(None, variables).quota.monthly_tokens == 100


def test_keys_that_go_together_only_across_files_are_right(own):
    root, variables = own("[limits]\nadaptive_min = 0.3\n", "[limits]\nadaptive_max = 0.4\n")
    assert load(root, variables).limits.adaptive_min == 0.3
    with pytest.raises(ConfigError, match="adaptive_min is larger"):
        load(root, {})


def test_the_former_key_for_alerts_leads_to_its_new_place(own):
    root, variables = own(None, "[quota]\non_alert = 'x'\n")
    with pytest.raises(ConfigError) as caught:
        load(root, variables)
    assert (caught.value.message, caught.value.hint) == (
        ".adw.toml, line 2: unknown key quota.on_alert",
        "did you mean hooks.on_alert?",
    )


def test_a_users_file_that_cannot_be_read_is_no_file_that_is_not_there(own, tmp_path):
    root, variables = own()
    (tmp_path / "config" / "adw" / "config.toml").mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read"):
        load(root, variables)
