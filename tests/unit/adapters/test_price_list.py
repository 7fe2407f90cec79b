from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.adapters import price_list
from adw.adapters.price_list import GenaiPrices
from adw.domain.usage import Usage

DAY = datetime(2026, 11, 1, tzinfo=UTC)
MILLION = 1_000_000


@pytest.fixture(scope="module")
def prices():
    return GenaiPrices({"glm-local": 128_000, "claude-opus-4-8": 150_000})


@pytest.mark.parametrize(
    ("model", "window"),
    [
        ("claude-haiku-4-5", 200_000),
        ("claude-haiku-4-5-20251001", 200_000),
        ("claude-opus-4-7", 1_000_000),
        ("glm-local", 128_000),
        ("claude-opus-4-8", 150_000),
        ("claude-opus-9", None),
        ("nobody-knows-me", None),
    ],
)
def test_a_window_is_the_configured_one_then_the_listed_one(prices, model, window):
    assert prices.context_window(model) == window


# https://platform.claude.com/docs/en/about-claude/pricing: Haiku 4.5 $1 in, $5 out, cache 1.25 / 2 / 0.1 of the input.
@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        (Usage(fresh=MILLION), "1"),
        (Usage(cache_read=MILLION), "0.1"),
        (Usage(cache_write_5m=MILLION), "1.25"),
        (Usage(cache_write_1h=MILLION), "2"),
        (Usage(output=MILLION), "5"),
        (Usage(1, 1, 1, 1, 1), "0.00000935"),
        (Usage(), "0"),
    ],
)
def test_every_class_of_tokens_has_its_price(prices, usage, dollars):
    assert prices.cost("claude-haiku-4-5", usage, DAY) == Decimal(dollars)


def test_a_call_costs_what_was_asked_on_its_day(prices):
    long = Usage(fresh=300_000)
    # Sonnet 4.6 charged double for prompts of over 200,000 tokens until March 13, 2026.
    assert prices.cost("claude-sonnet-4-6", long, datetime(2026, 3, 12, 23, 59, tzinfo=UTC)) == Decimal("1.8")
    assert prices.cost("claude-sonnet-4-6", long, datetime(2026, 3, 13, tzinfo=UTC)) == Decimal("0.9")


def test_cached_tokens_count_towards_the_length_of_a_prompt(prices):
    # Haiku 5.5 charges five times as much for prompts of over 100,000 tokens.
    short = prices.cost("claude-haiku-5-5", Usage(fresh=1000, cache_read=99_000), DAY)
    long = prices.cost("claude-haiku-5-5", Usage(fresh=1000, cache_read=99_001), DAY)
    assert long > 4.9 * float(short)


@pytest.mark.parametrize("model", ["glm-local", "nobody-knows-me", "claude-opus-9", "mistral-ocr-2503"])
def test_what_has_no_price_for_tokens_is_unpriced_not_free(prices, model):
    assert prices.cost(model, Usage(fresh=MILLION), DAY) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("claude-opus-48", "claude-opus-4-8"), ("claud-sonet-5", "claude-sonnet-5"), ("glm", "glm-local")],
)
def test_a_mistyped_model_is_recognised(prices, typed, meant):
    assert prices.similar(typed) == meant


def test_there_is_a_nearest_name_for_anything(prices):
    assert prices.similar("") != ""
    assert prices.similar("гпт") != ""


def test_prices_are_the_packages_own_even_if_another_library_has_fetched_newer_ones():
    from genai_prices.data_snapshot import DataSnapshot, set_custom_snapshot  # noqa: PLC0415

    set_custom_snapshot(DataSnapshot(providers=[], from_auto_update=True))
    try:
        assert GenaiPrices().context_window("claude-haiku-4-5") == 200_000
    finally:
        set_custom_snapshot(None)


TOKENS = st.integers(0, 400_000)
DAYS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.builds(Usage, TOKENS, TOKENS, TOKENS, TOKENS, TOKENS), DAYS, st.sampled_from(range(10_000)))
def test_the_short_way_to_a_cost_ends_where_the_packages_own_does(prices, usage, day, number):
    snapshot = prices._snapshot
    provider = snapshot.find_provider(None, "anthropic", None)
    model = provider.models[number % len(provider.models)]
    long = model.calc_price(price_list._priced(usage), provider, genai_request_timestamp=day).total_price
    assert prices.cost(model.id, usage, day) == long
