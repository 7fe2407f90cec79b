from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from adw.domain.quota import OpenCalls, Quota, Standing
from adw.domain.usage import Usage
from adw.domain.weights import COST, ITPM, RAW, Weights
from adw.quota.allowance import left_of, over_quota
from adw.quota.periods import periods_of
from tests.fakes.entries import NOW, reservation

TOKENS = st.integers(0, 10**12)
WEIGHT = st.floats(0, 100, allow_nan=False).map(lambda value: round(value, 3))


def standings(quota, *, billed=(0, 0), held=0):
    return tuple(
        Standing(period, Usage(fresh=tokens), OpenCalls(input=held))
        for period, tokens in zip(periods_of(quota, NOW), billed, strict=True)
    )


def test_what_fits_to_the_last_token_fits():
    quota = Quota(monthly_tokens=100, daily_tokens=60)
    assert over_quota(reservation("a", 10), quota, standings(quota, billed=(40, 80), held=10)) is None
    over = over_quota(reservation("a", 11), quota, standings(quota, billed=(40, 80), held=10))
    assert over.message == (
        "the next call may count 11 tokens, 10 of the day's quota of 60 are left "
        "(40 used, 10 reserved by calls under way)"
    )
    assert (over.code, over.exit_code) == ("over_quota", 3)


def test_the_way_on_is_the_next_period_or_a_larger_quota():
    quota = Quota(monthly_tokens=100)
    over = over_quota(reservation("a", 101), quota, standings(quota))
    assert over.hint == "`adw resume` from 2026-04-01 00:00 UTC on, or with a larger quota.monthly_tokens in .adw.toml"


def test_no_limit_is_no_limit():
    quota = Quota()
    assert not quota.limited
    assert over_quota(reservation("a", 10**15), quota, standings(quota, billed=(10**15, 10**15))) is None
    assert left_of(quota, standings(quota)) == ()


def test_what_is_left_is_never_less_than_nothing():
    quota = Quota(monthly_tokens=100)
    (left,) = left_of(quota, standings(quota, billed=(0, 250), held=50))
    assert (left.left, left.share_left, left.share_used) == (0, 0.0, 2.5)


def test_weights_are_exact_where_floats_are_not():
    tenths = Weights(fresh=0.1, cache_read=0.2)
    assert tenths.exact(Usage(fresh=3)) == Decimal("0.3")
    assert tenths.exact(Usage(fresh=10**15 + 1, cache_read=1)) == Decimal("100000000000000.3")


def test_the_worst_case_is_the_class_that_counts_most():
    assert RAW.worst(10, 5) == 15
    assert ITPM.worst(10, 5) == 15
    assert COST.worst(100, 10) == 175
    assert Weights(2, 1, 1, 1).worst(100, 10) == 210
    assert Weights(0, 3, 1, 1).worst(100, 10) == 310


@given(
    classes=st.tuples(TOKENS, TOKENS, TOKENS, TOKENS, TOKENS),
    weights=st.builds(Weights, WEIGHT, WEIGHT, WEIGHT, WEIGHT),
)
def test_no_bill_of_a_call_counts_more_than_its_worst_case(classes, weights):
    usage = Usage(*classes)
    assert weights.exact(usage) <= weights.worst(usage.input, usage.output)


def test_periods_know_when_they_end():
    quota = Quota(daily_tokens=1)
    (left,) = left_of(quota, standings(quota))
    assert left.standing.period.end == datetime(2026, 3, 5, tzinfo=UTC)
