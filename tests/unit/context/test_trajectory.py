from hypothesis import given
from hypothesis import strategies as st

from adw.context.trajectory import Turn, command_of, joined, messages_of
from adw.domain.messages import Message, Text, ToolCall, ToolResult
from tests.support.trajectories import shell, trajectories


def test_a_turn_is_what_was_said_and_called_and_what_came_back():
    calls = (shell(0, "ls"), shell(0, "pwd", 1))
    assert messages_of(Turn("look", calls, ("a.py", "/x"), "and now?")) == (
        Message("assistant", (Text("look"), *calls)),
        Message("user", (ToolResult("call_0_0", "a.py"), ToolResult("call_0_1", "/x"), Text("and now?"))),
    )


def test_a_call_without_a_result_gets_an_empty_one():
    assert messages_of(Turn("", (shell(0, "ls"),)))[1] == Message("user", (ToolResult("call_0_0", ""),))


def test_a_result_without_a_call_is_the_harness_speaking():
    wrong_format = Turn("no command here", (), ("Please give exactly one command.",))
    assert messages_of(wrong_format)[1] == Message("user", (Text("Please give exactly one command."),))
    assert wrong_format.commands == ("",)


def test_empty_texts_are_left_out():
    assert messages_of(Turn(" \n", (), ("",))) == ()


def test_a_shell_command_stands_alone_and_other_calls_have_their_name():
    assert command_of(shell(0, "ls -R")) == "ls -R"
    assert command_of(ToolCall("c", "read", {"paths": ["a.py"], "from": 3})) == 'read ["a.py"] 3'


@given(trajectories())
def test_messages_alternate_begin_and_end_with_the_user_and_pair_every_call(trajectory):
    opening = Message("user", (Text(trajectory.task),))
    messages = joined((opening, *(part for one in trajectory.turns for part in messages_of(one))))
    assert [one.role for one in messages] == ["user", "assistant"] * (len(messages) // 2) + ["user"]
    for said, heard in zip(messages[1::2], messages[2::2], strict=True):
        called = [block.id for block in said.blocks if isinstance(block, ToolCall)]
        assert [block.call_id for block in heard.blocks if isinstance(block, ToolResult)] == called
    assert all(block.text.strip() for one in messages for block in one.blocks if isinstance(block, Text))


@given(st.integers(1, 5))
def test_what_ends_with_the_model_is_closed_for_the_user(count):
    said = Message("assistant", (Text("thinking"),))
    messages = joined((Message("user", (Text("task"),)), *[said] * count))
    assert [one.role for one in messages] == ["user", "assistant", "user"]
    assert len(messages[1].blocks) == count
