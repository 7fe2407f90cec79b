from adw.adapters.call_files import KeptCall
from adw.context.own_runs import trajectories
from adw.domain.call import CallFacts
from adw.domain.messages import Answer, Message, ModelRequest, Text, ToolCall, ToolResult, ToolSpec
from adw.domain.usage import Usage

_OPENING = Message("user", (Text("# Issue: mend it"), Text("# Baseline")))
_TOOL = ToolSpec("read", "Files.", {"type": "object"})


def _call(turn, answer, *between, phase="build", attempt=1):
    request = ModelRequest("claude-sonnet-5-5", (Text("You build."),), (_TOOL,), (_OPENING, *between), 8000)
    return KeptCall(request, Answer(answer, "tool_use", Usage(output=turn), "m"), CallFacts(phase, attempt, turn, "1"))


def _reads(name, number):
    return (Text(f"look at {name}"), ToolCall(f"toolu_{number}", "read", {"paths": [name]}))


def _exchange(blocks, number, result):
    return Message("assistant", blocks), Message("user", (ToolResult(f"toolu_{number}", result),))


def test_a_conversation_is_put_together_from_its_requests():
    first, second = _reads("a.py", 1), _reads("b.py", 2)
    done = (ToolCall("toolu_3", "done", {}),)
    calls = [
        _call(1, first),
        _call(2, second, *_exchange(first, 1, "text of a")),
        _call(3, done, *_exchange(first, 1, "text of a"), *_exchange(second, 2, "text of b")),
    ]
    (found,) = trajectories("run-7", calls)

    assert (found.id, found.model, found.system) == ("run-7/1-build", "claude-sonnet-5-5", "You build.")
    assert found.task == "# Issue: mend it\n\n# Baseline"
    assert found.tools == (_TOOL,)
    assert [one.text for one in found.turns] == ["look at a.py", "look at b.py", ""]
    assert [one.results for one in found.turns] == [("text of a",), ("text of b",), ()]
    assert [one.usage.output for one in found.turns] == [1, 2, 3]


def test_what_was_folded_is_whole_again():
    first, second, third = (_reads(f"{number}.py", number) for number in (1, 2, 3))
    calls = [
        _call(1, first),
        _call(2, second, *_exchange(first, 1, "text of 1")),
        _call(3, third, *_exchange(second, 2, "text of 2")),  # the first turn stands in a record
    ]
    (found,) = trajectories("run-7", calls)
    assert [one.results for one in found.turns] == [("text of 1",), ("text of 2",), ()]


def test_a_faulty_answer_is_a_call_that_nothing_remembers():
    broken, good = (ToolCall("toolu_1", "read", {}, invalid="{"),), _reads("a.py", 2)
    (found,) = trajectories("run-7", [_call(1, broken), _call(2, good), _call(3, (), *_exchange(good, 2, "text"))])
    assert [one.remembered for one in found.turns] == [False, True, True]


def test_every_conversation_is_a_trajectory():
    calls = [
        _call(1, (Text("plan"),), phase="plan"),
        _call(1, (Text("build"),)),
        _call(2, (Text("more"),), *_exchange((Text("build"),), 1, "")),
        _call(1, (Text("again"),), attempt=2),
    ]
    assert [(one.id, len(one.turns)) for one in trajectories("r", calls)] == [
        ("r/1-plan", 1),
        ("r/2-build", 2),
        ("r/3-build", 1),
    ]
    assert trajectories("r", []) == ()
