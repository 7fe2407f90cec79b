"""The schedules that the benchmark compares: the best is the best, and the rule is not far from it."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.weights import COST, ITPM, RAW
from tests.benchmarks.schedules import Bill, Sizes, best, bill, ruled

_SIZES = st.lists(st.tuples(st.integers(1, 90), st.integers(1, 60)), min_size=1, max_size=7).map(
    lambda pairs: Sizes(50, tuple(turn for turn, _ in pairs), (0, 0, *(record for _, record in pairs[2:])))
)
_WEIGHTS = st.sampled_from([RAW, COST, ITPM])


@given(_SIZES, _WEIGHTS)
def test_no_schedule_is_cheaper_than_the_best(of, weights):
    cheapest = bill(of, best(of, weights)).under(weights)
    every = (folds for count in range(of.calls) for folds in combinations(range(2, of.calls), count))
    assert cheapest == pytest.approx(min(bill(of, folds).under(weights) for folds in every))


def test_a_bill_is_the_sum_of_its_calls():
    of = Sizes(100, (10, 20, 30, 40), (0, 0, 5, 6))
    assert bill(of, []) == Bill(0 + 100 + 110 + 130, 100 + 10 + 20 + 30)
    # Before the last call: opening read, a record of 6 and the last turn of 30 written.
    assert bill(of, [3]) == Bill(0 + 100 + 110 + 100, 100 + 10 + 20 + 36)


@given(_SIZES)
def test_the_rule_never_folds_where_reading_is_free(of):
    assert ruled(of, ITPM, 0.0) == []


@given(_SIZES, _WEIGHTS)
def test_the_rule_makes_schedules(of, weights):
    folds = ruled(of, weights, 0.0)
    assert folds == sorted(set(folds))
    assert all(2 <= call < of.calls for call in folds)
