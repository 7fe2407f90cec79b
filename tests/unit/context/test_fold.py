"""When folding pays, against the best schedule that hindsight allows."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.fold import FoldRule
from adw.domain.weights import COST, ITPM, RAW, Weights

_WEIGHTS = st.sampled_from([RAW, ITPM, COST, Weights(cache_read=0.5, cache_write=2.0)])


def _schedule(weights: Weights, sizes: list[tuple[int, int]]) -> list[bool]:
    """What the rule decides before each call; `sizes`: tokens of the turns added, and what a fold leaves of them."""
    rule, decided, history, folded = FoldRule(weights), [], 0, 0
    for added, kept in sizes:
        history, folded = history + added, folded + kept
        if rule.pays(history, folded):
            rule, history = rule.folded(), folded
            decided.append(True)
        else:
            rule = rule.kept(history, folded)
            decided.append(False)
    return decided


def _cost(weights: Weights, sizes: list[tuple[int, int]], decided: list[bool]) -> float:
    """What a schedule costs beyond what no schedule can avoid: the longer history read, and the folds."""
    total, history, folded = 0.0, 0, 0
    for (added, kept), is_folded in zip(sizes, decided, strict=True):
        history, folded = history + added, folded + kept
        if is_folded:
            total += max(0.0, weights.cache_write - weights.cache_read) * folded
            history = folded
        total += weights.cache_read * (history - folded)
    return total


_SIZES = st.lists(
    st.integers(0, 60).flatmap(lambda added: st.tuples(st.just(added), st.integers(0, added))), max_size=9
)


@given(_SIZES)
def test_where_all_tokens_count_alike_every_fold_that_helps_is_made_at_once(sizes: list[tuple[int, int]]) -> None:
    assert _cost(RAW, sizes, _schedule(RAW, sizes)) == 0.0


@given(_SIZES)
def test_where_reading_the_cache_is_free_nothing_is_folded_that_would_be_written_again(
    sizes: list[tuple[int, int]],
) -> None:
    positive = [(added + 1, kept + 1) for added, kept in sizes]
    assert not any(_schedule(ITPM, positive))


def test_waiting_is_paid_for_until_it_has_cost_what_a_fold_costs() -> None:
    rule = FoldRule(COST)
    calls = 0
    while not rule.pays(10_000, 1_000):
        rule = rule.kept(10_000, 1_000)
        calls += 1
    assert calls == 1  # 900 a call for waiting; a fold costs 1,150
    assert rule.folded().waited == 0.0


def test_a_record_that_is_no_shorter_is_no_gain() -> None:
    assert not FoldRule(RAW).pays(100, 100)
    assert FoldRule(RAW).kept(50, 100).waited == 0.0


@given(_WEIGHTS, st.integers(1, 50), st.integers(0, 50), st.integers(1, 12))
def test_one_fold_costs_at_most_twice_the_best_that_hindsight_allows(
    weights: Weights, excess: int, folded: int, calls: int
) -> None:
    """The ski rental problem, where the turns come at once and then only calls follow."""
    sizes = [(folded + excess, folded), *[(0, 0)] * (calls - 1)]

    @cache
    def best(call: int, *, is_folded: bool) -> float:
        if call == calls:
            return 0.0
        if is_folded:
            return best(call + 1, is_folded=True)
        once = max(0.0, weights.cache_write - weights.cache_read) * folded
        return min(weights.cache_read * excess + best(call + 1, is_folded=False), once + best(call + 1, is_folded=True))

    spent = _cost(weights, sizes, _schedule(weights, sizes))
    assert spent == pytest.approx(best(0, is_folded=False), rel=1.0, abs=1e-6)


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 200)), min_size=1, max_size=40), st.floats(0.5, 0.97))
def test_no_fold_brings_the_hit_rate_below_its_floor(turns: list[tuple[int, int]], floor: float) -> None:
    rule, opening, history = FoldRule(COST, min_hit_rate=floor), 5_000, 0
    read = written = 0
    for number, (last, record) in enumerate(turns):
        history += last
        folded = record + last
        if rule.pays(history, folded, last, opening):
            rule = rule.folded(folded, opening)
            read, written, history = read + opening, written + folded, folded
            assert read / (read + written + opening) >= floor
        else:
            rule = rule.kept(history, folded, last, opening)
            read, written = read + opening + history - last, written + last
        assert (rule.read, rule.written) == (read, written + opening), f"call {number}"


def test_a_floor_says_nothing_where_all_tokens_count_alike() -> None:
    assert FoldRule(RAW, min_hit_rate=0.99).pays(10_000, 1_000, 500, 2_000)
