"""What a quota means for a new run, and what the commands tell of it. Time is frozen, the ledger is a real one."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time

from adw.adapters.ledger.ledger import SqlLedger
from adw.domain.flags import ALL_FLAGS
from adw.domain.quota import Alert
from adw.domain.results import RunRequest
from adw.domain.run import RunRecord, RunSpec
from adw.domain.usage import Usage
from adw.errors import ConfigError, QuotaExceeded
from adw.quota.levels import FLAGS, Level
from adw.wiring.dry import plan_run
from adw.wiring.forecasting import forecast
from adw.wiring.house import Place, open_house
from adw.wiring.outcome import outcome_of
from adw.wiring.preflight import prepare
from adw.wiring.standing import alerts, quota_use
from tests.fakes.entries import entry, reservation
from tests.support.kit import spec
from tests.support.project import sample_project

NOW = datetime(2026, 11, 21, 20, 15, tzinfo=UTC)
CHECKS = '[checks.test]\ncommand = "python -m pytest"\n'
MONTH = "[quota]\nmonthly_tokens = 1000\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    project = sample_project(tmp_path)
    return Place(project.folder, project.variables, io.BytesIO())


def _configured(place: Place, settings: str) -> None:
    (place.folder / ".adw.toml").write_text(CHECKS + settings, encoding="utf-8")


def _ledger(place: Place) -> SqlLedger:
    return SqlLedger.open(Path(place.variables["XDG_DATA_HOME"]) / "adw" / "ledger.db")


def _spent(place: Place, *tokens: int, at: datetime = NOW, run_id: str = "run-1") -> None:
    with _ledger(place) as ledger:
        for number, one in enumerate(tokens):
            ledger.settle(entry(f"{run_id} {at} {number}", Usage(fresh=one), at=at, run_id=run_id))


def _prepared(place: Place, **asked: str) -> RunSpec:
    with freeze_time(NOW):
        return prepare(open_house(place), RunRequest("issue.md", **asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("used", "level"), [(0, "minimal"), (399, "minimal"), (400, "balanced"), (700, "aggressive"), (899, "aggressive")]
)
def test_what_is_left_of_the_month_chooses_the_level(place: Place, used: int, level: str) -> None:
    _configured(place, MONTH)
    _spent(place, used)
    made = _prepared(place)
    assert (made.level, set(made.flags)) == (level, set(FLAGS[Level(level)]))


def test_the_period_counts_of_which_the_smaller_share_is_left(place: Place) -> None:
    _configured(place, MONTH + "daily_tokens = 100\n")
    _spent(place, 50)
    assert _prepared(place).level == "balanced"


def test_calls_under_way_count_as_used(place: Place) -> None:
    _configured(place, MONTH)
    with _ledger(place) as ledger:
        ledger.reserve(reservation("open", 750, at=NOW), budget_tokens=0, budget_usd=0.0)
    assert _prepared(place).level == "aggressive"


def test_an_emergency_refuses_new_runs_and_says_how_to_go_on(place: Place) -> None:
    _configured(place, MONTH + 'time_zone = "Europe/Berlin"\n')
    _spent(place, 900)
    with pytest.raises(QuotaExceeded, match=r"100 of the month's quota of 1,000 tokens are left \(10%\)") as caught:
        _prepared(place)
    assert caught.value.exit_code == 3
    assert "the next month begins at 2026-12-01 00:00 CET" in caught.value.hint
    assert "--level aggressive" in caught.value.hint
    assert _prepared(place, level="aggressive").level == "aggressive"
    assert _prepared(place, replay="recording.json").level == ""


def test_flags_that_are_configured_stay_as_they_are_but_an_emergency_is_one(place: Place) -> None:
    _configured(place, MONTH + "[flags]\nsnapshots = true\n")
    assert (_prepared(place).level, _prepared(place).flags) == ("", ALL_FLAGS)
    _spent(place, 950)
    with pytest.raises(QuotaExceeded):
        _prepared(place)


def test_without_a_quota_no_level_is_chosen(place: Place) -> None:
    _configured(place, "")
    _spent(place, 10**9)
    assert (_prepared(place).level, _prepared(place).flags) == ("", ALL_FLAGS)


def test_what_is_used_beyond_the_alert_starts_one_level_tighter(place: Place) -> None:
    _configured(place, MONTH + "alerts.used = 0.5\n")
    _spent(place, 500)
    made = _prepared(place)
    assert made.level == "aggressive"
    assert made.warnings[-1].startswith("50% of the month's quota is used: the run starts at level aggressive instead")


def test_a_dry_run_tells_the_level(place: Place) -> None:
    _configured(place, MONTH)
    with freeze_time(NOW):
        assert plan_run(RunRequest("issue.md"), place).level == "minimal"


def test_how_the_account_stands(place: Place) -> None:
    _configured(place, MONTH + 'daily_tokens = 500\ntime_zone = "Europe/Berlin"\nweights = "itpm"\n')
    _spent(place, 100, 20, at=NOW - timedelta(days=3))
    _spent(place, 80, run_id="run-2")
    with _ledger(place) as ledger:
        ledger.reserve(reservation("open", 50, output=20, at=NOW), budget_tokens=0, budget_usd=0.0)
    with freeze_time(NOW):
        shown = quota_use(place)
    day, month = shown.periods
    assert (day.name, day.used, day.reserved, day.left, day.share_left) == ("2026-11-21", 80, 50, 370, 0.74)
    assert (month.name, month.used, month.reserved, month.left) == ("2026-11", 200, 50, 750)
    assert month.ends == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert (shown.level, shown.tokens_per_run, shown.runs_left, shown.warnings) == ("minimal", 100, 3, ())


def test_without_a_quota_it_is_told_what_is_missing(place: Place, tmp_path: Path) -> None:
    _spent(place, 80)
    with freeze_time(NOW):
        shown = quota_use(replace(place, folder=tmp_path))
    assert [(one.used, one.limit, one.left) for one in shown.periods] == [(80, 0, None), (80, 0, None)]
    assert (shown.level, shown.runs_left) == ("", None)
    assert "quota.monthly_tokens" in shown.warnings[0]


def test_a_configuration_that_means_nothing_is_an_error_here_too(place: Place) -> None:
    _configured(place, '[quota]\ntime_zone = "Mars/Olympus"\n')
    for asked in (quota_use, forecast):
        with pytest.raises(ConfigError, match="no IANA time zone"):
            asked(place)


def test_the_forecast_of_the_month(place: Place) -> None:
    _configured(place, MONTH)
    for back in range(1, 60):
        _spent(place, 40, at=NOW - timedelta(days=back))
    with freeze_time(NOW):
        made = forecast(place)
    assert (made.month, made.used, made.limit, made.will_exceed) == ("2026-11", 800, 1000, True)
    assert 1100 < made.projected < 1300
    assert made.low < made.projected < made.high
    assert made.headroom == 1000 - made.projected
    assert (made.action, made.exceeds_on) == ("tighten", "2026-11-27")


@pytest.mark.parametrize(
    ("now", "month"),
    [("2026-12-31 23:30", "2027-01"), ("2028-02-29 22:59", "2028-02"), ("2028-02-29 23:00", "2028-03")],
)
def test_months_turn_with_the_account_s_clocks(place: Place, now: str, month: str) -> None:
    _configured(place, MONTH + 'time_zone = "Europe/Berlin"\n')
    with freeze_time(now):
        assert (forecast(place).month, quota_use(place).periods[1].name) == (month, month)


def test_a_clock_that_jumps_back_over_the_month_s_end_finds_the_old_month_as_it_was(place: Place) -> None:
    _configured(place, MONTH)
    _spent(place, 600, at=datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    _spent(place, 300, at=datetime(2026, 11, 1, 0, 1, tzinfo=UTC))
    for now, used in (("2026-11-01 00:02", 300), ("2026-10-31 23:58", 600), ("2026-11-01 00:03", 300)):
        with freeze_time(now):
            assert quota_use(place).periods[1].used == used


def test_alerts_are_listed_newest_first_and_told_with_the_run_they_were_noticed_in(place: Place) -> None:
    kept = [
        Alert(f"hit_rate run-{number}", "hit_rate", f"run-{number}", f"run-{number}", "only 5%", "look", NOW, {"n": 1})
        for number in (1, 2)
    ]
    record = replace(spec(), id="run-2", warnings=("the checkout has changes",))
    with _ledger(place) as ledger:
        for one in kept:
            ledger.alert(one)
        assert outcome_of(RunRecord(record), ledger, 1.0).warnings == ("the checkout has changes", "only 5%. look")
    assert alerts(place).alerts == tuple(reversed(kept))
