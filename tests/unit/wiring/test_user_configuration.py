"""Where the user's own configuration is heard: everywhere but in the demo."""

import io
from pathlib import Path

import pytest

from adw.domain.diagnosis import Status
from adw.errors import ConfigError
from adw.wiring.checkout import open_checkout
from adw.wiring.demo import plant_sample
from adw.wiring.doctor import examine
from adw.wiring.forecasting import forecast
from adw.wiring.house import Place, open_house
from adw.wiring.spending import usage
from adw.wiring.standing import quota_use
from tests.support.repositories import make_repository

QUOTA = '[quota]\nmonthly_tokens = 1000\ntime_zone = "Europe/Berlin"\n'


def _place(folder: Path, own: str | None) -> Place:
    """A folder that is no repository."""
    somewhere = folder / "somewhere"
    somewhere.mkdir(exist_ok=True)
    if own is not None:
        (folder / "config" / "adw").mkdir(parents=True, exist_ok=True)
        (folder / "config" / "adw" / "config.toml").write_text(own, encoding="utf-8")
    variables = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "PATH": "/usr/bin:/bin"}
    return Place(somewhere, variables, io.BytesIO())


def _found(place: Place, subject: str) -> list[tuple[Status, str]]:
    return [(one.status, one.detail) for one in examine(place).parts if one.subject == subject]


def test_outside_of_a_repository_it_is_all_that_there_is(tmp_path: Path) -> None:
    place = _place(tmp_path, QUOTA)
    use = quota_use(place)
    assert (use.time_zone, use.warnings) == ("Europe/Berlin", ())
    assert [one.limit for one in use.periods if one.kind == "month"] == [1000]
    assert forecast(place).limit == 1000
    assert usage("run", None, None, place).figures is not None
    assert quota_use(Place(place.folder, {"HOME": str(tmp_path)})).warnings != ()


def test_in_a_repository_it_is_the_ground(tmp_path: Path) -> None:
    place = _place(tmp_path, QUOTA)
    make_repository(place.folder, {".adw.toml": b"[quota]\ndaily_tokens = 10\n"})
    for settings in (open_house(place).settings, open_checkout(place).settings):
        assert (settings.quota.monthly_tokens, settings.quota.daily_tokens) == (1000, 10)
    assert [one.limit for one in quota_use(place).periods] == [10, 1000]


def test_a_mistake_in_it_is_told_but_sums_are_shown_all_the_same(tmp_path: Path) -> None:
    place = _place(tmp_path, "[quoto]\n")
    with pytest.raises(ConfigError, match=r"config\.toml, line 1: unknown key quoto"):
        quota_use(place)
    assert usage("day", None, None, place).rows == ()


def test_doctor_says_which_files_were_read(tmp_path: Path) -> None:
    own = tmp_path / "config" / "adw" / "config.toml"
    assert _found(_place(tmp_path, None), "configuration") == [(Status.OK, "no .adw.toml: defaults")]
    place = _place(tmp_path, QUOTA)
    assert _found(place, "configuration") == [(Status.OK, f"no .adw.toml: {own}")]
    (place.folder / ".adw.toml").write_text("", encoding="utf-8")
    assert _found(place, "configuration") == [(Status.OK, f"{own}, then .adw.toml")]
    _place(tmp_path, "[quoto]\n")
    ((status, detail),) = _found(place, "configuration")
    assert status is Status.MISSING
    assert detail.startswith(str(own))


def test_doctor_looks_for_the_programs_of_hooks(tmp_path: Path) -> None:
    place = _place(tmp_path, '[hooks]\non_run_end = "sh -c true"\non_alert = "~/bin/tell"\non_phase_end = "./tell x"\n')
    (place.folder / "tell").write_text("#!/bin/sh\n", encoding="utf-8")
    (place.folder / "tell").chmod(0o755)
    assert _found(place, "hooks.on_run_end") == [(Status.OK, "sh")]
    assert _found(place, "hooks.on_phase_end") == [(Status.OK, "./tell")]
    assert _found(place, "hooks.on_alert") == [(Status.WARNING, "~/bin/tell was not found")]


def test_the_demo_does_not_hear_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", _place(tmp_path, '[model]\nname = "other"\n').variables["XDG_CONFIG_HOME"])
    assert open_house(plant_sample(tmp_path / "demo")).settings.model.name != "other"
