"""The fitting of sections against a search through all choices."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.fit import fit
from adw.domain.section import Exclusion, Priority, Section
from adw.errors import BudgetExceeded

_SECTIONS = st.lists(
    st.builds(
        Section,
        name=st.text("abc", min_size=1, max_size=2),
        text=st.integers(0, 12).map("x".__mul__),
        priority=st.sampled_from(Priority),
    ),
    max_size=7,
).map(tuple)


def _ranks(sections: tuple[Section, ...]) -> list[int]:
    """Places in the order in which they have a right to stay: by priority, the earlier first."""
    return sorted(range(len(sections)), key=lambda place: (-sections[place].priority, place))


def _best(sections: tuple[Section, ...], room: int) -> tuple[Section, ...]:
    """By brute force: of all choices that fit, the one that keeps the foremost, then the next, and so on."""
    ranks = _ranks(sections)
    choices = (
        choice
        for choice in product((True, False), repeat=len(ranks))
        if sum(len(sections[place].text) for place, kept in zip(ranks, choice, strict=True) if kept) <= room
    )
    best = max(choices)
    kept = {place for place, is_kept in zip(ranks, best, strict=True) if is_kept}
    return tuple(section for place, section in enumerate(sections) if place in kept)


@given(_SECTIONS, st.integers(0, 50))
def test_nothing_is_left_out_for_what_matters_less(sections: tuple[Section, ...], room: int) -> None:
    critical = sum(len(section.text) for section in sections if section.priority is Priority.CRITICAL)
    if critical > room:
        with pytest.raises(BudgetExceeded):
            fit(sections, len, room)
        return
    assert fit(sections, len, room).kept == _best(sections, room)


@given(_SECTIONS, st.integers(0, 50))
def test_every_section_is_kept_or_left_out_with_its_reason(sections: tuple[Section, ...], room: int) -> None:
    try:
        fitted = fit(sections, len, room)
    except BudgetExceeded:
        return
    left_out = sorted((Exclusion(one.name, "budget", len(one.text)) for one in sections), key=repr)
    for one in fitted.kept:
        left_out.remove(Exclusion(one.name, "budget", len(one.text)))
    assert sorted(fitted.excluded, key=repr) == left_out
    assert sum(len(one.text) for one in fitted.kept) <= room


def test_critical_sections_that_do_not_fit_are_an_error_with_the_numbers() -> None:
    sections = (
        Section("issue", "x" * 60, Priority.CRITICAL),
        Section("file", "x", Priority.HIGH),
        Section("diff", "x" * 70, Priority.CRITICAL),
    )
    with pytest.raises(BudgetExceeded, match="'diff' needs 70 tokens, 40 of 100 are left") as caught:
        fit(sections, len, 100)
    error = caught.value
    assert (error.asked, error.left, error.utilization) == (70, 40, 1.3)


def test_no_room_at_all_is_an_error_too() -> None:
    with pytest.raises(BudgetExceeded, match="0 of -5 are left") as caught:
        fit((Section("issue", "x", Priority.CRITICAL),), len, -5)
    assert (caught.value.left, caught.value.utilization) == (0, 1.0)
