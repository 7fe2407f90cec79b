"""Context policies by name."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from adw.context.ablation.conversation import Appended, Conversation, CountText, Folded, Masked
from adw.context.ablation.stages import Stage, condensed_words, modified_files_only, truncate_files
from adw.context.record.selection import PRICE
from adw.context.trajectory import Trajectory
from adw.domain.run import Limits
from adw.domain.weights import RAW, Weights
from adw.errors import UsageError

FULL = "full"
ADW = "adw"
UNCACHED = "-stable_prompts"
STAGES: dict[str, Stage] = {
    "truncate_files": truncate_files,
    "modified_files_only": modified_files_only,
    "condensed_words": condensed_words,
}
"""In the order in which the table adds them."""
DEFAULT = (FULL, "mask10", "mask5", "mask1", UNCACHED, *(f"+{name}" for name in STAGES), ADW)
"""The table: what is known, then from full history one optimisation at a time to all."""
_MIN_HIT_RATE = Limits().min_hit_rate
_MASK = re.compile(r"mask([1-9]\d?)")


@dataclass(frozen=True, slots=True)
class Policy:
    """How requests are built from what has happened."""

    name: str
    begin: Callable[[Trajectory, CountText], Conversation]
    """A conversation of its own for a trajectory: only its task may be looked at."""
    breakpoints: bool = True
    """Whether anything is offered to the prompt cache."""


def policy(name: str, weights: Weights = RAW) -> Policy:
    """The policy of that name. `weights` time the folds of `adw`. Raises UsageError.

    `full`; `mask1` to `mask99`; a stage alone (`truncate_files`), or with all stages before it (`+truncate_files`);
    `-stable_prompts`: full history without cache breakpoints; `snapshots`: folds alone; `adw`: what ADW does.
    """
    if name in {ADW, "snapshots"}:
        return folding(name, weights)
    if found := _MASK.fullmatch(name):
        return Policy(name, lambda _trajectory, _count: Masked(int(found[1])))
    stages = _stages(name)
    return Policy(name, lambda _trajectory, _count: Appended(stages), breakpoints=name != UNCACHED)


def folding(name: str, weights: Weights, price: float = PRICE, min_hit_rate: float = _MIN_HIT_RATE) -> Policy:
    """Folds timed by `weights`, whose records buy lines at `price` (probability of use per token)."""
    stages: tuple[Stage, ...] = (truncate_files,) if name == ADW else ()

    def begin(trajectory: Trajectory, count: CountText) -> Conversation:
        opening = count(trajectory.system) + count(trajectory.task)
        return Folded(trajectory.task, weights, count, price, stages, min_hit_rate, opening)

    return Policy(name, begin)


def _stages(name: str) -> tuple[Stage, ...]:
    if name in {FULL, UNCACHED}:
        return ()
    if name in STAGES:
        return (STAGES[name],)
    names = list(STAGES)
    if name.startswith("+") and name[1:] in names:
        return tuple(STAGES[one] for one in names[: names.index(name[1:]) + 1])
    known = ", ".join([FULL, "mask1 … mask10", UNCACHED, *names, *(f"+{one}" for one in names), "snapshots", ADW])
    raise UsageError(f"no policy is called {name!r}", hint=f"there are: {known}")
