import pytest

from adw.domain.flags import ALL_FLAGS, Flag
from adw.quota.levels import FLAGS, Level, flags_of, level_for, tighter


@pytest.mark.parametrize(
    ("share", "level"),
    [
        (1.0, "minimal"),
        (0.601, "minimal"),
        (0.6, "balanced"),
        (0.301, "balanced"),
        (0.3, "aggressive"),
        (0.101, "aggressive"),
        (0.1, "emergency"),
        (0.0, "emergency"),
    ],
)
def test_what_is_left_chooses_the_level(share, level):
    assert level_for(share) == level


def test_one_step_tighter_but_never_so_tight_that_nothing_starts():
    assert [tighter(level) for level in Level] == ["balanced", "aggressive", "aggressive", "emergency"]


def test_a_tighter_level_switches_on_more():
    assert set(FLAGS[Level.MINIMAL]) < set(FLAGS[Level.BALANCED]) < set(FLAGS[Level.AGGRESSIVE]) == set(ALL_FLAGS)


def test_no_level_switches_on_what_is_configured_off():
    configured = tuple(flag for flag in Flag if flag is not Flag.SNAPSHOTS)
    assert flags_of(Level.EMERGENCY, configured) == configured
