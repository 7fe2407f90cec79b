import math
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.usage import Usage
from adw.quota.estimate import TYPICAL, PastRun, Traits, estimate, likeness

ASKED = Traits("review", frozenset({"bug"}), 1_000)


def price(usage):
    return Decimal(usage.input + 5 * usage.output) / 1_000_000


def past(tokens, traits=ASKED):
    return PastRun(traits, Usage(fresh=tokens))


TRAITS = st.builds(
    Traits,
    st.sampled_from(["plan", "review"]),
    st.frozensets(st.sampled_from(["bug", "feature", "docs"])),
    st.integers(0, 100_000),
)
RUNS = st.lists(st.builds(PastRun, TRAITS, st.builds(Usage, *[st.integers(0, 10**9)] * 5)), max_size=12)


@given(TRAITS, RUNS)
def test_an_interval_holds_its_middle_and_costs_follow_it(asked, runs):
    found = estimate(asked, runs, price)
    assert 0 <= found.low <= found.tokens <= found.high
    assert found.usd_low <= found.usd <= found.usd_high
    assert found.runs == sum(run.usage.total > 0 for run in runs)


def test_without_history_it_is_a_wide_default_that_says_so():
    found = estimate(ASKED, [past(0)], price)
    assert (found.tokens, found.runs) == (TYPICAL, 0)
    assert found.high > 20 * found.low


def test_a_model_without_a_price_has_no_cost():
    found = estimate(ASKED, [past(1_000)], lambda _: None)
    assert (found.usd_low, found.usd, found.usd_high) == (None, None, None)


def test_more_runs_alike_make_it_narrower():
    widths = [
        math.log(found.high / found.low)
        for found in (estimate(ASKED, [past(10_000)] * runs, price) for runs in (1, 2, 5, 20, 100))
    ]
    assert widths == sorted(widths, reverse=True)
    assert estimate(ASKED, [past(10_000)] * 3, price).tokens == 10_000


def test_similar_runs_weigh_more():
    other = Traits("plan", frozenset({"docs"}), 40_000)
    alike = estimate(ASKED, [past(1_000), past(100_000, other)], price)
    assert alike.tokens < 3_000


@pytest.mark.parametrize(
    "other",
    [Traits("plan", ASKED.labels, 1_000), Traits("review", frozenset(), 1_000), Traits("review", ASKED.labels, 9_000)],
)
def test_phases_labels_and_length_make_runs_alike(other):
    assert likeness(ASKED, ASKED) == 1.0
    assert 0 < likeness(ASKED, other) == likeness(other, ASKED) < 1


def test_tokens_are_of_the_classes_that_past_runs_had():
    runs = [PastRun(ASKED, Usage(fresh=100, cache_read=900))] * 2
    assert estimate(ASKED, runs, lambda usage: Decimal(usage.cache_read)).usd == 900


@pytest.mark.parametrize("runs", [2, 5, 30])
def test_eight_in_ten_runs_end_inside(runs):
    """Lognormal runs whose length and labels matter, as `docs/usage.md` says of real ones: at least seven in ten."""
    draw = random.Random(runs)  # noqa: S311 - the same again is what is wanted

    def one():
        length, labels = draw.choice([300, 1_000, 4_000]), frozenset(draw.sample(["bug", "docs"], draw.randrange(3)))
        middle = math.log(20_000) + 0.5 * math.log(length / 1_000) + 0.3 * len(labels)
        return past(round(math.exp(draw.gauss(middle, 0.6))), Traits("review", labels, length))

    inside = 0
    for _ in range(300):
        history, new = [one() for _ in range(runs)], one()
        found = estimate(new.traits, history, price)
        inside += found.low <= new.usage.total <= found.high
    assert 0.72 <= inside / 300 <= 0.95
