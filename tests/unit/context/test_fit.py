"""The fitting of sections against a search through all choices."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.fit import fit
from adw.domain.section import Exclusion, Priority, Section, Zone
from adw.errors import BudgetExceeded

_PLAIN = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(Priority)),
    max_size=7,
).map(
    # Names and texts of their own: nothing here is stale or a duplicate.
    lambda drawn: tuple(
        Section(f"s{place}", chr(ord("a") + place) * size, priority)
        for place, (size, priority) in enumerate(drawn)
        if size
    )
)
_ANY = st.lists(
    st.builds(
        Section,
        name=st.text("abc", min_size=1, max_size=2),
        text=st.text("xy", max_size=8),
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


@given(_PLAIN, st.integers(0, 50))
def test_nothing_is_left_out_for_what_matters_less(sections: tuple[Section, ...], room: int) -> None:
    critical = sum(len(section.text) for section in sections if section.priority is Priority.CRITICAL)
    if critical > room:
        with pytest.raises(BudgetExceeded):
            fit(sections, len, room)
        return
    assert fit(sections, len, room).kept == _best(sections, room)


@given(_ANY, st.integers(0, 50))
def test_every_section_is_kept_or_left_out_with_its_reason(sections: tuple[Section, ...], room: int) -> None:
    try:
        fitted = fit(sections, len, room)
    except BudgetExceeded:
        return
    names = [*(one.name for one in fitted.kept), *(one.name for one in fitted.excluded)]
    assert sorted(names) == sorted(one.name for one in sections)
    assert {one.reason for one in fitted.excluded} <= {"budget", "duplicate", "stale", "low_priority"}
    assert fitted.tokens == tuple(len(one.text) for one in fitted.kept)
    assert sum(fitted.tokens) <= room


@given(_ANY, st.integers(0, 50))
def test_no_name_and_no_text_is_sent_twice_and_none_of_the_newest_texts_is_lost(
    sections: tuple[Section, ...], room: int
) -> None:
    try:
        fitted = fit(sections, len, room)
    except BudgetExceeded:
        return
    assert len({one.name for one in fitted.kept}) == len({one.text for one in fitted.kept}) == len(fitted.kept)
    newest = {one.name: one.text for one in sections}
    assert {one.text for one in fitted.kept} <= set(newest.values())
    if sum(map(len, newest.values())) <= room:
        assert {one.text for one in fitted.kept} == set(newest.values())


@given(_ANY, st.integers(0, 50))
def test_the_same_sections_fit_the_same_way_every_time(sections: tuple[Section, ...], room: int) -> None:
    try:
        assert fit(sections, len, room) == fit(sections, len, room)
    except BudgetExceeded:
        return


def test_each_reason_says_what_happened() -> None:
    sections = (
        Section("file a", "old view", Priority.HIGH),
        Section("issue", "i" * 10, Priority.CRITICAL),
        Section("file a", "a" * 60, Priority.LOW),
        Section("copy", "i" * 10, Priority.MEDIUM),
        Section("huge", "h" * 95, Priority.HIGH),
        Section("notes", "n" * 40, Priority.LOW),
    )
    fitted = fit(sections, len, 100)
    assert [(one.name, len(one.text)) for one in fitted.kept] == [("issue", 10), ("file a", 60)]
    assert fitted.excluded == (
        Exclusion("file a", "stale", 8),
        Exclusion("copy", "duplicate", 10),
        Exclusion("huge", "budget", 95),
        Exclusion("notes", "low_priority", 40),
    )


def test_an_equal_that_came_first_is_no_reason_to_call_it_low() -> None:
    sections = (Section("a", "a" * 60, Priority.LOW), Section("b", "b" * 60, Priority.LOW))
    assert fit(sections, len, 100).excluded == (Exclusion("b", "budget", 60),)


def test_what_stands_for_another_matters_as_much() -> None:
    sections = (
        Section("low", "same", Priority.LOW),
        Section("other", "x" * 98, Priority.HIGH),
        Section("critical", "same", Priority.CRITICAL),
    )
    assert [one.name for one in fit(sections, len, 100).kept] == ["low"]


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


def test_turns_push_out_what_matters_least_but_nothing_critical() -> None:
    sections = (
        Section("issue", "i" * 40, Priority.CRITICAL),
        Section("file a", "a" * 20, Priority.HIGH),
        Section("file b", "b" * 20, Priority.LOW),
    )
    kept = [[one.name for one in fit(sections, len, 100, taken).kept] for taken in (20, 40, 41, 90, 1_000)]
    assert kept == [["issue", "file a", "file b"], ["issue", "file a"], ["issue"], ["issue"], ["issue"]]


def test_reports_of_several_checks_stand_beside_each_other() -> None:
    tests, build = (Section("report", text, Priority.CRITICAL, Zone.REPORT) for text in ("tests", "build"))
    assert fit((tests, build, tests), len, 100).kept == (tests, build)
