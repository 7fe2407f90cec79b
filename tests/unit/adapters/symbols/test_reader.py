import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.adapters.symbols.languages import LANGUAGES, Language
from adw.adapters.symbols.reader import language_of, read_symbols, suffix_of
from adw.domain.symbols import Definition, FileSymbols


def _language(path: str) -> Language:
    language = language_of(path)
    assert language is not None
    return language


def _read(path: str, text: str | bytes) -> FileSymbols:
    found = read_symbols(_language(path), text.encode() if isinstance(text, str) else text)
    assert found is not None
    return found


def _defined(path: str, text: str | bytes) -> list[Definition]:
    return list(_read(path, text).definitions())


@pytest.mark.parametrize(
    ("path", "suffix"),
    [
        ("a.py", ".py"),
        ("a/b.tar.gz", ".gz"),
        ("a.b/c", ""),
        (".py", ""),
        ("a/.eslintrc.js", ".js"),
        ("a.", "."),
        ("", ""),
    ],
)
def test_a_suffix_is_what_stands_behind_the_name_s_last_dot(path: str, suffix: str) -> None:
    assert suffix_of(path) == suffix


@pytest.mark.parametrize("path", ["README.md", "Makefile", ".py", "a.PY", "data.json", "a.py.orig", "py"])
def test_other_files_belong_to_no_language(path: str) -> None:
    assert language_of(path) is None


@pytest.mark.parametrize("path", ["a.py", "a.h", "a.php", "a.go"])
def test_an_empty_file_defines_nothing(path: str) -> None:
    assert _read(path, b"") == FileSymbols("", "", "")


def test_broken_syntax_costs_only_what_stands_in_it() -> None:
    text = "def before():\n    pass\n\n\ndef broken(:\n    return ][\n\n\nclass Behind:\n    def after(self): pass\n"
    names = [one.name for one in _defined("a.py", text)]
    assert names[0] == "before"
    assert names[-2:] == ["Behind", "after"]


def test_a_conflict_s_markers_cost_neither_of_its_sides() -> None:
    text = "def first(): pass\n<<<<<<< ours\ndef mine(): pass\n=======\ndef yours(): pass\n>>>>>>> theirs\n"
    assert {one.name for one in _defined("a.py", text)} >= {"first", "yours"}


@pytest.mark.parametrize(
    "text", ["def f(a, é='ü'): pass\n".encode("latin-1"), "def f(a, é='ü'): pass\n".encode("utf-16")]
)
def test_bytes_that_are_no_utf_8_do_not_stop_it(text: bytes) -> None:
    for one in _defined("a.py", text):
        assert one.signature.isprintable()


def test_lines_may_end_as_they_do_on_windows() -> None:
    (one,) = _defined("a.py", "def f(\r\n    a,\r\n    b,\r\n):\r\n    pass\r\n")
    assert one == Definition(1, 5, 0, "function", "f", "def f(a, b)")


def test_a_long_signature_is_cut() -> None:
    (one,) = _defined("a.py", f"def f({', '.join(f'argument_{n}' for n in range(500))}): pass\n")
    assert len(one.signature) == 120
    assert one.signature.startswith("def f(argument_0, ")
    assert one.signature.endswith("…")


def test_a_long_name_is_cut() -> None:
    (one,) = _defined("a.py", f"def {'a' * 5_000}(): pass\n")
    assert one.name == "a" * 80


def test_names_may_be_strings_with_anything_in_them() -> None:
    text = "class A { 'x\x1ey'() {}  \"a\u2028 b\tc\"() {}  ['d' + \n'e']() {} }\n"
    assert [one.name for one in _defined("a.js", text)] == ["A", "xy", "abc", "['d'+'e']"]


def test_what_is_assigned_at_once_stands_side_by_side() -> None:
    assert [(one.name, one.depth) for one in _defined("a.go", "package a\nvar a, b = 1, 2\n")] == [("a", 0), ("b", 0)]


def test_overloads_are_all_there() -> None:
    text = "@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a): pass\n"
    assert [one.line for one in _defined("a.py", text)] == [2, 4, 5]
    assert _read("a.py", text).names == "f"


def test_no_more_than_a_thousand_definitions_are_kept() -> None:
    assert len(_defined("a.py", "def f(): pass\n" * 1_500)) == 1_000


def test_no_more_than_four_thousand_uses_are_kept() -> None:
    text = "\n".join(f"name_{number}" for number in range(5_000))
    assert len(_read("a.py", text).references.split()) == 4_000


def test_a_name_of_one_letter_is_no_use() -> None:
    assert _read("a.py", "x + yz\n").references == "yz"


@pytest.mark.parametrize(("path", "text"), [("a.py", "(" * 20_000), ("a.py", ")" * 6_000), ("a.js", "{[" * 4_000)])
def test_a_file_whose_syntax_is_wrong_throughout_is_left_out(path: str, text: str) -> None:
    """A query over it would take minutes."""
    assert read_symbols(_language(path), text.encode()) is None


def test_a_tree_of_tens_of_thousands_of_levels_comes_to_an_end() -> None:
    """A query would go round in it for ever."""
    assert _read("a.py", b"x = (" + b"a\n+" * 80_000 + b"1)\n").names == "x"


def test_a_file_that_takes_long_to_parse_is_left_out_and_the_next_is_not_the_worse_for_it() -> None:
    assert read_symbols(_language("a.py"), b"def g(): return [1, 2]\n" * 5_000, most_s=0.0) is None
    assert _read("a.py", "def f(): pass\n").names == "f"


_WORDS = ("def ", "class ", "function ", "const ", "impl ", "fn ", "<?php ", "::", "=>", "é")
_PIECES = st.sampled_from([*_WORDS, *"f(){}:;'\"=<>#. \n\t\0\x0c\x1e\x1f\x85\u2028"])


@given(language=st.sampled_from(LANGUAGES), pieces=st.lists(_PIECES, max_size=40))
def test_whatever_stands_in_a_file_its_symbols_can_be_told_apart(language: Language, pieces: list[str]) -> None:
    found = read_symbols(language, "".join(pieces).encode())
    assert found is not None
    definitions = list(found.definitions())
    assert len(definitions) == len(found.outline.split("\n")) * bool(found.outline)
    assert {one.name for one in definitions} >= set(found.names.split(" ")) - {""}
    assert not any(mark in text for mark in "\x1e\x1f" for text in (found.names, found.references, found.outline))
    assert all(one.line <= one.end and one.name and one.signature for one in definitions)
