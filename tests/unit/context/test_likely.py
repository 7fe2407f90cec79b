import pytest

from adw.context.likely import likely_files
from adw.domain.report import Failure, Report, Summary

_FILES = (
    ".env.sample",
    "Makefile",
    "README.md",
    "docs/cart.md",
    "shop/__init__.py",
    "shop/cart.py",
    "shop/voucher.py",
    "tests/test_cart.py",
    "tests/voucher_test.py",
    "tools/run",
)


def _report(*failures: tuple[str, str]) -> Report:
    found = tuple(Failure(name, loc, "ASSERT_FAIL", "m") for name, loc in failures)
    return Report("test", "pytest", ok=False, exit_code=1, summary=Summary(), failures=found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Look at shop/cart.py.", ["shop/cart.py"]),
        ("Look at `./shop/cart.py:14`", ["shop/cart.py"]),
        ("/home/me/project is where shop/cart.py lies", ["shop/cart.py"]),
        ("../shop/cart.py", ["shop/cart.py"]),
        ("only cart.py", ["shop/cart.py"]),
        ("art.py is another", []),
        ("the module shop.cart", ["shop/cart.py"]),
        ("sho.p.x.y()", []),
        ("p.q.total()", ["a/p/q.py"]),
        ("p.q", ["a/p/q.py"]),
        ("copy .env.sample first", [".env.sample"]),
        ("tools/run is broken", ["tools/run"]),
        ("please run it", []),
    ],
)
def test_files_that_the_issue_names(text: str, found: list[str]) -> None:
    files = (*(path for path in _FILES if path != "docs/cart.md"), "a/p/q.py")
    assert likely_files(text, None, files) == tuple(found)


def test_a_word_of_the_issue_may_be_a_file_s_stem() -> None:
    assert likely_files("The Voucher is ignored", None, _FILES) == ("shop/voucher.py",)
    assert likely_files("A car is none", None, _FILES) == ()


def test_failing_tests_come_with_the_modules_that_they_are_named_after() -> None:
    report = _report(
        ("tests/test_cart.py::test_total", "tests/test_cart.py:4"),
        ("tests/voucher_test.py::test_none", "gone/away.py:3:1"),
    )
    assert likely_files("", report, _FILES) == (
        "docs/cart.md",
        "shop/cart.py",
        "shop/voucher.py",
        "tests/test_cart.py",
        "tests/voucher_test.py",
    )


def test_the_strongest_sign_comes_first_and_each_file_once() -> None:
    report = _report(("tests/test_cart.py::test_total", "tests/test_cart.py:4"))
    found = likely_files("shop/voucher.py, README, cart", report, _FILES)
    assert found == ("shop/voucher.py", "docs/cart.md", "shop/cart.py", "tests/test_cart.py", "README.md")


def test_no_more_than_most() -> None:
    files = tuple(f"a/module_{number}.py" for number in range(20))
    text = " ".join(files)
    assert likely_files(text, None, files, most=3) == files[:3]
    assert len(likely_files(text, None, files)) == 8


@pytest.mark.parametrize("word", ["a" * 200_000, "a/" * 100_000, "a." * 100_000, "./" * 100_000])
def test_a_pasted_word_without_end_takes_no_longer_than_its_length(word: str) -> None:
    """With a quadratic pattern this would outlast the test run's own time limit."""
    assert likely_files(f"{word} shop/cart.py", None, ("shop/cart.py",)) == ("shop/cart.py",)
