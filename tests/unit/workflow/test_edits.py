from collections.abc import Mapping

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from adw.domain.edit import Delete, Edit, Replace, Write
from adw.errors import WorkspaceError
from adw.workflow.edits import Applied, apply

_CART = b"def total(items):\n    return sum(items[1:])\n\n\ndef count(items):\n    return len(items)\n"


def _apply(files: Mapping[str, bytes], *edits: Edit) -> Applied:
    def read(path: str) -> bytes:
        if path not in files:
            raise WorkspaceError(f"there is no file {path!r}")
        return files[path]

    def check_writable(path: str) -> None:
        if path.startswith(".git"):
            raise WorkspaceError(f"{path!r} is not for the run")

    return apply(list(edits), read, check_writable)


def _problem(files: Mapping[str, bytes], edit: Edit) -> str:
    applied = _apply(files, edit)
    assert applied.contents == {}
    return applied.problems[0]


def test_a_piece_is_replaced_and_nothing_else() -> None:
    applied = _apply({"a.py": _CART}, Replace("a.py", "items[1:]", "items"))
    assert applied == Applied({"a.py": _CART.replace(b"items[1:]", b"items")}, {})


def test_several_edits_of_one_file_build_on_each_other() -> None:
    applied = _apply(
        {"a.py": b"one\n"}, Replace("a.py", "one", "two\nthree"), Replace("a.py", "three", "four"), Write("b.py", "new")
    )
    assert applied.contents == {"a.py": b"two\nfour\n", "b.py": b"new"}


def test_another_spelling_of_a_path_is_the_same_file() -> None:
    applied = _apply({"a/b.py": b"one two"}, Replace("a/b.py", "one", "1"), Replace("./a//b.py", "1 two", "3"))
    assert applied.contents == {"a/b.py": b"3"}


def test_one_edit_that_does_not_fit_stops_all() -> None:
    applied = _apply({"a.py": b"one\n"}, Replace("a.py", "one", "two"), Delete("none.py"), Replace("a.py", "x", "y"))
    assert applied.contents == {}
    assert sorted(applied.problems) == [1, 2]


def test_a_file_that_is_missing_or_protected_is_said() -> None:
    assert "no file 'b.py'" in _problem({}, Replace("b.py", "a", "b"))
    assert "no file 'b.py'" in _problem({}, Delete("b.py"))
    assert "not for the run" in _problem({}, Write(".git/hooks/pre-commit", "x"))


def test_deleting_and_writing_again() -> None:
    files = {"a.py": b"one\n"}
    assert _apply(files, Delete("a.py")).contents == {"a.py": None}
    assert _apply(files, Delete("a.py"), Write("a.py", "two")).contents == {"a.py": b"two"}
    assert "deleted earlier" in _apply(files, Delete("a.py"), Replace("a.py", "one", "two")).problems[1]
    assert "deleted earlier" in _apply(files, Delete("a.py"), Delete("a.py")).problems[1]


@pytest.mark.parametrize("paths", [("a", "a/b"), ("a/b/c", "a")])
def test_a_turn_cannot_make_a_file_of_a_folder(paths: tuple[str, str]) -> None:
    applied = _apply({}, Write(paths[0], "x"), Write(paths[1], "y"))
    assert "cannot both be files" in applied.problems[1]
    assert _apply({}, Write("a", "x"), Write("ab", "y"), Write("b/a", "z")).problems == {}


def test_deleting_makes_room_for_no_problem() -> None:
    assert _apply({"a": b"x"}, Delete("a"), Write("b", "x")).contents == {"a": None, "b": b"x"}


def test_an_empty_piece_is_nowhere() -> None:
    assert "`write`" in _problem({"a.py": b"x"}, Replace("a.py", "", "y"))


def test_an_ambiguous_piece_is_named_by_its_lines() -> None:
    problem = _problem({"a.py": b"x = 1\ny = 2\nx = 1\n\nx = 1\n"}, Replace("a.py", "x = 1", "x = 3"))
    assert "3 times in a.py, at lines 1, 3, 5" in problem


def test_all_pieces_are_replaced_where_that_is_asked() -> None:
    applied = _apply({"a.py": b"x + x"}, Replace("a.py", "x", "yy", every=True))
    assert applied.contents == {"a.py": b"yy + yy"}


@pytest.mark.parametrize(
    ("old", "shown"),
    [
        ("return sum(item[1:])", "Nearest, from line 2:\n    return sum(items[1:])"),
        ("return sum(items[1:]) \n\n", "Nearest, from line 2:\n    return sum(items[1:])"),
        ("def count(item):\n    return 1\n", "Nearest, from line 5:\ndef count(items):\n    return len(items)"),
        ("\tdef count(items):", "Nearest, from line 5:\ndef count(items):"),
        ("import numpy as np", "Nothing like 'import numpy as np' is in it."),
        (" \n \n", "The file has no such line."),
    ],
)
def test_a_piece_that_is_not_there_brings_the_nearest_lines(old: str, shown: str) -> None:
    assert _problem({"a.py": _CART}, Replace("a.py", old, "x")) == f"`old` is not in a.py. {shown}"


def test_an_empty_file_has_no_nearest_line() -> None:
    assert _problem({"a.py": b""}, Replace("a.py", "x", "y")).endswith("The file has no such line.")


def test_the_nearest_lines_are_bounded() -> None:
    minified = b"x" * 300_000 + b"=1;\n"
    problem = _problem({"a.js": minified * 3}, Replace("a.js", "x" * 200_000 + "=2;", "y"))
    assert "Nearest, from line 1" in problem
    assert len(problem) < 500


def test_lines_that_are_shown_are_numbered_as_every_tool_numbers_them() -> None:
    """A form feed or a separator of Unicode ends no line for pytest or for `read`."""
    problem = _problem({"a.py": "one\x0c\u2028\ntwo = 2\n".encode()}, Replace("a.py", "two = 3", ""))
    assert "from line 2" in problem


def test_a_file_of_crlf_keeps_its_newlines() -> None:
    windows = _CART.replace(b"\n", b"\r\n")
    one_line = Replace("a.py", "    return sum(items[1:])", "    kept = items\n    return sum(kept)")
    two_lines = Replace("a.py", "def count(items):\n    return len(items)\n", "def none():\n    return 0\n")
    for edit in (one_line, two_lines):
        (content,) = _apply({"a.py": windows}, edit).contents.values()
        assert content is not None
        assert content == content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        assert edit.new.replace("\n", "\r\n").encode() in content


def test_a_file_of_both_newlines_keeps_each_where_it_is() -> None:
    mixed = b"a\r\nb\nc\r\nd\n"
    assert _apply({"t": mixed}, Replace("t", "a\nb", "x\ny")).contents == {"t": b"x\r\ny\nc\r\nd\n"}
    assert _apply({"t": mixed}, Replace("t", "b\nc", "x\ny")).contents == {"t": b"a\r\nx\ny\r\nd\n"}


def test_a_file_that_is_written_anew_keeps_newlines_and_encoding() -> None:
    files = {"win.py": b"a\r\nb\r\n", "latin.py": b"# caf\xe9\n", "plain.py": b"a\n"}
    edits = (Write("win.py", "c\nd\n"), Write("latin.py", "# thé\n"), Write("plain.py", "a\r\nb\n"))
    assert _apply(files, *edits).contents == {
        "win.py": b"c\r\nd\r\n",
        "latin.py": b"# th\xe9\n",
        "plain.py": b"a\r\nb\n",
    }


def test_what_the_file_s_encoding_cannot_hold_is_refused_not_replaced() -> None:
    problem = _problem({"latin.py": b"# caf\xe9\n"}, Replace("latin.py", "# ", "# \N{SNOWMAN} "))
    assert "latin" in problem
    assert "\\u2603" in problem
    assert "\\ud83d" in _problem({}, Write("a.py", "\ud83d"))


_BYTES = st.binary(max_size=12) | st.text("a\r\n\xe9", max_size=12).map(lambda text: text.encode("latin-1"))
_PIECES = st.text(st.sampled_from("ab\n é"), min_size=1, max_size=6)


@given(before=_PIECES, old=_PIECES, after=_PIECES, new=_PIECES, newline=st.sampled_from(["\n", "\r\n"]))
def test_an_edit_and_its_reverse_give_back_the_bytes(before: str, old: str, after: str, new: str, newline: str) -> None:
    text, changed = (f"{before}{piece}{after}\nlast" for piece in (old, new))
    assume(_is_unique(old, text))
    assume(_is_unique(new, changed))
    first, second = (one.replace("\n", newline).encode() for one in (text, changed))
    assert _apply({"a": first}, Replace("a", old, new)).contents == {"a": second}
    assert _apply({"a": second}, Replace("a", new, old)).contents == {"a": first}


def _is_unique(piece: str, text: str) -> bool:
    return sum(text.startswith(piece, start) for start in range(len(text))) == 1


def test_a_piece_that_stands_twice_by_overlapping_is_ambiguous() -> None:
    assert "2 times" in _problem({"a": b"x\nx\nx\n"}, Replace("a", "x\nx\n", "y\n"))
    every = Replace("a", "x\nx\n", "y\n", every=True)
    assert _apply({"a": b"x\nx\nx\n"}, every).contents == {"a": b"y\nx\n"}


def test_a_piece_that_begins_with_a_newline_stands_once_in_a_file_of_crlf() -> None:
    assert _apply({"a": b"x\r\ny\r\n"}, Replace("a", "\ny", "\nz")).contents == {"a": b"x\r\nz\r\n"}


@given(before=_BYTES, after=_BYTES)
@example(before=b"\r\r\n\n\r", after=b"\r\r\n\r\n")
def test_bytes_around_an_edit_stay_whatever_they_mean(before: bytes, after: bytes) -> None:
    applied = _apply({"a": before + b"<old>" + after}, Replace("a", "<old>", "<new>"))
    assert applied.contents == {"a": before + b"<new>" + after}
