"""Levels: sets of optimisations, from the whole context to the least (SPEC §5; the table is in docs/levels.md)."""

from enum import StrEnum

from adw.domain.flags import ALL_FLAGS, Flag
from adw.domain.quota import Thresholds
from adw.quota.allowance import Left


class Level(StrEnum):
    MINIMAL = "minimal"
    BALANCED = "balanced"
    AGGRESSIVE = "aggressive"
    EMERGENCY = "emergency"


_FREE = (
    Flag.EXTERNAL_CHECKS,
    Flag.BATCH_FAILURES,
    Flag.COMPACT_REPORTS,
    Flag.STRUCTURED_STATE,
    Flag.STABLE_PROMPTS,
)
"""What costs the model nothing that it would need: on at every level."""

FLAGS: dict[Level, tuple[Flag, ...]] = {
    Level.MINIMAL: _FREE,
    Level.BALANCED: (*_FREE, Flag.MODIFIED_FILES_ONLY, Flag.TRUNCATE_FILES),
    Level.AGGRESSIVE: ALL_FLAGS,
    Level.EMERGENCY: ALL_FLAGS,
}


def flags_of(level: Level, configured: tuple[Flag, ...]) -> tuple[Flag, ...]:
    """The level's optimisations, less those that the configuration has switched off."""
    return tuple(flag for flag in Flag if flag in FLAGS[level] and flag in configured)


_FROM = ((0.6, Level.MINIMAL), (0.3, Level.BALANCED), (0.1, Level.AGGRESSIVE))
"""Above which share left of the quota a new run may have how much of the context."""


def level_for(share_left: float) -> Level:
    """The level of new runs, by what is left of the quota (0.0 to 1.0)."""
    return next((level for above, level in _FROM if share_left > above), Level.EMERGENCY)


def tighter(level: Level) -> Level:
    """One step tighter, but never so tight that no run starts: only the quota itself says that."""
    order = (Level.MINIMAL, Level.BALANCED, Level.AGGRESSIVE)
    return order[min(order.index(level) + 1, len(order) - 1)] if level in order else level


def chosen_level(tightest: Left, thresholds: Thresholds) -> tuple[Level, tuple[str, ...]]:
    """The level of new runs; what to say where it is throttled."""
    level = level_for(tightest.share_left)
    if not thresholds.used or tightest.share_used < thresholds.used or tighter(level) is level:
        return level, ()
    kind = tightest.standing.period.kind
    said = f"{tightest.share_used:.0%} of the {kind}'s quota is used: the run starts at level {tighter(level)}"
    return tighter(level), (f"{said} instead of {level}",)
