"""What optimisations saved, from what was counted in each run: tokens sent, and tokens that were not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adw.domain.flags import Flag
from adw.domain.usage_results import Saving

HOW = {
    Flag.SNAPSHOTS: "the same actions replayed with full history and as ADW sends them, both counted here (see "
    "`adw context ablate`)",
    Flag.EXTERNAL_CHECKS: "raw output of each check, once, cut where a tool result is cut, beside the reports sent",
}
"""The optimisations of which a run's files tell what would have been sent instead."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One optimisation in one run."""

    flag: Flag
    before: int
    after: int


def savings(counted: Iterable[Counted]) -> tuple[Saving, ...]:
    """A line for each optimisation that was counted in some run."""
    found: dict[Flag, list[Counted]] = {}
    for one in counted:
        found.setdefault(one.flag, []).append(one)
    return tuple(_saving(flag, found[flag]) for flag in HOW if flag in found)


def _saving(flag: Flag, counted: Sequence[Counted]) -> Saving:
    before, after = sum(one.before for one in counted), sum(one.after for one in counted)
    saved = 1 - after / before if before else 0.0
    return Saving(flag.value, len(counted), before, after, saved, HOW[flag])


def not_counted() -> tuple[str, ...]:
    """For these another run is the only measure: `adw usage report` shows runs with and without them."""
    return tuple(flag.value for flag in Flag if flag not in HOW)
