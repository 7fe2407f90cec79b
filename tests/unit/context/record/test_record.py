"""What a record may hold, whatever the turns were."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from adw.context.evidence import Needs
from adw.context.record import Record
from adw.context.record.lines import trimmed
from adw.context.record.render import COMMAND_CHARS, FILES, GAP, LOG_TURNS, condensed
from adw.context.trajectory import Trajectory, Turn
from tests.support.trajectories import shell, trajectories, turn

_PRICES = st.floats(1e-7, 0.5)
_VIEW = "\n".join(f"value_number_{number} = compute_value({number})" for number in range(40))


_AFTER = "x" * 200
"""A result that is talked about and shows nothing."""


def _then(number, text):
    return turn(number, text=text, command="python repro.py", result=_AFTER)


def _record(turns, task="the task"):
    record = Record(task)
    for one in turns:
        record.add(one)
    return record


def _shown(text):
    """Lines of results in a record, trimmed."""
    return [trimmed(line) for line in text.split("\n") if not line.startswith(("$ ", FILES)) and line != GAP]


@given(trajectories(), _PRICES)
def test_no_line_is_invented(trajectory, price):
    before = trajectory.turns[:-1]
    results = {trimmed(line) for one in before for result in one.results for line in result.split("\n")}
    commands = {"$ " + condensed(command) for one in before for command in one.commands}
    lines = _record(trajectory.turns, trajectory.task).text(price).split("\n")
    if lines[0].startswith(FILES):
        named = " ".join(command for one in before for command in one.commands)
        assert all(path in named for path in lines.pop(0).removeprefix(FILES).split(" "))
    assert [line for line in lines if trimmed(line) not in results and line not in {*commands, GAP, ""}] == []


@given(trajectories(), _PRICES)
def test_the_same_turns_make_the_same_record(trajectory, price):
    first, second = (_record(trajectory.turns, trajectory.task).text(price) for _ in range(2))
    assert first == second


@given(trajectories(), _PRICES, _PRICES)
def test_a_lower_price_buys_no_less(trajectory, one, other):
    """By what it is all about: what is kept at the higher price is kept at the lower one."""
    low, high = sorted((one, other))
    record = _record(trajectory.turns, trajectory.task)
    needs = Needs.of(trajectory)
    assert needs.rows_of(record.text(high)) <= needs.rows_of(record.text(low))


def test_before_the_second_turn_there_is_none():
    assert _record([]).text() == ""
    assert _record([turn(0, result=_VIEW)]).text() == ""


def test_what_was_used_is_kept_with_its_neighbours_and_the_rest_is_not():
    turns = [turn(0, command="cat a.py", result=_VIEW), _then(1, "so value_number_20 it is")]
    lines = _record(turns).text(0.01).split("\n")
    assert lines == ["$ cat a.py", *_VIEW.split("\n")[19:22]]


def test_where_lines_are_left_out_there_is_a_mark():
    turns = [turn(0, command="cat a.py", result=_VIEW), _then(1, "value_number_5 and value_number_30")]
    lines = _record(turns).text(0.01).split("\n")
    view = _VIEW.split("\n")
    assert lines == ["$ cat a.py", *view[4:7], GAP, *view[29:32]]


def test_the_newer_of_two_views_is_kept():
    old, new = _VIEW, _VIEW.replace("compute_value", "improved_value")
    turns = [turn(0, result=old), turn(1, result=new), _then(2, "value_number_20")]
    text = _record(turns).text(0.01)
    assert "improved_value(20)" in text
    assert "compute_value(20)" not in text


def test_what_the_last_turn_shows_is_not_bought_again():
    turns = [turn(0, result=_VIEW), turn(1, text="value_number_20", result=_VIEW)]
    assert _shown(_record(turns).text(0.01)) == []


def test_neighbours_keep_their_indentation_to_each_other_and_lose_the_margin():
    view = "        if compute_total:\n            return apply_voucher\n        return nothing_else"
    turns = [turn(0, command="cat a.py", result=view), _then(1, "apply_voucher")]
    assert _record(turns).text(0.001).split("\n")[1:] == [
        "if compute_total:",
        "    return apply_voucher",
        "return nothing_else",
    ]


def test_a_long_line_is_cut_where_trimming_does_not_shorten_it():
    long = "  " + "apply_voucher ".ljust(299, "x") + "   and more " + "y" * 200
    turns = [turn(0, command="cat a.py", result=f"one\n{long}\ntwo"), _then(1, "apply_voucher")]
    shown = _record(turns).text(0.0001).split("\n")[2]
    assert len(shown) < len(long)
    assert trimmed(shown) == trimmed(long)


def test_recent_commands_are_named_though_nothing_of_them_is_kept():
    turns = [turn(number, command=f"command-{number} " + "x" * 90, result="ok") for number in range(20)]
    lines = _record(turns).text(0.5).split("\n")
    assert len(lines) == LOG_TURNS
    assert lines[-1] == ("$ command-18 " + "x" * 90)[: COMMAND_CHARS + 2]


def test_files_are_named_once_newest_last_and_commands_go_without_folders():
    turns = [turn(0, command="cat shop/a.py"), turn(1, command="cat lib/deep/b.py"), turn(2)]
    assert _record(turns).text().split("\n") == [FILES + "shop/a.py lib/deep/b.py", "$ cat a.py", "$ cat b.py"]


def test_results_without_a_call_are_remembered_too():
    speaking = Turn("no command", (), (_VIEW,))
    assert "compute_value(20)" in _record([speaking, _then(1, "value_number_20")]).text(0.01)


def test_several_calls_in_one_turn_are_told_apart():
    both = Turn("", (shell(0, "cat a.py"), shell(0, "cat b.py", 1)), (_VIEW, _VIEW.replace("value", "other")))
    text = _record([both, _then(1, "other_number_20")]).text(0.01)
    assert text.split("\n")[:3] == ["$ cat a.py", "$ cat b.py", "other_number_19 = compute_other(19)"]


_SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.support.trajectories import turn
from adw.context.record import Record
record = Record("the task")
words = [f"name_of_thing_{number % 37}" for number in range(200)]
for number in range(9):
    record.add(turn(number, text=" ".join(words[number : number + 3]), command="python a.py", result="\\n".join(
        " ".join(words[at : at + 4]) for at in range(number, 150, 3))))
record.add(turn(9, text="hm", command="python a.py", result="x" * 200))
print(record.text(0.0001))
"""


def test_the_hash_seed_does_not_matter(pytestconfig):
    texts = {
        subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(pytestconfig.rootpath)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(texts) == 1
    assert "name_of_thing" in texts.pop()


def test_a_trajectory_is_a_sequence_of_past_turns():
    run = Trajectory("run", "model", "task", (turn(0, result=_VIEW), _then(1, "value_number_20")))
    assert _record(run.turns, run.task).text(0.01) != ""
