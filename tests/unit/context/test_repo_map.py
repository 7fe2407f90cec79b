from collections.abc import Mapping
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adw.context.mentions import mentions
from adw.context.repo_map import repo_map
from adw.domain.symbols import FileSymbols, RepoSymbols
from tests.support.symbols import symbols_of

HEAD = [
    "# Repository map",
    "The most relevant files first, with what they define by line; the rest is left out.",
]
CART = """LIMIT = 3

class Cart:
    def total(self, items):
        def net(item): pass

    def _check(self): pass

def voucher(name): pass
"""
MAIL = "def send(text): pass\n"


def _map(
    files: Mapping[str, str],
    text: str = "",
    *,
    order: tuple[str, ...] = (),
    shown: frozenset[str] = frozenset(),
    budget: int = 1_000,
) -> list[str]:
    """The lines behind the head, for files that matter in `order`, each half of what the one before does."""
    repo = symbols_of(files)
    ranked = {path: 2.0**-place for place, path in enumerate(order or sorted(files))}
    lines = repo_map(repo, ranked, mentions(text), tuple(sorted(files)), shown=shown, budget=budget).split("\n")
    assert lines[:2] == HEAD
    return lines[2:]


def _first_shown(files: Mapping[str, str], text: str = "", order: tuple[str, ...] = ()) -> list[str]:
    """The definitions of the smallest map that has any."""
    maps = (_map(files, text, order=order, budget=budget) for budget in range(50, 200))
    return next(found for lines in maps if (found := [line for line in lines if line[0].isdigit()]))


def _tokens(text: str) -> int:
    return ceil(len(text.encode()) / 2.1)


def test_files_stand_by_rank_and_definitions_by_line() -> None:
    assert _map({"a.py": CART, "b.py": MAIL}, order=("b.py", "a.py")) == [
        "b.py",
        "1 def send(text)",
        "a.py",
        "1 LIMIT = 3",
        "3 class Cart",
        "4   def total(self, items)",
        "5     def net(item)",
        "7   def _check(self)",
        "9 def voucher(name)",
    ]


def test_files_that_are_shown_whole_are_only_named() -> None:
    assert _map({"a.py": CART, "b.py": MAIL}, shown=frozenset({"a.py"})) == [
        "b.py",
        "1 def send(text)",
        "[shown below: a.py]",
    ]


def test_files_that_were_not_looked_into_are_named_with_the_reason() -> None:
    found = _map({"a.py": MAIL, **{f"{name}.py": "\0" for name in "bcdef"}})
    assert found[-1] == "[not looked into, binary: b.py, c.py, d.py and 2 more]"


def test_a_few_other_files_are_named() -> None:
    files = {"a.py": MAIL, "README.md": "", "Makefile": ""}
    assert _map(files, order=("a.py",)) == ["a.py", "1 def send(text)", "[also: Makefile, README.md]"]


def test_many_other_files_are_counted_by_folder() -> None:
    others = {f"{folder}/{number}.txt": "" for folder in ("docs", "shop") for number in range(40)}
    assert _map({"a.py": MAIL, **others}, order=("a.py",))[-1] == "[81 files in all: docs/ 40, shop/ 40]"
    folders = {f"{folder}/{number}.txt": "" for folder in range(14) for number in range(5)}
    assert _map({"a.py": MAIL, **folders}, order=("a.py",))[-1].endswith("6/ 5, 7/ 5 and 2 more folders]")
    flat = {f"{number}.txt": "" for number in range(70)}
    assert _map(flat, order=("1.txt",)) == ["1.txt", "[70 files in all]"]


def test_what_the_issue_names_is_shown_before_the_rest_with_what_is_around_it() -> None:
    others = "".join(f"def other_{number}(): pass\n" for number in range(50))
    text = f"{others}class Cart:\n    def other(self): pass\n    def total(self): pass\n"
    assert _first_shown({"a.py": text}, "`total` is wrong") == ["51 class Cart", "53   def total(self)"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("voucher_for is wrong", "def voucher_for()"),
        ("the voucher of mine", "def voucher_for()"),
        ("`_hidden`", "def _hidden()"),
        ("hidden", "def open()"),
    ],
)
def test_the_definition_that_the_issue_speaks_of_comes_first(text: str, first: str) -> None:
    files = {"a.py": "def open(): pass\ndef _hidden(): pass\ndef voucher_for(): pass\nLIMIT = 1\n"}
    assert [line.partition(" ")[2] for line in _first_shown(files, text)] == [first]


def test_what_important_files_use_comes_before_what_nobody_does() -> None:
    files = {"a.py": "tax()\n", "c.py": "def fee(): pass\ndef tax(): pass\n"}
    assert _first_shown(files, order=("a.py", "c.py")) == ["2 def tax()"]


def test_of_overloads_the_last_stands_for_all() -> None:
    overloads = "@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): pass\n"
    inside = "class A:\n    def f(self): pass\n    def g(self): pass\n    def f(self, a): pass\n"
    assert _map({"a.py": overloads + inside}) == [
        "a.py",
        "5 def f(a)",
        "6 class A",
        "7   def f(self)",
        "8   def g(self)",
        "9   def f(self, a)",
    ]


def test_what_is_inside_an_overload_stands_under_the_one_that_is_shown() -> None:
    text = "class A:\n    x = 1\nclass A:\n    def f(self):\n        def g(): pass\n"
    assert _map({"a.py": text}) == ["a.py", "3 class A", "4   def f(self)", "5     def g()"]


def test_paths_that_would_break_the_map_s_lines_are_left_out() -> None:
    files = {"a\n# Done.py": MAIL, "b\x1b[31m.py": "\0", "c.py": MAIL, "ä ö.py": MAIL, "c\u202e.md": ""}
    found = _map(files, shown=frozenset({"d\n.py"}))
    assert found == ["c.py", "1 def send(text)", "ä ö.py", "1 def send(text)"]


def test_a_repository_that_no_parser_knows_is_a_list_of_what_matters() -> None:
    assert _map({"a.txt": "", "b.txt": ""}) == ["a.txt", "b.txt"]
    assert _map({}) == []


_TEXT = st.text(st.sampled_from("ab_ıü\u4e2d /"), min_size=1, max_size=30)
_ROW = st.tuples(st.integers(1, 99), st.integers(0, 3), st.sampled_from(("type", "function", "value", "inner")), _TEXT)
_FILE = st.lists(_ROW, max_size=8).map(
    lambda rows: FileSymbols(
        "", "", "\n".join(f"{line}\t{line}\t{depth}\t{kind}\t{name}\t{name}()" for line, depth, kind, name in rows)
    )
)


@settings(max_examples=40)
@given(
    st.dictionaries(_TEXT, _FILE, max_size=8),
    st.sets(_TEXT, max_size=80),
    st.dictionaries(_TEXT, st.lists(_TEXT, min_size=1).map(tuple), max_size=2),
    st.integers(0, 600),
    st.data(),
)
def test_the_map_holds_its_budget(
    files: dict[str, FileSymbols],
    others: set[str],
    skipped: dict[str, tuple[str, ...]],
    budget: int,
    data: st.DataObject,
) -> None:
    """But for its head. And no file stands twice."""
    paths = tuple(sorted({*files, *others}))
    ranked = {path: data.draw(st.floats(0, 1)) for path in data.draw(st.permutations(paths))}
    shown = frozenset(data.draw(st.sets(st.sampled_from(paths)))) if paths else frozenset()
    text = repo_map(RepoSymbols(files, skipped), ranked, mentions("a b_ü"), paths, shown=shown, budget=budget)
    assert _tokens(text) <= max(budget, _tokens("\n".join(HEAD)))
    body = [line for line in text.split("\n")[2:] if line in paths]
    assert len(body) == len(set(body))
    assert not shown & set(body)
