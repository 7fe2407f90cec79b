from collections.abc import Callable, Iterator, Mapping
from itertools import chain, count, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.errors import WorkspaceError
from adw.workflow.views import bounded, decode, is_binary, read_files, search


def _reader(files: Mapping[str, bytes]) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        if path not in files:
            raise WorkspaceError(f"there is no file {path!r}")
        return files[path]

    return read


def _read(files: Mapping[str, bytes], *paths: str, max_lines: int = 500, max_chars: int = 20_000) -> str:
    return read_files(paths, _reader(files), max_lines, max_chars)


def _search(files: Mapping[str, bytes], pattern: str, glob: str = "", clock: Iterator[float] | None = None) -> str:
    ticks = clock or repeat(0.0)
    return search(pattern, glob, sorted(files), _reader(files), lambda: next(ticks))


_FIVE = {"a.py": b"1\n2\n3\n4\n5\n"}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("a.py", "## a.py\n1\n2\n3\n4\n5"),
        ("a.py:2-3", "## a.py:2-3 of 5 lines\n2\n3"),
        ("a.py:4", "## a.py:4-4 of 5 lines\n4"),
        ("a.py:4-99", "## a.py:4-5 of 5 lines\n4\n5"),
        ("a.py:0-1", "## a.py:1-1 of 5 lines\n1"),
        ("a.py:1-5", "## a.py\n1\n2\n3\n4\n5"),
        ("a.py:6", "## a.py:6\n[no such lines: a.py has 5]"),
        ("a.py:900-950", "## a.py:900-950\n[no such lines: a.py has 5]"),
        ("a.py:4-2", "## a.py:4-2\n[no such lines: a.py has 5]"),
        ("b.py", "## b.py\n[there is no file 'b.py']"),
        ("b.py:1-2", "## b.py:1-2\n[there is no file 'b.py']"),
    ],
)
def test_a_range_shows_its_lines(asked: str, shown: str) -> None:
    assert _read(_FIVE, asked) == shown


def test_a_file_whose_name_ends_like_a_range_is_shown() -> None:
    assert _read({"a:1-2": b"x"}, "a:1-2") == "## a:1-2\nx"


def test_an_empty_file_has_a_heading_and_nothing_else() -> None:
    assert _read({"a.py": b""}, "a.py") == "## a.py"


def test_no_more_than_max_lines_of_a_file() -> None:
    assert _read(_FIVE, "a.py", max_lines=2) == "## a.py:1-2 of 5 lines\n1\n2"
    assert _read(_FIVE, "a.py:3-5", max_lines=2) == "## a.py:3-4 of 5 lines\n3\n4"


def test_a_binary_file_is_named_not_shown() -> None:
    assert _read({"a.bin": b"\x00\x01"}, "a.bin") == "## a.bin\n[binary, 2 bytes]"
    assert not is_binary(b"x" * 10_000 + b"\0")


def test_lines_have_plain_ends_and_every_byte_is_seen() -> None:
    assert _read({"a.txt": b"caf\xe9\r\nb\r\n"}, "a.txt") == "## a.txt\ncafé\nb"
    assert decode("é\r\n".encode()) == "é\n"


def test_what_does_not_fit_is_named_not_dropped() -> None:
    files = {f"{name}.py": b"x = 1\n" * 20 for name in "abcdefghi"}
    shown = _read(files, *files, max_chars=300)
    assert shown.startswith("## a.py\nx = 1\n")
    assert shown.endswith("\n[cut here: read c.py, d.py, e.py, f.py, g.py, h.py and 1 more again, in smaller ranges]")


def test_a_line_longer_than_the_room_is_shown_as_far_as_it_goes() -> None:
    shown = _read({"a.js": b"x" * 50_000}, "a.js", max_chars=5_000)
    assert 4_900 < len(shown) <= 5_000
    assert shown.endswith("[cut here: read a.js again, in smaller ranges]")


_FILES = st.dictionaries(
    st.text("ab/.", min_size=1, max_size=5), st.text("xy\n", max_size=400).map(str.encode), min_size=1, max_size=5
)


@given(_FILES, st.lists(st.text("ab/.:-12", min_size=1, max_size=9), max_size=9), st.integers(0, 600))
def test_a_result_never_has_more_characters_than_allowed(
    files: dict[str, bytes], more: list[str], max_chars: int
) -> None:
    asked = (*files, *more)
    shown = _read(files, *asked, max_chars=max_chars)
    assert len(shown) <= max_chars
    whole = _read(files, *asked, max_chars=10**6)
    assert shown == whole or "[cut here" in shown or max_chars < 300


@given(st.text("x\n", max_size=40), st.integers(0, 50))
def test_bounded_text_is_whole_or_says_that_it_was_cut(text: str, max_chars: int) -> None:
    shown = bounded(text, max_chars, "[cut]")
    assert len(shown) <= max_chars
    if len(text) <= max_chars:
        assert shown == text
    elif max_chars > len("[cut]"):
        assert shown.endswith("\n[cut]")
        assert text.startswith(shown.removesuffix("\n[cut]"))


_SHOP = {
    "README.md": b"total\n",
    "shop/cart.py": b"def total(items):\r\n    return sum(items)\r\n",
    "shop/deep/cart.py": b"total = 3\n",
    "tests/test_cart.py": b"assert total([]) == 0\n",
    "logo.png": b"\0total\n",
}


@pytest.mark.parametrize(
    ("glob", "paths"),
    [
        ("", ["README.md", "shop/cart.py", "shop/deep/cart.py", "tests/test_cart.py"]),
        ("*.py", ["shop/cart.py", "shop/deep/cart.py", "tests/test_cart.py"]),
        ("**/*.md", ["README.md"]),
        ("**/*.py", ["shop/cart.py", "shop/deep/cart.py", "tests/test_cart.py"]),
        ("shop/**/*.py", ["shop/cart.py", "shop/deep/cart.py"]),
        ("shop/**", ["shop/cart.py", "shop/deep/cart.py"]),
        ("./shop/", ["shop/cart.py", "shop/deep/cart.py"]),
        ("tests", ["tests/test_cart.py"]),
        ("cart.py", ["shop/cart.py", "shop/deep/cart.py"]),
        ("art.py", []),
    ],
)
def test_a_glob_means_files_wherever_they_lie(glob: str, paths: list[str]) -> None:
    found = _search(_SHOP, "total", glob)
    assert [line.split(":")[0] for line in found.split("\n") if not line.startswith("[")] == paths


def test_a_match_is_shown_with_path_and_line() -> None:
    assert _search(_SHOP, r"sum\(\w+\)$") == "shop/cart.py:2: return sum(items)"
    assert _search(_SHOP, "nothing like it") == "[no line matches]"


def test_a_match_in_a_very_long_line_is_cut() -> None:
    assert len(_search({"a": b"x" * 4_000}, "x+")) < 300


def test_no_more_than_sixty_lines() -> None:
    exactly = _search({"a": b"x\n" * 60}, "x").split("\n")
    assert len(exactly) == 60
    assert exactly[-1] == "a:60: x"
    more = _search({"a": b"x\n" * 40, "b": b"x\n" * 40}, "x").split("\n")
    assert len(more) == 61
    assert more[-1] == "[more than 60 lines match: narrow the pattern or the glob]"


def test_a_file_that_cannot_be_read_is_passed_over() -> None:
    assert search("x", "", ["gone", "a"], _reader({"a": b"x"}), lambda: 0.0) == "a:1: x"


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "[",
        "*",
        "(?iau)x",
        "(" * 450,
        "a{99999999999}",
        "((a{999}){999}){99}",
        "(a{1,9999}){0,9999}",
        r"\p{No}{",
        "{",
    ],
)
def test_a_pattern_that_is_none_is_said_at_once(pattern: str) -> None:
    assert _search({"a": b"b"}, pattern).startswith(("[not a regex: ", "[no line matches]"))


@pytest.mark.parametrize("pattern", ["((a{999}){999}){99}", "(?iau)x", "(" * 450])
def test_a_pattern_that_would_hang_or_crash_the_compiler_is_refused(pattern: str) -> None:
    assert _search({"a": b"b"}, pattern).startswith("[not a regex: ")


@given(st.text("ab(){}[]?*+|^$\\.<>=!:,-12P#&~", max_size=12))
def test_no_pattern_ends_the_run(pattern: str) -> None:
    assert _search({"a": b"ab12\n"}, pattern)


def test_a_catastrophic_pattern_is_stopped() -> None:
    files = {"a.py": b"import x\n", "b.py": b"a" * 300 + b"!\n", "c.py": b"import y\n"}
    clock = chain([0.0], repeat(4.95))
    found = _search(files, r"import|(?:a|a|aa)+$", clock=clock)
    assert found == "a.py:1: import x\n[stopped in b.py: the pattern takes too long, make it simpler]"


def test_many_lines_that_each_take_long_are_stopped_together() -> None:
    ticks = count()
    found = _search({"a.py": b"no\n" * 100}, "x", clock=(float(tick) for tick in ticks))
    assert found == "[stopped in a.py: the pattern takes too long, make it simpler]"
    assert next(ticks) < 20
