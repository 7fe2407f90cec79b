from hypothesis import given
from hypothesis import strategies as st

from adw.context.ablation.stages import bounded, condensed_words, modified_files_only, truncate_files
from adw.domain.run import Limits
from tests.support.trajectories import RESULTS, turn

_LIMITS = Limits()


@given(st.lists(st.text("ab \n", max_size=30), max_size=40).map("\n".join))
def test_what_is_within_bounds_stays(result):
    assert bounded(result) == result


@given(st.integers(400, 3000), st.sampled_from([1, 30, 900]))
def test_long_results_lose_their_middle_and_say_how_much(count, width):
    lines = [f"{number} ".ljust(width, "x") for number in range(count)]
    shown = bounded("\n".join(lines)).split("\n")
    assert len(shown) <= _LIMITS.max_file_lines + 1
    assert sum(map(len, shown)) <= _LIMITS.max_result_chars + 40
    if len(shown) < count:
        (at,) = [number for number, line in enumerate(shown) if line.endswith("lines left out")]
        left_out = int(shown[at].split()[1])
        assert [*shown[:at], *lines[at : at + left_out], *shown[at + 1 :]] == lines


def test_one_endless_line_is_cut():
    assert len(bounded("x" * 50_000)) < _LIMITS.max_result_chars + 40


def test_turns_within_bounds_stay_the_same_objects():
    short, long = turn(0, result="ok"), turn(1, result="line\n" * 900)
    kept, cut = truncate_files([short, long])
    assert kept is short
    assert cut.results[0].count("\n") == _LIMITS.max_file_lines


def test_lines_that_are_shown_again_are_dropped_from_the_older_view():
    older = turn(0, result="head\nclass Cart:\n    def total(self):\n        return 1\ntail")
    newer = turn(1, result="class Cart:\n  def total(self):\n  return 1")
    assert [one.results[0] for one in modified_files_only([older, newer])] == ["head\n…\ntail", newer.results[0]]


def test_two_lines_in_a_row_are_no_repetition():
    turns = [turn(0, result="a\nb\nc"), turn(1, result="a\nb\nd")]
    assert modified_files_only(turns) == turns
    assert modified_files_only(turns)[0] is turns[0]


@given(RESULTS, RESULTS)
def test_nothing_but_what_is_shown_again_is_dropped(old, new):
    kept = modified_files_only([turn(0, result=old), turn(1, result=new)])[0].results[0]
    again = {line.strip()[:300] for line in new.split("\n")}
    assert [line for line in old.split("\n") if line.strip()[:300] not in again] == [
        line for line in kept.split("\n") if line.strip()[:300] not in again and line != "…"
    ]


def test_old_words_are_cut_to_the_beginning_of_their_first_line():
    old = turn(0, text="Now I look at the cart.\nBecause …", command="cat > a.py <<E\n" + "x" * 99)
    last = turn(1, text="long " * 50)
    first, second = condensed_words([old, last])
    assert (first.text, first.commands) == ("Now I look at the cart.", ("cat > a.py <<E",))
    assert second is last
    assert condensed_words([first, last])[0] is first
