import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.usage import Usage

_TOKENS = st.integers(min_value=0, max_value=10**9)
_USAGES = st.builds(Usage, _TOKENS, _TOKENS, _TOKENS, _TOKENS, _TOKENS)


@given(_USAGES)
def test_total_is_fresh_and_cached_and_output(usage: Usage) -> None:
    written = usage.cache_write_5m + usage.cache_write_1h
    assert usage.cache_write == written
    assert usage.total == usage.fresh + usage.cache_read + written + usage.output


@given(_USAGES, _USAGES)
def test_a_sum_adds_every_class_by_itself(one: Usage, other: Usage) -> None:
    both = one + other
    for name in ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output", "total"):
        assert getattr(both, name) == getattr(one, name) + getattr(other, name)


@pytest.mark.parametrize(
    ("usage", "rate"),
    [
        (Usage(), 0.0),
        (Usage(output=50), 0.0),
        (Usage(fresh=10, cache_read=70, cache_write_5m=15, cache_write_1h=5, output=900), 0.7),
    ],
)
def test_the_hit_rate_is_the_share_of_input_that_was_read_from_the_cache(usage: Usage, rate: float) -> None:
    assert usage.cache_hit_rate == pytest.approx(rate)
