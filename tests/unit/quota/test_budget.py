from decimal import Decimal

from adw.quota.budget import Held, over_budget
from tests.fakes.entries import reservation


def check(asked, *, held=0, budget=0, usd="0", held_usd="0", budget_usd="0"):
    return over_budget(
        reservation("a", asked, usd=usd),
        Held(held, Decimal(held_usd)),
        budget_tokens=budget,
        budget_usd=Decimal(budget_usd),
    )


def test_what_fits_to_the_last_token_fits():
    assert check(40, held=60, budget=100) is None
    assert check(0, usd="0.1", held_usd="0.2", budget_usd="0.3") is None


def test_the_error_names_what_was_asked_what_is_left_and_the_limit():
    over = check(52_000, held=88_000, budget=100_000)
    assert over.message == ("the next call may take 52,000 tokens, 12,000 of the run's budget of 100,000 are left")
    assert over.hint == "`adw resume` with a larger --budget-tokens"
    assert (over.asked, over.left, over.utilization, over.unit) == (52_000, 12_000, 1.4, "tokens")


def test_the_error_for_dollars_names_them():
    over = check(0, usd="0.5", held_usd="0.75", budget_usd="1")
    assert over.message == "the next call may cost $0.5000, $0.2500 of the run's budget of $1.00 is left"
    assert (over.asked, over.left, over.utilization, over.unit) == (0.5, 0.25, 1.25, "usd")


def test_a_budget_that_was_passed_already_leaves_nothing_not_less():
    assert check(1, held=150, budget=100).left == 0
    assert check(0, usd="0.1", held_usd="3", budget_usd="1").left == 0


def test_zero_is_no_limit():
    assert check(10**15, usd="1000000", held=10**15) is None
