from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from adw.context.ablation.policies import DEFAULT, policy
from adw.context.ablation.replay import Replay
from adw.context.trajectory import Trajectory, Turn, command_of
from adw.domain.messages import Message, Text, ToolCall, ToolSpec
from adw.domain.usage import Usage
from tests.support.trajectories import shell, trajectories, turn, words


def _text(block):
    if isinstance(block, ToolCall):
        return command_of(block)
    return block.text if isinstance(block, Text) else block.content


@given(trajectories())
def test_full_history_keeps_everything_and_is_the_sum_of_its_parts(trajectory):
    calls = list(Replay(trajectory, words).calls(policy("full")))
    fixed = words(trajectory.system) + words(trajectory.task)
    history = 0
    for call, one in zip(calls, trajectory.turns, strict=True):
        assert call.usage.input == fixed + history
        assert call.evidence.kept == call.evidence.needed
        history += sum(map(words, (one.text, *one.commands, *one.results, one.said)))


@given(name=st.sampled_from(DEFAULT), trajectory=trajectories())
def test_under_every_policy_tokens_are_those_of_the_messages(name, trajectory):
    calls = list(Replay(trajectory, words).calls(policy(name)))
    assert [call.number for call in calls] == list(range(len(trajectory.turns)))
    for call in calls:
        sent = sum(words(_text(block)) for one in call.messages for block in one.blocks)
        closing = words("(nothing came back)") if _text(call.messages[-1].blocks[-1]) == "(nothing came back)" else 0
        assert call.usage.input == words(trajectory.system) + sent - closing
        assert call.messages[0].blocks[0] == Text(trajectory.task)
        assert call.messages[-1].role == "user"


def test_output_is_as_billed_or_counted():
    billed, unknown = turn(0, text="a b c"), replace(turn(1, text="a b c", command="ls -R"), usage=None)
    run = Trajectory("run", "model", "task", (billed, unknown))
    assert [call.usage.output for call in Replay(run, words).calls(policy("full"))] == [7, 5]


def test_what_the_record_does_not_hold_is_paid_for_by_every_call():
    run = Trajectory("run", "model", "task", (turn(0), turn(1)), unseen=2_000)
    first, second = Replay(run, words).calls(policy("full"))
    assert first.usage == Usage(cache_write_5m=2_001, output=7)
    assert second.usage.cache_read == 2_001


def test_tools_are_sent_with_every_call():
    spec = ToolSpec("read", "Files as they are", {"type": "object"})
    bare = Trajectory("run", "model", "task", (turn(0),))
    with_tools, without = (
        next(Replay(one, words).calls(policy("full"))) for one in (replace(bare, tools=(spec,)), bare)
    )
    assert with_tools.usage.input - without.usage.input == words("read Files as they are {'type': 'object'}")


def test_a_faulty_answer_is_a_call_but_no_history():
    run = Trajectory("run", "model", "task", (replace(turn(0), remembered=False), turn(1), turn(2)))
    calls = list(Replay(run, words).calls(policy("full")))
    assert [len(call.messages) for call in calls] == [1, 1, 3]


def test_answers_that_nothing_followed_stand_in_one_message():
    run = Trajectory("run", "model", "task", (Turn("one"), Turn("two", (shell(1, "ls"),), ("a",)), Turn("three")))
    *_, last = Replay(run, words).calls(policy("full"))
    assert last.messages[1] == Message("assistant", (Text("one"), Text("two"), shell(1, "ls")))
