from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.mentions import mentions
from adw.context.ranking import Definers, Evidence, is_test, rank
from adw.domain.symbols import FileSymbols, RepoSymbols
from tests.support.symbols import symbols_of

SHOP = {
    "README.md": "",
    "shop/__init__.py": "",
    "shop/cart.py": "from shop.price import net\n\ndef total(items): return sum(net(one) for one in items)\n",
    "shop/mail.py": "def send(text): pass\n",
    "shop/price.py": "from shop.tax import rate\n\ndef net(item): return item * rate()\n",
    "shop/tax.py": "def rate(): return 2\n",
    "tests/test_cart.py": "from shop.cart import total\n\ndef test_total(): assert total([]) == 0\n",
    "tests/test_mail.py": "from shop.mail import send\n\ndef test_send(): send('')\n",
}


def _ranked(
    text: str,
    files: Mapping[str, str] = SHOP,
    *,
    named: tuple[str, ...] = (),
    failing: tuple[str, ...] = (),
) -> dict[str, float]:
    repo = symbols_of(files)
    return rank(repo, Definers(repo), tuple(sorted(files)), Evidence(mentions(text), named, failing))


def _first(text: str, files: Mapping[str, str] = SHOP, **evidence: tuple[str, ...]) -> str:
    return next(iter(_ranked(text, files, **evidence)))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("`total` forgets the first", "shop/cart.py"),
        ("send() does nothing", "shop/mail.py"),
        ("what is net of it?", "shop/price.py"),
        ("nothing about mails, but about the mail", "shop/mail.py"),
        ("see the readme", "README.md"),
    ],
)
def test_a_file_whose_names_or_path_the_issue_has_comes_first(text: str, path: str) -> None:
    assert _first(text) == path


def test_what_the_title_speaks_of_comes_before_what_the_text_does() -> None:
    assert _first("`net` is wrong\n\n`total` calls it") == "shop/price.py"
    assert _first("`total` is wrong\n\nit calls `net`") == "shop/cart.py"


def test_a_path_that_the_issue_names_comes_before_all_else() -> None:
    assert _first("`total` and `net` are wrong: cart, price", named=("shop/mail.py",)) == "shop/mail.py"


def test_where_it_fails_comes_first_be_it_a_test() -> None:
    assert _first("it fails", failing=("tests/test_mail.py",)) == "tests/test_mail.py"


def test_a_test_that_does_not_fail_comes_behind_what_it_tests() -> None:
    order = list(_ranked("total"))
    assert order.index("shop/cart.py") < order.index("tests/test_cart.py")


def test_importance_goes_on_to_what_is_used_and_from_there_on() -> None:
    found = _ranked("", named=("shop/cart.py",))
    assert [path for path in found if "__init__" not in path] == ["shop/cart.py", "shop/price.py", "shop/tax.py"]
    assert sum(found.values()) <= 1.0


def test_a_file_that_is_imported_counts_more_than_one_that_only_has_the_name_too() -> None:
    files = {"a.py": "from tax import rate\nrate()\n", "tax.py": "def rate(): pass\n", "toll.py": "def rate(): pass\n"}
    found = _ranked("", files, named=("a.py",))
    assert list(found) == ["a.py", "tax.py", "toll.py"]
    assert found["tax.py"] > 3 * found["toll.py"]


def test_a_header_is_found_by_what_includes_it() -> None:
    files = {"a.c": '#include "tax/rate.h"\n', "tax/rate.h": "", "tax/toll.h": ""}
    assert list(_ranked("", files, named=("a.c",))) == ["a.c", "tax/rate.h"]


@pytest.mark.parametrize("path", ["tax/__init__.py", "tax/index.js", "tax/mod.rs", "tax/lib.rs"])
def test_a_file_whose_name_says_nothing_is_known_by_its_folder(path: str) -> None:
    assert _first("the tax is wrong", {path: "", "a.py": "", "b.py": ""}) == path
    assert Definers(symbols_of({path: ""})).stems == {path: "tax"}


def test_what_many_files_define_says_nothing_of_any() -> None:
    files = {f"{'abcdefghijk'[number]}.py": "def run(): pass\n" for number in range(11)}
    assert len(Definers(symbols_of(dict(list(files.items())[:10]))).of("run")) == 10
    assert list(Definers(symbols_of(files)).of("run")) == []
    assert list(Definers(symbols_of(files)).of("gone")) == []


def test_a_rare_word_says_more_than_a_frequent_one() -> None:
    files = {f"order/{name}.py": "" for name in ("invoice", "mail", "page", "report")}
    assert _first("the order's invoice", files) == "order/invoice.py"


def test_what_is_used_says_less_than_what_is_defined() -> None:
    files = {"a.py": "voucher_of(1)\n", "b.py": "def voucher_for(): pass\n", "c.py": "pass\n"}
    assert list(_ranked("the voucher", files))[:2] == ["b.py", "a.py"]


def test_a_large_file_has_every_word_so_each_says_less() -> None:
    files = {"big.py": "".join(f"def voucher_{n}(): pass\n" for n in range(99)), "small.py": "def voucher(): pass\n"}
    assert _first("vouch for it", files) == "small.py"


@pytest.mark.parametrize("text", ["", "it does not work", "ÄÖ ü", "\0"])
def test_where_the_issue_says_nothing_the_most_used_comes_first(text: str) -> None:
    files = {
        "a.py": "rate(); price()\n",
        "b.py": "rate()\n",
        "price.py": "def price(): rate()\n",
        "tax.py": "def rate(): pass\n",
    }
    assert list(_ranked(text, files))[:2] == ["tax.py", "price.py"]


def test_nothing_is_ranked_where_there_is_nothing() -> None:
    assert _ranked("total", {}) == {}


def test_files_that_no_parser_knows_are_ranked_by_their_paths() -> None:
    assert list(_ranked("the manual is wrong", {"docs/manual.txt": "", "notes.txt": ""})) == ["docs/manual.txt"]


def test_letters_that_grow_when_they_are_made_small_move_no_word_to_another_file() -> None:
    files = {"İİİİİİ.py": "", "a.py": "", "voucher.py": "", "z.py": ""}
    assert list(_ranked("the voucher", files)) == ["voucher.py"]


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("tests/cart.py", True),
        ("shop/tests/cart.py", True),
        ("test_cart.py", True),
        ("shop/conftest.py", True),
        ("cart_test.go", True),
        ("src/cart.spec.ts", True),
        ("src/__tests__/cart.ts", True),
        ("shop/testimony.py", False),
        ("shop/latest/cart.py", False),
        ("contest.py", False),
    ],
)
def test_tests_are_known_by_folder_or_name(path: str, test: bool) -> None:  # noqa: FBT001
    assert is_test(path) is test


_NAMES = ("cart", "total", "price", "rate", "İx", "run")
_FILE = st.builds(
    lambda names, uses: FileSymbols(" ".join(dict.fromkeys(names)), " ".join(sorted(set(uses))), ""),
    st.lists(st.sampled_from(_NAMES), max_size=4),
    st.lists(st.sampled_from(_NAMES), max_size=4),
)
_PATHS = st.sampled_from([f"{folder}{name}.py" for folder in ("", "shop/", "tests/") for name in (*_NAMES, "__init__")])


@given(st.dictionaries(_PATHS, _FILE, max_size=12), st.sets(_PATHS, max_size=3), st.lists(st.sampled_from(_NAMES)))
def test_importance_is_shared_out_and_the_order_of_files_says_nothing(
    files: dict[str, FileSymbols], others: set[str], words: list[str]
) -> None:
    evidence = Evidence(mentions(" ".join(words)), tuple(sorted(files))[:1], tuple(sorted(files))[1:3])
    found = []
    for order in (sorted(files), sorted(files, reverse=True)):
        repo = RepoSymbols({path: files[path] for path in order}, {})
        found.append(rank(repo, Definers(repo), tuple(dict.fromkeys((*order, *sorted(others)))), evidence))
    assert list(found[0]) == list(found[1])
    assert set(found[0]) <= {*files, *others}
    assert all(value >= 0 for value in found[0].values())
    assert sum(found[0].values()) <= 1.0 + 1e-9
