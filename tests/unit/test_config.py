"""`.adw.toml` and the environment: what they mean, and what is said when they mean nothing."""

from pathlib import Path

import pytest

from adw.config import Environment, Settings, known_keys, load, parse
from adw.config.settings import FlagSettings
from adw.domain.run import CheckSpec, Limits, Phase
from adw.errors import ConfigError

DETECTED = CheckSpec("test", "pytest", ("python", "-m", "pytest"))


def test_without_a_file_the_defaults_hold(tmp_path):
    settings = load(tmp_path, {})

    assert settings == Settings()
    assert settings.bounds() == Limits()
    assert settings.choices()[Phase.BUILD].model == "claude-sonnet-5-5"
    assert settings.check_specs() == ()


def test_a_file_is_read(tmp_path):
    (tmp_path / ".adw.toml").write_text("[limits]\nmax_turns = 7\n", encoding="utf-8")

    assert load(tmp_path, {}).bounds().max_turns == 7


def test_this_repositorys_own_file_is_valid():
    assert load(Path(__file__).parents[2], {}).check_specs()


def test_a_phase_overrides_only_what_it_names():
    choices = parse(
        """
        [model]
        name = "general"
        fallback = "second"
        effort = "low"
        max_tokens = 4000

        [model.plan]
        name = "thinker"
        effort = "high"
        fallback = ""
        """
    ).choices()

    plan, build = choices[Phase.PLAN], choices[Phase.BUILD]
    assert (plan.model, plan.fallback, plan.effort, plan.max_tokens) == ("thinker", "", "high", 4000)
    assert (build.model, build.fallback, build.effort, build.max_tokens) == ("general", "second", "low", 4000)


def test_the_command_lines_model_answers_in_every_phase():
    choices = parse('[model.plan]\nname = "thinker"\neffort = "high"\n').choices("given")

    assert {choice.model for choice in choices.values()} == {"given"}
    assert choices[Phase.PLAN].effort == "high"


def test_the_command_lines_budget_goes_before_the_files():
    settings = parse("[limits]\nbudget_tokens = 100\nbudget_usd = 2\nmax_attempts = 0\n")

    assert settings.bounds() == Limits(budget_tokens=100, budget_usd=2.0, max_attempts=0)
    assert settings.bounds(0, 0.5) == Limits(budget_tokens=0, budget_usd=0.5, max_attempts=0)


@pytest.mark.parametrize(
    ("written", "command"),
    [
        ("\"python -m pytest -k 'a b'\"", ("python", "-m", "pytest", "-k", "a b")),
        ('["python", "-m", "pytest"]', ("python", "-m", "pytest")),
    ],
)
def test_a_command_is_a_string_or_a_list(written, command):
    (check,) = parse(f"[checks.test]\ncommand = {written}\n").check_specs()

    assert check == CheckSpec("test", "pytest", command)


def test_the_tool_is_the_program_unless_it_is_named():
    checks = parse('[checks.build]\ncommand = "/usr/bin/tox -e x"\n[checks.lint]\ncommand = "x"\ntool = "pytest"\n')

    assert [(check.name, check.tool) for check in checks.check_specs()] == [("build", "tox"), ("lint", "pytest")]


def test_what_the_file_leaves_out_is_detected():
    settings = parse("[checks.test]\ntimeout_s = 5\n")

    assert settings.check_specs((DETECTED,)) == (CheckSpec("test", "pytest", DETECTED.command, 5.0),)
    assert Settings().check_specs((DETECTED,)) == (DETECTED,)


def test_the_files_command_goes_before_the_detected_one():
    (check,) = parse('[checks.test]\ncommand = "make test"\n').check_specs((DETECTED,))

    assert check == CheckSpec("test", "make", ("make", "test"))


def test_windows_of_models_behind_other_endpoints():
    settings = parse('[models."qwen3.5"]\ncontext_window = 32768\n')

    assert settings.context_windows() == {"qwen3.5": 32768}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[limits]\n\nmax_turn = 3\n", "line 3: unknown key limits.max_turn", "did you mean limits.max_turns?"),
        ("[model]\nmax_turns = 3\n", "line 2: unknown key model.max_turns", "did you mean limits.max_turns?"),
        ("budget = 3\n", "line 1: unknown key budget", "did you mean limits.budget_usd?"),
        ("[checks.tset]\n", "line 1: unknown key checks.tset", "did you mean checks.test?"),
        ("zzz = 1\n", "line 1: unknown key zzz", "docs/configuration.md"),
        (
            '[models."a.b"]\ncontext_windw = 3\n',
            "line 2: unknown key models.a.b.context_windw",
            "did you mean models.<name>.context_window?",
        ),
        ("[models.a]\n", "line 1: models.a.context_window is missing", ""),
        ('# a comment\n[limits]\nmax_turns = "3"\n', "line 3: limits.max_turns: expected a whole number, got '3'", ""),
        ("limits.max_turns = true\n", "line 1: limits.max_turns: expected a whole number, got True", ""),
        ("[limits]\nmax_turns = 0\n", "expected at least 1, got 0", ""),
        ("[limits]\nsafe_utilization = 0.95\n", "expected at most 0.9, got 0.95", ""),
        ("[limits]\nbudget_usd = inf\n", "expected a finite number, got inf", ""),
        ("[checks.test]\ntimeout_s = 0\n", "expected more than 0.0, got 0", ""),
        ('[model]\neffort = "hgh"\n', "expected '', 'low', 'medium', 'high', 'xhigh' or 'max', got 'hgh'", ""),
        ('[model]\nname = ""\n', "expected a string that is not empty", ""),
        ('model = "m"\n', "line 1: model: expected a section, got 'm'", ""),
        ('models = "m"\n', "models: expected a section", ""),
        ('[checks]\nnetwork = "no"\n', "expected true or false, got 'no'", ""),
        ('[agent]\nallow = ".github/**"\n', "agent.allow: expected a list of strings", ""),
        ('[checks.test]\ncommand = "a \'b"\n', "line 2: checks.test.command: No closing quotation", ""),
        ('[checks.test]\ncommand = ["a", 3]\n', "line 2: checks.test.command.1: expected a string, got 3", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text, message, hint):
    with pytest.raises(ConfigError) as caught:
        parse(text)

    assert caught.value.message.startswith(".adw.toml, line ")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_invalid_toml_names_the_line():
    with pytest.raises(ConfigError, match=r"no valid TOML: .*line 2"):
        parse("[limits]\nmax_turns 3\n")


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path):
    (tmp_path / ".adw.toml").write_bytes(b"[limits]\n# caf\xe9\n")

    with pytest.raises(ConfigError, match=r"\.adw\.toml, line 2: not UTF-8"):
        load(tmp_path, {})


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    (tmp_path / ".adw.toml").mkdir()

    with pytest.raises(ConfigError, match=r"\.adw\.toml cannot be read: "):
        load(tmp_path, {})


def test_every_known_key_is_one_that_parses():
    values = {
        "command": '"x"',
        "allow": '["x"]',
        "network": "true",
        "sandbox": '"off"',
        "effort": '"low"',
        "name": '"x"',
        "fallback": '"x"',
        "tool": '"x"',
        "safe_utilization": "0.5",
        "adaptive": "true",
        "adaptive_min": "0.4",
        "adaptive_max": "0.8",
        "weights": "[1, 0.1, 1.25, 5]",
        "time_zone": '"Europe/Berlin"',
        "used": "0.7",
        "hit_rate": "0.5",
        "utilization": "1",
        "on_phase_end": '"x"',
        "on_run_end": '"x"',
        "on_alert": '"notify-send"',
        "setup": '"npm ci"',
        "min_hit_rate": "0.5",
        "fallback_full_context": "true",
    }
    values |= dict.fromkeys(FlagSettings.model_fields, "false")
    for key in known_keys():
        parse(f"{key.replace('<name>', 'x')} = {values.get(key.rpartition('.')[2], '5000')}\n")


def test_the_safe_share_moves_with_how_runs_ended_only_where_that_is_wanted():
    failed = [False] * 5
    assert parse("").bounds(passed=failed).safe_utilization == 0.75
    adaptive = parse("[limits]\nadaptive = true\n")
    assert adaptive.bounds(passed=failed).safe_utilization == 0.68
    assert adaptive.bounds().safe_utilization == 0.75
    assert parse("[limits]\nadaptive = true\nadaptive_min = 0.7\n").bounds(passed=failed).safe_utilization == 0.7


def test_the_limits_of_the_safe_share_must_be_in_order():
    with pytest.raises(ConfigError, match=r"limits.*adaptive_min is larger than adaptive_max"):
        parse("[limits]\nadaptive_min = 0.8\nadaptive_max = 0.6\n")


def test_the_environment_is_read():
    environment = Environment.read(
        {
            "HOME": "/home/me",
            "ANTHROPIC_API_KEY": "sk-ant-0123456789",
            "ANTHROPIC_AUTH_TOKEN": " ",
            "ANTHROPIC_BASE_URL": " http://localhost:1 ",
            "NO_COLOR": "1",
        }
    )

    assert environment.anthropic_api_key
    assert environment.anthropic_api_key.get_secret_value() == "sk-ant-0123456789"
    assert environment.auth_token is None
    assert environment.database_url is None
    assert environment.base_url == "http://localhost:1"
    assert environment.data_home == Path("/home/me/.local/share/adw")
    assert environment.no_color


@pytest.mark.parametrize(
    ("given", "home"), [("/data", Path("/data/adw")), ("relative", Path("/home/me/.local/share/adw"))]
)
def test_xdg_data_home_counts_only_when_it_is_absolute(given, home):
    assert Environment.read({"HOME": "/home/me", "XDG_DATA_HOME": given}).data_home == home


def test_without_any_home_there_is_no_place_for_the_ledger():
    with pytest.raises(ConfigError, match="neither XDG_DATA_HOME nor HOME"):
        Environment.read({})


def test_everything_that_looks_like_a_secret_is_one():
    environment = Environment.read(
        {
            "HOME": "/home/me",
            "ANTHROPIC_API_KEY": "sk-ant-0123456789",
            "GH_TOKEN": "gho_0123456789",
            "FOO_APIKEY": "foo-0123456789",
            "SHORT_KEY": "yes",
            "ADW_DATABASE_URL": "postgresql://me:opensesame@db/adw",
            "AWS_ACCESS_KEY_ID": "AKIA0123456789",
            "app_database_url": "mysql://me@db/app",
            "PATH": "/usr/bin:/bin",
            "PWD": "/home/me/project",
            "MONKEY": "bananas-bananas",
        }
    )

    assert {secret.get_secret_value() for secret in environment.secrets} == {
        "sk-ant-0123456789",
        "gho_0123456789",
        "foo-0123456789",
        "postgresql://me:opensesame@db/adw",
        "opensesame",
        "AKIA0123456789",
        "mysql://me@db/app",
    }


def test_secrets_do_not_show():
    secret = "sk-ant-0123456789"  # noqa: S105
    environment = Environment.read({"HOME": "/", "ANTHROPIC_API_KEY": secret, "ADW_DATABASE_URL": "//[" + secret})

    assert secret not in repr(environment)
    assert secret not in str(environment)
