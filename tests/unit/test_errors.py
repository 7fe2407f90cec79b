"""The tree drawn in the docstring of adw.errors is the tree of its classes."""

import re
from inspect import getmembers, isclass

import pytest

from adw import errors
from adw.domain.run import Outcome
from adw.domain.usage import Usage

_LINE = re.compile(r"^(?P<bars>[│├└─ ]*)(?P<name>[A-Z]\w+)(?:\s+(?P<code>[a-z_]+)\s+exit (?P<exit>\d+)\s+\S.*)?$")


def _drawn() -> dict[str, tuple[str, str, int]]:
    """Parent, code and exit code by class name, as drawn."""
    found: dict[str, tuple[str, str, int]] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        depth = len(match["bars"]) // 4
        if depth:
            found[match["name"]] = (above[depth - 1], match["code"], int(match["exit"]))
        above[depth:] = [match["name"]]
    return found


def _classes() -> dict[str, type[errors.AdwError]]:
    return {
        name: one
        for name, one in getmembers(errors, isclass)
        if issubclass(one, errors.AdwError) and one is not errors.AdwError
    }


def test_the_drawing_shows_every_class_under_its_parent_with_its_code_and_exit_code() -> None:
    made = {name: (one.__bases__[0].__name__, one.code, one.exit_code) for name, one in _classes().items()}
    assert _drawn() == made


def test_codes_are_unique() -> None:
    codes = [one.code for one in _classes().values()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("outcome", "exit_code"),
    [
        (Outcome.OVER_BUDGET, 3),
        (Outcome.OVER_QUOTA, 3),
        (Outcome.CHECK_ERROR, 6),
        (Outcome.CANCELLED, 130),
    ],
)
def test_an_outcome_that_an_error_brings_has_one_exit_code(outcome: Outcome, exit_code: int) -> None:
    assert {one.exit_code for one in _classes().values() if one.outcome is outcome} == {exit_code}


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = errors.UsageError("no such issue", hint="name a file")
    assert (str(error), error.message, error.hint) == ("no such issue", "no such issue", "name a file")


def test_a_budget_s_error_carries_the_numbers() -> None:
    error = errors.BudgetExceeded("too much", asked=30, left=10, utilization=1.5, unit="usd", hint="less")
    assert (error.asked, error.left, error.utilization, error.unit, error.hint) == (30, 10, 1.5, "usd", "less")


def test_a_model_s_error_carries_what_was_billed() -> None:
    assert errors.ModelError("cut").usage == Usage()
    error = errors.ReplayMismatch("other", usage=Usage(output=3), retried=True)
    assert (error.usage.output, error.retried) == (3, True)
