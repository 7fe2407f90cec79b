"""The margin between what is counted and what is billed."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.usage import Usage
from adw.quota.drift import RECENT, UNMEASURED, Sample, margin, samples_of, with_margin
from tests.fakes.entries import entry

_SAMPLES = st.lists(st.builds(Sample, st.integers(1, 200_000), st.integers(1, 300_000)), max_size=30)
_LARGE = Sample(100_000, 100_000)


def test_of_a_model_that_was_never_billed_a_seventh_more_is_expected() -> None:
    assert margin([]) == UNMEASURED == 1.15


def test_one_bill_above_the_margin_widens_it_at_once() -> None:
    assert margin([Sample(1_000, 1_300)]) == 1.3


def test_ten_large_bills_that_agree_narrow_it() -> None:
    assert margin([_LARGE] * 9) == UNMEASURED
    assert margin([_LARGE] * 10) == pytest.approx(1.015, abs=0.001)


def test_small_requests_do_not_narrow_it_because_their_frames_hide_the_truth() -> None:
    assert margin([Sample(2_000, 1_150)] * RECENT) == UNMEASURED


def test_counts_from_above_are_not_made_smaller() -> None:
    assert margin([Sample(100_000, 50_000)] * 10) == 1.0


def test_what_was_billed_long_ago_no_longer_counts() -> None:
    assert margin([Sample(100_000, 140_000), *[_LARGE] * RECENT]) < UNMEASURED


def test_a_bill_that_cannot_be_does_not_stop_every_run() -> None:
    assert margin([Sample(10, 100_000)]) == 2.0


@given(
    factor=st.floats(1.0, 1.15),
    truths=st.lists(st.tuples(st.integers(100, 150_000), st.integers(0, 1_500)), min_size=1, max_size=40),
)
def test_no_bill_of_a_steady_factor_is_ever_above_the_count_with_its_margin(
    factor: float, truths: list[tuple[int, int]]
) -> None:
    """Whatever part of the frames is billed, and in whatever order small and large requests come."""
    seen: list[Sample] = []
    for truth, frames in truths:
        counted, billed = truth + frames, math.floor(truth * factor)
        assert billed <= with_margin(counted, margin(seen))
        seen.append(Sample(counted, billed))


@given(_SAMPLES)
def test_it_stays_within_its_bounds_and_above_every_recent_bill(samples: list[Sample]) -> None:
    found = margin(samples)
    assert 1.0 <= found <= 2.0
    assert found == 2.0 or all(one.least <= found for one in samples)


@given(_SAMPLES, st.integers(1, 100_000))
def test_a_dearer_bill_never_narrows_it_below_what_it_shows(samples: list[Sample], counted: int) -> None:
    assert margin([*samples, Sample(counted, int(counted * 1.2))]) >= int(counted * 1.2) / counted


def test_only_answered_calls_with_both_figures_are_samples() -> None:
    good = entry("a", Usage(fresh=60, cache_read=30, cache_write_5m=10, output=7))
    failed = replace(good, outcome="model_error")
    entries = [good, failed, replace(good, counted_input=0), replace(good, usage=Usage(output=5))]
    assert samples_of(entries) == (Sample(90, 100),)
