"""Which sections fit: critical first, then by priority, then in order (SPEC §3, Budget)."""

from collections.abc import Callable
from dataclasses import dataclass

from adw.domain.section import Exclusion, Priority, Section
from adw.errors import BudgetExceeded


@dataclass(frozen=True, slots=True)
class Fitted:
    kept: tuple[Section, ...]
    """In their own order."""
    tokens: tuple[int, ...]
    """Of each that was kept."""
    excluded: tuple[Exclusion, ...]


def fit(sections: tuple[Section, ...], count: Callable[[str], int], room: int) -> Fitted:
    """The sections that fit into `room` tokens. Raises BudgetExceeded when the critical ones alone do not."""
    costs = [count(section.text) for section in sections]
    by_priority = sorted(range(len(sections)), key=lambda place: -sections[place].priority)
    kept: set[int] = set()
    excluded: list[Exclusion] = []
    left = room
    for place in by_priority:
        section, cost = sections[place], costs[place]
        if cost <= left:
            kept.add(place)
            left -= cost
        elif section.priority is Priority.CRITICAL:
            raise BudgetExceeded(
                f"section {section.name!r} needs {cost:,} tokens, {max(left, 0):,} of {room:,} are left",
                asked=cost,
                left=max(left, 0),
                utilization=(room - left + cost) / room if room > 0 else 1.0,
                hint="a shorter issue, or a model with a larger window",
            )
        else:
            excluded.append(Exclusion(section.name, "budget", cost))
    inside = sorted(kept)
    return Fitted(
        kept=tuple(sections[place] for place in inside),
        tokens=tuple(costs[place] for place in inside),
        excluded=tuple(excluded),
    )
