"""The safe share of the context window, moved by how runs end: down when they fail, up when they do well (SPEC §3).

Models get worse at long requests long before the window is full; where, differs by model and by project. So the share
is learned from outcomes, in two parts. A target goes down with a failed run and up, more slowly, with one that passed:
a failed run has cost all of its tokens. The share itself follows the target only once it is off by more than a band
(hysteresis): runs that pass and fail in turn do not move it to and fro. Both parts keep the order of what goes in, so
more failures never mean a larger share.
"""

from collections.abc import Iterable

UP = 0.01
DOWN = 0.02
BAND = 0.03
"""How far the target may lie from the share."""
RECENT = 50
"""Runs that are looked at, the newest."""


def adapted(configured: float, passed: Iterable[bool], *, lowest: float, highest: float) -> float:
    """The share for the next run, from `lowest` to `highest`, in hundredths.

    `configured`: where it starts. `passed`: how runs ended, oldest first: True passed, False failed or came to
    nothing. Runs that were stopped by a limit, the network or the user say nothing of quality and are left out.
    """
    share = target = _within(configured, lowest, highest)
    for good in tuple(passed)[-RECENT:]:
        target = _within(target + (UP if good else -DOWN), lowest - BAND, highest + BAND)
        # Rounded, so that sums of hundredths are what they look like.
        target = round(target, 6)
        share = _within(share, target - BAND, target + BAND)
    return _within(round(share, 2), lowest, highest)


def _within(value: float, lowest: float, highest: float) -> float:
    return min(max(value, lowest), highest)
