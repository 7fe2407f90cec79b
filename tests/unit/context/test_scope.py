import pytest

from adw.context.scope import in_scope
from adw.domain.plan import Plan
from adw.domain.report import Failure, Report, Summary

_NAMES = (
    "tests/test_cart.py::test_total",
    "tests/test_cart.py::TestCart::test_add[one]",
    "tests/test_cart.py::TestCart::test_add[two-2]",
    "tests/unit/test_voucher.py::test_total_of_nothing",
    "test_root.py::test_root",
)


def _report(*new: str) -> Report:
    failures = tuple(Failure(name, "", "ASSERT_FAIL", "m") for name in _NAMES)
    return Report("test", "pytest", ok=False, exit_code=1, summary=Summary(), failures=failures, new=new)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nothing is named here", []),
        ("`tests/test_cart.py::test_total` fails.", [0]),
        ("test_cart.py::test_total fails", [0]),
        ("test_total is red", [0]),
        ("Why does test_add fail?", [1, 2]),
        ("see tests/test_cart.py::TestCart::test_add[two-2]", [2]),
        ("see tests/test_cart.py::TestCart", [1, 2]),
        ("see tests/test_cart.py::TestCart::test_add", [1, 2]),
        ("see (./tests/test_cart.py).", [0, 1, 2]),
        ("at tests/test_cart.py:42: AssertionError", [0, 1, 2]),
        ("test_voucher.py", [3]),
        ("all of cart.py", []),
        ("test_tot is no whole name", []),
        ("my_test_total neither", []),
    ],
)
def test_the_issue_means_tests_by_name_file_class_or_function(text: str, meant: list[int]) -> None:
    assert in_scope(_report(), text, None) == tuple(sorted(_NAMES[place] for place in meant))


@pytest.mark.parametrize(
    ("planned", "meant"),
    [
        ("", []),
        ("tests/unit", [3]),
        ("tests/test_cart.py", [0, 1, 2]),
        ("./tests/test_cart.py", [0, 1, 2]),
        ("tests/test_cart.py::TestCart::test_add[one]", [1]),
        ("tests/test_cart.py::test_tot", []),
        ("tests", [0, 1, 2, 3]),
        ("test", []),
    ],
)
def test_the_plan_means_tests_by_names_or_their_beginnings(planned: str, meant: list[int]) -> None:
    plan = Plan("summary", (), tests=(planned,))
    assert in_scope(_report(), "", plan) == tuple(sorted(_NAMES[place] for place in meant))


def test_what_is_new_counts_whoever_names_it() -> None:
    assert in_scope(_report(_NAMES[4]), "", None) == (_NAMES[4],)


def test_what_failed_before_and_nobody_names_does_not_count() -> None:
    assert in_scope(_report(), "", Plan("summary", ())) == ()


@pytest.mark.parametrize("word", ["a" * 200_000, "test" * 50_000, "tests/" * 30_000, "test_" * 40_000 + "."])
def test_a_pasted_word_without_end_takes_no_longer_than_its_length(word: str) -> None:
    """With a quadratic pattern this would outlast the test run's own time limit."""
    assert in_scope(_report(), f"{word} test_root.py::test_root", None) == ("test_root.py::test_root",)
