"""The safe share of the window, as outcomes move it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adw.quota.adaptive import BAND, DOWN, RECENT, UP, adapted

_RUNS = st.lists(st.booleans(), max_size=80)
_SHARES = st.tuples(st.floats(0.1, 0.9), st.floats(0.1, 0.9)).map(sorted)


def _adapted(*passed: bool, configured: float = 0.75) -> float:
    return adapted(configured, passed, lowest=0.5, highest=0.85)


def test_without_runs_it_is_what_was_configured_within_the_limits() -> None:
    assert _adapted() == 0.75
    assert _adapted(configured=0.9) == 0.85
    assert _adapted(configured=0.2) == 0.5


def test_one_failure_changes_nothing_and_several_lower_it() -> None:
    assert [_adapted(*[False] * number) for number in (1, 2, 3, 5, 50)] == [0.75, 0.74, 0.72, 0.68, 0.5]


def test_it_rises_more_slowly_than_it_falls() -> None:
    assert [_adapted(*[True] * number) for number in (3, 5, 50)] == [0.75, 0.77, 0.85]
    assert UP < DOWN


def test_what_happened_long_ago_no_longer_counts() -> None:
    assert _adapted(*[False] * 100, *[True] * RECENT) == _adapted(*[True] * RECENT)


@given(_RUNS, _SHARES, st.floats(0.1, 0.9))
def test_it_stays_within_its_limits(passed: list[bool], limits: list[float], configured: float) -> None:
    lowest, highest = limits
    assert lowest <= adapted(configured, passed, lowest=lowest, highest=highest) <= highest


@given(_RUNS, st.data())
def test_one_more_failure_never_raises_it(passed: list[bool], data: st.DataObject) -> None:
    if not passed:
        return
    place = data.draw(st.integers(0, len(passed) - 1))
    worse = [*passed[:place], False, *passed[place + 1 :]]
    assert _adapted(*worse) <= _adapted(*passed)


@given(st.floats(0.5, 0.85), _RUNS)
def test_a_higher_start_never_ends_lower(configured: float, passed: list[bool]) -> None:
    lower = adapted(0.5, passed, lowest=0.5, highest=0.85)
    assert adapted(configured, passed, lowest=0.5, highest=0.85) >= lower


@given(_RUNS)
def test_one_run_moves_it_by_no_more_than_its_step(passed: list[bool]) -> None:
    shares = [_adapted(*passed[:number]) for number in range(min(len(passed), RECENT) + 1)]
    for before, after in pairwise(shares):
        assert -DOWN - 1e-9 <= after - before <= UP + 1e-9


@given(st.lists(st.booleans(), max_size=RECENT - 30), st.integers(1, 10))
def test_runs_that_pass_and_fail_in_turn_do_not_move_it_to_and_fro(before: list[bool], times: int) -> None:
    """Two that pass outweigh one that fails: over and over again, the share settles and never turns back.

    As long as all runs are looked at: when old ones drop out, it may.
    """
    shares = [_adapted(*before, *([True, True, False] * times)[:number]) for number in range(3 * times + 1)]
    falls = [after < earlier for earlier, after in pairwise(shares) if after != earlier]
    assert falls == sorted(falls) or falls == sorted(falls, reverse=True)
    assert sum(one != other for one, other in pairwise(falls)) <= 1


def test_the_band_is_wider_than_any_step() -> None:
    assert max(UP, DOWN) < BAND
