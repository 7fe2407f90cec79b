import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.messages import ModelRequest
from adw.errors import BudgetExceeded, ConfigError
from adw.quota.window import check_window, room_for_sections


def _request(max_tokens: int) -> ModelRequest:
    return ModelRequest("claude-test", (), (), (), max_tokens)


@given(
    counted=st.integers(0, 10**6),
    max_tokens=st.integers(1, 10**5),
    window=st.integers(1, 10**6),
    share=st.floats(0.1, 1.0),
)
def test_a_request_passes_exactly_where_input_and_reserved_output_fit_the_safe_share(
    counted: int, max_tokens: int, window: int, share: float
) -> None:
    try:
        check_window(_request(max_tokens), counted, window, share)
        passed = True
    except BudgetExceeded:
        passed = False
    assert passed == (counted + max_tokens <= int(window * share))


def test_the_error_names_the_limit_and_the_value_that_met_it() -> None:
    with pytest.raises(BudgetExceeded, match=r"151,000 tokens .143,000 input, 8,000 reserved.*150,000 .75%") as caught:
        check_window(_request(8_000), 143_000, 200_000, 0.75)
    error = caught.value
    assert (error.asked, error.left, error.utilization) == (151_000, 150_000, 0.755)
    assert error.hint


def test_a_window_that_nobody_knows_is_asked_for_in_the_configuration() -> None:
    with pytest.raises(ConfigError, match="claude-test") as caught:
        check_window(_request(1), 1, None, 0.75)
    assert "context_window" in caught.value.hint


def test_the_margin_for_the_bill_counts_and_is_named() -> None:
    check_window(_request(8_000), 120_000, 200_000, 0.75, 1.15)
    with pytest.raises(
        BudgetExceeded, match=r"150,500 tokens .130,000 input, 12,500 margin for the bill, 8,000 reserved"
    ):
        check_window(_request(8_000), 130_000, 200_000, 0.75, 142.5 / 130)


@given(st.integers(10_000, 10**6), st.floats(0.3, 0.9), st.integers(1, 2_000), st.floats(1.0, 2.0))
def test_what_fills_the_room_passes_the_guard(window: int, share: float, max_tokens: int, margin: float) -> None:
    try:
        room = room_for_sections("claude-test", window, share, max_tokens, margin)
    except BudgetExceeded:
        return
    check_window(_request(max_tokens), room, window, share, margin)


def test_where_output_takes_it_all_there_is_no_room() -> None:
    with pytest.raises(BudgetExceeded, match="leave no room") as caught:
        room_for_sections("claude-test", 10_000, 0.75, 7_000, 1.0)
    assert (caught.value.asked, caught.value.left) == (8_500, 7_500)
    with pytest.raises(ConfigError):
        room_for_sections("claude-test", None, 0.75, 7_000, 1.0)
