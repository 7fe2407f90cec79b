import os
import subprocess
import sys
from pathlib import Path

import pytest

from adw.context.likely import most_important
from adw.context.survey import Survey, survey
from adw.domain.report import Failure, Report, Summary
from adw.domain.symbols import RepoSymbols
from tests.support.symbols import symbols_of

FILES = {
    "README.md": "# Shop\n",
    "shop/cart.py": "from shop.price import net\n\n\ndef total(items):\n    return sum(net(one) for one in items)\n",
    "shop/mail.py": "def send(text): pass\n\n\ndef sent(): pass\n",
    "shop/price.py": "def net(item): return item\n",
    "shop/stock.py": "class Stock:\n    def take(self): pass\n    def refill(self): pass\n",
    "tests/test_cart.py": "from shop.cart import total\n\ndef test_total(): assert total([]) == 0\n",
}
RED = Report(
    "test",
    "pytest",
    ok=False,
    exit_code=1,
    summary=Summary(),
    failures=(Failure("tests/test_cart.py::test_total", "tests/test_cart.py:3", "ASSERT_FAIL", "m"),),
)


def _survey(text: str, report: Report | None = None, budget: int = 400) -> Survey:
    return survey(text, report, tuple(FILES), symbols_of(FILES), budget=budget)


def test_a_named_file_is_shown_for_sure_and_what_only_ranks_first_in_brief() -> None:
    named, ranked = _survey("See shop/mail.py"), _survey("`take` is wrong")
    assert (named.likely, named.brief) == (("shop/mail.py",), frozenset())
    assert (ranked.likely, ranked.brief) == (("shop/stock.py",), {"shop/stock.py"})
    assert ranked.focus == {"shop/stock.py": (2,)}


def test_files_that_fail_are_shown_for_sure_with_what_they_test() -> None:
    seen = _survey("It is red", RED)
    assert seen.likely == ("shop/cart.py", "tests/test_cart.py")
    assert seen.brief == frozenset()


def test_the_map_says_which_files_stand_below_it_and_has_none_of_them() -> None:
    lines = _survey("It is red", RED, budget=1_600).map.split("\n")
    assert "[shown below: shop/cart.py, tests/test_cart.py]" in lines
    assert "shop/cart.py" not in lines
    assert "shop/price.py" in lines


def test_a_file_shown_in_brief_is_in_the_map_too() -> None:
    seen = _survey("refill the stock")
    assert seen.brief == {"shop/stock.py"} == set(seen.likely)
    assert "shop/stock.py\n1 class Stock\n2   def take(self)\n3   def refill(self)\n" in seen.map


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("`send` and `sent`", (1, 4)),
        ("`sent`", (4,)),
        ("mail", (1,)),
    ],
)
def test_a_file_is_cut_around_what_the_issue_names(text: str, lines: tuple[int, ...]) -> None:
    assert _survey(f"shop/mail.py {text}").focus["shop/mail.py"] == lines


def test_a_file_without_definitions_has_no_focus() -> None:
    assert _survey("See README.md").focus == {}
    empty = RepoSymbols({"a.py": symbols_of({"a.py": "x()\n"}).files["a.py"]}, {})
    assert survey("a.py", None, ("a.py",), empty, budget=100).focus == {"a.py": ()}


def test_where_files_are_named_the_map_takes_a_quarter_of_the_room() -> None:
    files = {f"shop/{name}_{number}.py": f"def order_{number}(): pass\n" for name in "abc" for number in range(40)}
    repo = symbols_of(files)
    wide = survey("order", None, tuple(files), repo, budget=800).map
    narrow = survey("order shop/a_1.py", None, tuple(files), repo, budget=800).map
    assert len(wide) > 3 * len(narrow)


def test_a_repository_that_no_parser_knows_is_surveyed_by_its_paths() -> None:
    files = ("docs/manual.txt", "notes.txt")
    seen = survey("the manual", None, files, RepoSymbols({}, {}), budget=200)
    assert seen.likely == ("docs/manual.txt",)
    assert seen.map.endswith("docs/manual.txt\n[also: notes.txt]")
    assert survey("the manual", None, (), RepoSymbols({}, {}), budget=200).likely == ()


def test_the_order_in_which_files_were_found_says_nothing() -> None:
    repo = symbols_of(FILES)
    turned = RepoSymbols(dict(reversed(repo.files.items())), dict(reversed(repo.skipped.items())))
    for text in ("total of the order", "shop/mail.py and README.md", ""):
        one = survey(text, RED, tuple(FILES), repo, budget=400)
        other = survey(text, RED, tuple(reversed(FILES)), turned, budget=400)
        assert one == other


_TEXTS = ("total of the order in shop/mail.py", "take `send`, refill the stock", "")


def shown() -> str:
    """Some surveys, as text that does not depend on the order of sets."""
    seen = [survey(text, RED if text else None, tuple(FILES), symbols_of(FILES), budget=150) for text in _TEXTS]
    return repr([(one.likely, sorted(one.brief), sorted(one.focus.items()), one.map) for one in seen])


def test_the_same_input_is_surveyed_alike_in_every_process() -> None:
    top = Path(__file__).parents[3]
    program = "from tests.unit.context.test_survey import shown; print(shown(), end='')"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(top), "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", program], cwd=top, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == shown()


def test_those_that_matter_nearly_as_much_as_the_first_are_the_most_important() -> None:
    assert most_important({"a": 1.0, "b": 0.7, "c": 0.7, "d": 0.7}) == ("a", "b", "c")
    assert most_important({"a": 1.0, "b": 0.69}) == ("a",)
    assert most_important({}) == ()
