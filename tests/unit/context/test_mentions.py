import pytest

from adw.context.mentions import CALLED, PLAIN, QUOTED, mentions, parts_of


@pytest.mark.parametrize(
    ("text", "name", "sure"),
    [
        ("the total is wrong", "total", PLAIN),
        ("`total` is wrong", "total", CALLED),
        ("``total`` is wrong", "total", CALLED),
        ("`total + tax` is wrong", "total", QUOTED),
        ("```\nprint(x)\ntotal = 3\n```", "total", QUOTED),
        ("total() is wrong", "total", CALLED),
        ("total(3, 4) is wrong", "total", CALLED),
        ("order_total is wrong", "order_total", CALLED),
        ("_total is wrong", "_total", CALLED),
        ("OrderTotal is wrong", "OrderTotal", CALLED),
        ("orderTotal is wrong", "orderTotal", CALLED),
        ("ORDER_TOTAL is wrong", "ORDER_TOTAL", CALLED),
        ("Total is wrong", "Total", PLAIN),
        ("first total, then `total`", "total", CALLED),
        ("first `total`, then total", "total", CALLED),
    ],
)
def test_how_surely_a_word_is_the_name_of_code(text: str, name: str, sure: float) -> None:
    assert mentions(text).names[name] == sure


def test_words_of_one_or_two_letters_are_names_only_where_they_are_called() -> None:
    assert set(mentions("f of x, `g`, fo(3)").names) == {"fo"}


def test_words_are_counted_with_the_parts_of_names_and_without_common_ones() -> None:
    found = mentions("\n\nThe HTTPServer should parse_header of the header; see parseHeader2")
    assert found.words == {"http": 3, "server": 3, "parse": 6, "header": 9}


def test_words_of_the_title_count_more_than_those_below() -> None:
    found = mentions("\nWrong voucher\n\nThe voucher of a customer")
    assert found.words == {"wrong": 3, "voucher": 6, "customer": 1}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("parse_header", ["parse", "header"]),
        ("parseHTTPHeader", ["parse", "http", "header"]),
        ("__init__", ["init"]),
        ("get_value", []),
        ("x2y", []),
        ("sha256sum", ["sha", "256", "sum"]),
        ("tax_of_tax", ["tax"]),
    ],
)
def test_a_name_s_parts(name: str, parts: list[str]) -> None:
    assert parts_of(name) == parts


def test_names_with_dots_are_taken_apart_once() -> None:
    found = mentions("shop.cart.total fails, Shop::Order#pay too; shop.cart.total. End.")
    assert found.qualified == (("shop", "cart", "total"), ("Shop", "Order", "pay"))


def test_the_surest_names_are_kept_of_very_many() -> None:
    found = mentions(" ".join(f"word{number}x" for number in range(400)) + " `last`")
    assert len(found.names) == 200
    assert next(iter(found.names)) == "last"


def test_only_the_most_frequent_words_are_kept() -> None:
    found = mentions(
        " ".join(f"{'abcdefghij'[number // 10] * 3}{'abcdefghij'[number % 10] * 3}" for number in range(100))
    )
    assert len(found.words) == 60


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    assert "far_behind" not in mentions("x " * 50_000 + "far_behind").names


@pytest.mark.parametrize("text", ["", "...", "`", "```", "\0", "ÄÖÜ", "( ) :: #"])
def test_a_text_without_names_says_nothing(text: str) -> None:
    assert (dict(mentions(text).names), mentions(text).qualified) == ({}, ())


@pytest.mark.parametrize("text", ["a_" * 50_000, "`a" * 50_000])
def test_a_pasted_word_without_end_takes_no_longer_than_its_length(text: str) -> None:
    """With a quadratic pattern this would outlast the test run's own time limit."""
    assert len(mentions(text).names) < 3
