"""Edits between two texts: they fit one after the other, and lead where they should."""

from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.reference_fix import fixed, replacements

BUGGY = '\ndef twice(x):\n    return x + x + 1\n\n\n"""\nTwo times x.\n"""\n'
LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "    return x\n"]), min_size=1, max_size=12).map("".join)


@given(LINES, LINES)
def test_every_edit_fits_once_and_together_they_make_the_other_text(before, after):
    for edit in replacements(before, after):
        assert before.count(edit.old) == 1
        before = before.replace(edit.old, edit.new)
    assert before == after


@given(LINES)
def test_a_text_that_is_right_needs_no_edit(text):
    assert replacements(text, text) == ()


def test_an_edit_is_no_longer_than_it_must_be():
    (edit,) = replacements("one\ntwo\nthree\n", "one\n2\nthree\n")

    assert (edit.old, edit.new) == ("two\n", "2\n")


def test_what_describes_the_program_stays_and_other_solutions_do_not_come_in():
    correct = '\n\ndef twice(x):\n    return x + x\n\n"""\ndef twice(x):\n    return 2 * x\n"""\n'

    assert fixed(BUGGY, correct) == BUGGY.replace("x + x + 1", "x + x")


def test_a_program_without_description_is_replaced_whole():
    assert fixed("a = 1\n", "a = 2\n") == "a = 2\n"
