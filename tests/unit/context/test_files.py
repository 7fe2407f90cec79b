import re

from hypothesis import given
from hypothesis import strategies as st

from adw.context.files import cut

_MARKER = re.compile(r"^\[cut: read (?P<ranges>.+) for the rest\]$")
_HEADING = re.compile(r"^## a\.py:(?P<first>\d+)-(?P<last>\d+) of (?P<total>\d+) lines$")


def _numbered(count: int) -> str:
    return "".join(f"line {number}\n" for number in range(1, count + 1))


def _missing(shown: str) -> set[int]:
    match = _MARKER.match(shown.rsplit("\n", maxsplit=1)[-1])
    assert match
    lines: set[int] = set()
    for asked in match["ranges"].split(" or "):
        first, last = asked.removeprefix("a.py:").split("-")
        lines |= set(range(int(first), int(last) + 1))
    return lines


def test_a_short_file_is_shown_whole() -> None:
    assert cut("a.py", "x\n\ny\n", 3) == "## a.py\nx\n\ny"
    assert cut("a.py", "x", 1) == "## a.py\nx"


def test_a_file_of_exactly_the_limit_is_shown_whole() -> None:
    assert cut("a.py", _numbered(5), 5) == "## a.py\n" + _numbered(5).removesuffix("\n")


def test_without_focus_the_beginning_is_kept() -> None:
    shown = cut("a.py", _numbered(9), 2)
    assert shown == "## a.py:1-2 of 9 lines\nline 1\nline 2\n[cut: read a.py:3-9 for the rest]"


def test_what_was_cut_is_named_on_both_sides() -> None:
    shown = cut("a.py", _numbered(9), 3, focus=(5,))
    assert shown.startswith("## a.py:4-6 of 9 lines\nline 4\nline 5\nline 6\n")
    assert shown.endswith("\n[cut: read a.py:1-3 or a.py:7-9 for the rest]")


@given(
    total=st.integers(1, 60),
    max_lines=st.integers(1, 20),
    focus=st.lists(st.integers(-3, 70), max_size=5).map(tuple),
)
def test_a_cut_shows_a_window_that_holds_the_focus_and_names_all_the_rest(
    total: int, max_lines: int, focus: tuple[int, ...]
) -> None:
    shown = cut("a.py", _numbered(total), max_lines, focus)
    heading, *lines = shown.split("\n")
    if total <= max_lines:
        assert len(lines) == total
        return
    match = _HEADING.match(heading)
    assert match
    first, last = int(match["first"]), int(match["last"])
    assert lines[:-1] == [f"line {number}" for number in range(first, last + 1)]
    assert len(lines[:-1]) == max_lines
    assert int(match["total"]) == total
    assert _missing(shown) == set(range(1, total + 1)) - set(range(first, last + 1))
    wanted = {line for line in focus if 1 <= line <= total}
    most = max((sum(start <= line < start + max_lines for line in wanted) for start in range(1, total + 1)), default=0)
    assert sum(first <= line <= last for line in wanted) == most


def test_a_file_of_very_long_lines_is_shown_in_part_and_says_so() -> None:
    shown = cut("a.js", "x" * 5_000_000, 10)
    assert shown == "## a.js\n" + "x" * 2_000 + "[+4998000 characters of this line]"
    many = cut("a.js", "\n".join(["x" * 3_000] * 100), 10, (50,))
    assert many.startswith("## a.js:50-50 of 100 lines\nxxx")
    assert many.endswith("[cut: read a.js:1-49 or a.js:51-100 for the rest]")


def test_long_lines_that_are_few_are_shown_whole() -> None:
    assert cut("a.js", "x" * 2_000, 10) == "## a.js\n" + "x" * 2_000


@given(st.lists(st.integers(0, 9_000), min_size=1, max_size=30), st.integers(2, 20), st.integers(1, 30))
def test_what_is_shown_of_a_file_is_bounded(sizes: list[int], max_lines: int, focus: int) -> None:
    shown = cut("a.py", "\n".join("x" * size for size in sizes), max_lines, (focus,))
    assert len(shown) <= max(200 * max_lines, 2_000) + 40 * max_lines + 200
    if focus <= len(sizes) and "[cut: read" in shown:
        heading = _HEADING.match(shown.split("\n")[0])
        assert heading
        assert int(heading["first"]) <= focus <= int(heading["last"])
