from dataclasses import replace

from hypothesis import given

from adw.context.evidence import Evidence, Needs
from adw.context.trajectory import Trajectory, Turn
from tests.support.trajectories import trajectories, turn

_RESULT = "one\ntwo compute_total here\nthree\nfour\nfive apply_voucher"


def _kept(text, shown, result=_RESULT, task="the task"):
    """Of what a second call that says `text` needs, how much a request that is `shown` keeps."""
    needs = Needs.of(Trajectory("run", "model", task, (turn(0, result=result), turn(1, text=text))))
    return needs.kept(1, [needs.rows_of(one) for one in shown])


def test_a_line_with_both_neighbours_keeps_it():
    assert _kept("compute_total", ["one\ntwo compute_total here\nthree"]) == Evidence(1, 1)


def test_a_lone_line_a_bare_word_and_one_neighbour_keep_nothing():
    for shown in ("compute_total", "two compute_total here", "one\ntwo compute_total here"):
        assert _kept("compute_total", [shown]) == Evidence(0, 1)


def test_lines_that_are_not_in_a_row_keep_nothing():
    assert _kept("compute_total", ["one\n…\ntwo compute_total here\nthree"]) == Evidence(0, 1)
    assert _kept("compute_total", ["one\ntwo compute_total here", "three"]) == Evidence(0, 1)


def test_at_an_edge_one_neighbour_is_all_there_is():
    assert _kept("apply_voucher", ["four\nfive apply_voucher"]) == Evidence(1, 1)


def test_a_result_of_one_line_is_kept_by_that_line():
    assert _kept("compute_total", ["log:\ncompute_total is gone\nmore"], result="compute_total is gone") == Evidence(
        1, 1
    )


def test_margins_do_not_matter_and_lines_count_for_300_characters():
    long = "compute_total " + "y" * 400
    assert _kept("compute_total", [f"a\n    {long[:300]} other\nb"], result=f"  a\n{long}\n\tb") == Evidence(1, 1)


def test_what_the_task_names_or_nothing_has_shown_is_not_needed():
    assert _kept("compute_total", [], task="mend compute_total") == Evidence(0, 0)
    assert _kept("brand_new_name", []) == Evidence(0, 0)
    assert _kept("short", []) == Evidence(0, 0)


def test_identifiers_are_whole_words():
    assert _kept("compute_total_twice", []) == Evidence(0, 0)


def test_commands_use_identifiers_too():
    needs = Needs.of(Trajectory("r", "m", "task", (turn(0, result=_RESULT), turn(1, command="grep compute_total ."))))
    assert needs.kept(1, []) == Evidence(0, 1)


def test_what_did_not_enter_the_history_was_not_shown():
    faulty = replace(turn(0, result=_RESULT), remembered=False)
    assert Needs.of(Trajectory("r", "m", "t", (faulty, Turn("compute_total")))).kept(1, []) == Evidence(0, 0)


def test_shares_are_pooled_and_there_is_none_where_nothing_was_needed():
    assert (Evidence(1, 2) + Evidence(3, 6)).share == 0.5
    assert Evidence().share is None


@given(trajectories())
def test_all_results_so_far_keep_everything(trajectory):
    needs = Needs.of(trajectory)
    shown = []
    for number, one in enumerate(trajectory.turns):
        assert needs.kept(number, shown) == Evidence(len(needs.calls[number]), len(needs.calls[number]))
        shown += map(needs.rows_of, one.results)
