from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from adw.context.ablation.conversation import OMITTED, USER, Appended, Folded, Masked
from adw.context.ablation.stages import modified_files_only
from adw.context.history import HEADING
from adw.context.trajectory import messages_of
from adw.domain.messages import ToolResult
from adw.domain.weights import COST, ITPM, RAW
from tests.support.trajectories import trajectories, turn, words

_LONG = "\n".join(f"value_number_{number} = compute_value({number})" for number in range(60))


def _results(sent):
    return [block.content for one in sent.messages for block in one.blocks if isinstance(block, ToolResult)]


def _played(conversation, *turns):
    """What is sent before each call, and after the last."""
    sent = [conversation.sent()]
    for one in turns:
        conversation.add(one)
        sent.append(conversation.sent())
    return sent


def test_full_history_sends_every_turn_and_the_same_objects_again():
    turns = [turn(number, result=f"result {number}") for number in range(3)]
    sent = _played(Appended(), *turns)
    assert sent[3].messages == tuple(message for one in turns for message in messages_of(one))
    assert all(old is new for old, new in zip(sent[2].messages, sent[3].messages, strict=False))


def test_a_stage_that_changes_old_turns_changes_what_is_sent_of_them():
    view = "def compute_total():\n    return 1\n# end"
    sent = _played(Appended((modified_files_only,)), turn(0, result=view), turn(1, result=f"head\n{view}"))
    assert _results(sent[1]) == [view]
    assert _results(sent[2]) == ["…", f"head\n{view}"]


def test_masking_keeps_the_last_results():
    sent = _played(Masked(2), *(turn(number, result=f"result {number}") for number in range(4)))
    assert _results(sent[1]) == ["result 0"]
    assert _results(sent[4]) == [OMITTED, OMITTED, "result 2", "result 3"]


def test_folded_is_the_record_and_the_last_turn_whole():
    turns = [turn(number, text="value_number_7", result=_LONG) for number in range(3)]
    sent = _played(Folded("task", RAW, words), *turns)
    assert sent[1].extra == ()
    assert sent[3].messages == messages_of(turns[2])
    (record,) = sent[3].extra
    assert record.startswith(f"{HEADING}\n")


def test_what_the_user_said_is_never_folded_away():
    turns = [turn(number, text="value_number_7", result=_LONG, said=f"wish {number}") for number in range(3)]
    sent = _played(Folded("task", RAW, words), *turns)[3]
    assert sent.extra[0] == f"{USER}\nwish 0\nwish 1"
    assert sent.messages == messages_of(turns[2])


def test_the_weights_change_the_schedule():
    turns = [turn(number, text="value_number_7", result=_LONG) for number in range(12)]
    whole = {
        name: sum(len(sent.messages) for sent in _played(Folded("task", weights, words), *turns))
        for name, weights in (("raw", RAW), ("cost", COST), ("itpm", ITPM))
    }
    assert whole["raw"] < whole["cost"] < whole["itpm"] == 2 * sum(range(13))


@given(trajectories(), st.sampled_from([RAW, COST, ITPM]))
def test_a_request_knows_nothing_of_what_comes_after_it(trajectory, weights):
    """The same beginning, another end: the same requests until they part."""
    turns = trajectory.turns
    other = [*turns[:-1], replace(turns[-1], text="another ending", results=("completely_different",))]
    for make in (Appended, lambda: Masked(1), lambda: Folded("task", weights, words)):
        assert _played(make(), *turns)[: len(turns)] == _played(make(), *other)[: len(turns)]
