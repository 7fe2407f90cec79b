"""Texts are short, and the same from run to run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.checks import text


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("<Thing object at 0x7f3a1b2c3d4e> == 1", "<Thing object at 0x…> == 1"),
        ("Thread 0x00007f613d1e1b80 (most recent", "Thread 0x… (most recent"),
        ("assert hex(3735928559) == '0xdeadbeef'", "assert hex(3735928559) == '0xdeadbeef'"),
        ("<MagicMock name='x' id='140352'>", "<MagicMock name='x' id='…'>"),
        ("open('/w/project/src/a.py')", "open('src/a.py')"),
        ("in /w/project", "in "),
        ("/w/project-old/a.py and /x/w/project/b", "/w/project-old/a.py and /x/w/project/b"),
        ("/var/pytest-of-me/pytest-17/test_a0/f.txt", "<tmp>/test_a0/f.txt"),
        ("1 failed in 0.52s", "1 failed in …s"),
        ("61 passed in 75.20s (0:01:15)", "61 passed in …s"),
        ("waits in 5 steps", "waits in 5 steps"),
    ],
)
def test_what_differs_between_runs_is_taken_out(said: str, made: str) -> None:
    assert text.steady(said, "/w/project") == made


def test_no_folder_and_the_root_of_all_are_not_taken_out() -> None:
    assert text.steady("/a/b", "", "/") == "/a/b"


def test_colours_and_line_ends_are_taken_out() -> None:
    assert text.plain("\x1b[1;31mred\x1b[0m\r\n\x1b]8;;http://x\x07link\x1b]8;;\x07\rnext") == "red\nlink\nnext"


def test_the_middle_makes_way() -> None:
    made = text.cut("head" + "x" * 1000 + "tail", 50)
    assert made.startswith("headxx")
    assert made.endswith("xxtail")
    assert len(made) == 50


@given(st.text(), st.integers(5, 400))
def test_a_cut_is_never_longer_than_asked(said: str, limit: int) -> None:
    assert len(text.cut(said, limit)) <= limit


@given(st.text())
def test_a_message_is_short_and_printable(said: str) -> None:
    made = text.message(said, "/w/project")
    assert len(made) <= text.LIMIT
    assert made.encode("utf-8").decode("utf-8") == made
    assert text.message(made, "/w/project") == made or text.GAP in made


def test_a_message_keeps_its_lines_but_no_blank_ones() -> None:
    assert text.message("  assert  1 == 2\n\n   +  where\t1 = f()\n") == "assert 1 == 2\n+ where 1 = f()"


def test_a_long_line_does_not_push_the_others_out() -> None:
    made = text.message(f"assert '{'x' * 900}' == 'y'\nAt index 3")
    assert made.splitlines()[1] == "At index 3"
    assert made.startswith("assert 'xxx")
    assert made.splitlines()[0].endswith("xx' == 'y'")


def test_a_tail_is_the_last_lines_without_library_frames() -> None:
    frames = ('  File "/usr/lib/python3.11/runpy.py", line 1', '  File "/w/project/a.py", line 3 in f', "    ~~~^^")
    log = "\n".join(("first", *frames, "", "last", ""))
    assert text.tail(log, "/w/project", lines=2) == '  File "a.py", line 3 in f\nlast'


def test_a_tail_is_bounded() -> None:
    assert len(text.tail("x" * 500 + "\n" + "\n".join("y" * 500 for _ in range(100)))) <= 1500
