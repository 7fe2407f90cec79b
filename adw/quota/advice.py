"""What to do about a forecast."""

from enum import StrEnum

from adw.quota.forecast import Projection


class Action(StrEnum):
    NONE = "none"
    """There is no limit to keep."""
    CONTINUE = "continue"
    WATCH = "watch"
    """It will do, but may not."""
    TIGHTEN = "tighten"
    """It will not do."""
    STOP = "stop"
    """There is nothing left."""


def advice(made: Projection, limit: int) -> tuple[Action, str]:
    """The action, and what it means. `limit`: weighted tokens of the month; 0 for none."""
    if not limit:
        return Action.NONE, "no quota.monthly_tokens is configured: there is nothing to keep to"
    left = limit - made.used
    a_day = f"{max(0.0, left) / max(made.days_left, 1.0):,.0f} tokens a day would last to the end of the month"
    if left <= 0:
        return Action.STOP, "the quota of the month is used up: nothing starts before the next one"
    if made.projected > limit:
        on = f" on {made.exceeds_on.isoformat()}" if made.exceeds_on else ""
        return Action.TIGHTEN, f"at this rate the quota ends{on}: {a_day}; fewer runs, or a tighter --level"
    if made.high > limit:
        return Action.WATCH, f"it should last, but a busy week would end it: {a_day}"
    return Action.CONTINUE, f"it lasts: {a_day}"
