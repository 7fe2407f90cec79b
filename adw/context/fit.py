"""Which sections fit: critical first, then by priority, then in order (SPEC §3, Budget)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from adw.domain.section import Exclusion, Priority, Section, Zone
from adw.errors import BudgetExceeded


@dataclass(frozen=True, slots=True)
class Fitted:
    kept: tuple[Section, ...]
    """In their own order."""
    tokens: tuple[int, ...]
    """Of each that was kept."""
    excluded: tuple[Exclusion, ...]


def fit(sections: tuple[Section, ...], count: Callable[[str], int], room: int, taken: int = 0) -> Fitted:
    """The sections that fit into `room` tokens. Raises BudgetExceeded when the critical ones alone do not.

    The turns of the conversation have `taken` tokens of the room: all but critical sections give way to them.

    What is left out has one of four reasons. `stale`: a later section of the same name shows the thing as it is now (of
    reports there may be several). `duplicate`: another section says the very same. `budget`: it is too large even
    beside the critical sections alone, or what matters as much and stands before it has taken the room.
    `low_priority`: there would have been room for it, but what matters more has taken it.
    """
    current, repeated = _once_each(sections, count)
    costs = {place: count(section.text) for place, section in current.items()}
    kept: set[int] = set()
    excluded: list[Exclusion] = []
    left = room
    for place in sorted(current, key=lambda place: (-current[place].priority, place)):
        section, cost = current[place], costs[place]
        given = 0 if section.priority is Priority.CRITICAL else taken
        if cost <= left - given:
            kept.add(place)
            left -= cost
        elif section.priority is Priority.CRITICAL:
            raise _too_large(section, cost, left, room)
        else:
            outranked = range(section.priority + 1, Priority.CRITICAL)
            lost = sum(costs[other] for other in kept if current[other].priority in outranked)
            reason = "low_priority" if cost <= left - taken + lost else "budget"
            excluded.append(Exclusion(section.name, reason, cost))
    inside = sorted(kept)
    return Fitted(
        kept=tuple(current[place] for place in inside),
        tokens=tuple(costs[place] for place in inside),
        excluded=(*repeated, *excluded),
    )


def _once_each(
    sections: tuple[Section, ...], count: Callable[[str], int]
) -> tuple[dict[int, Section], tuple[Exclusion, ...]]:
    """Sections by their place, without older views and repetitions; and those.

    What stands for another has the priority of the one that mattered more.
    """
    named = [(place, one) for place, one in enumerate(sections) if one.zone is Zone.CONTENT]
    newest = {one.name: place for place, one in named}
    ranks = {one.name: one.priority for _, one in sorted(named, key=lambda entry: entry[1].priority)}
    current: dict[int, Section] = {}
    first_with: dict[str, int] = {}
    repeated: list[Exclusion] = []
    for place, one in enumerate(sections):
        content = one.zone is Zone.CONTENT
        if content and newest[one.name] != place:
            repeated.append(Exclusion(one.name, "stale", count(one.text)))
            continue
        first = first_with.setdefault(one.text, place)
        if first != place:
            repeated.append(Exclusion(one.name, "duplicate", count(one.text)))
        standing = current.get(first, one)
        rank = max(ranks[one.name] if content else one.priority, standing.priority)
        current[first] = replace(standing, priority=rank)
    return current, tuple(repeated)


def _too_large(section: Section, cost: int, left: int, room: int) -> BudgetExceeded:
    return BudgetExceeded(
        f"section {section.name!r} needs {cost:,} tokens, {max(left, 0):,} of {room:,} are left",
        asked=cost,
        left=max(left, 0),
        utilization=(room - left + cost) / room if room > 0 else 1.0,
        hint="a shorter issue, or a model with a larger window",
    )
