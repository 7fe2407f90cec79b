from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.domain.messages import ToolCall
from adw.workflow.tool_inputs import DoneInput, PlanInput, ReviewInput, ToolInput
from adw.workflow.tool_specs import EDIT_TOOLS, PLAN_TOOLS, REVIEW_TOOLS
from adw.workflow.toolbox import Toolbox, Turn
from tests.fakes.memory_workspace import MemoryWorkspace

_FILES = {"a.py": b"one\n", "b.py": b"two\n", "c d.py": b"three\n"}


def _calls(*named: tuple[str, dict[str, Any]]) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(f"call-{number}", name, given) for number, (name, given) in enumerate(named))


def _toolbox(workspace: MemoryWorkspace, done: type[ToolInput] = DoneInput, max_chars: int = 20_000) -> Toolbox:
    tools = {DoneInput: EDIT_TOOLS, PlanInput: PLAN_TOOLS, ReviewInput: REVIEW_TOOLS}[done]
    return Toolbox(
        workspace=workspace,
        names=tuple(tool.name for tool in tools),
        done_input=done,
        run_check=lambda name: f"{name}: {'red' if b'one' in workspace.content.get('a.py', b'') else 'green'}",
        max_lines=500,
        max_chars=max_chars,
        monotonic=lambda: 0.0,
    )


def _use(workspace: MemoryWorkspace, *named: tuple[str, dict[str, Any]]) -> Turn:
    return _toolbox(workspace).use(_calls(*named))


@pytest.fixture
def workspace() -> MemoryWorkspace:
    return MemoryWorkspace(_FILES)


_EDIT_A = ("edit", {"path": "a.py", "old": "one", "new": "1"})
_EDIT_B = ("edit", {"path": "b.py", "old": "two", "new": "2"})
_MISFIT = ("edit", {"path": "b.py", "old": "nothing", "new": "2"})
_DONE = ("done", {"summary": "made it"})


def test_all_edits_of_a_turn_are_applied_together(workspace: MemoryWorkspace) -> None:
    turn = _use(workspace, _EDIT_A, ("write", {"path": "new.py", "content": "x\n"}), ("delete", {"path": "b.py"}))
    assert workspace.content == {"a.py": b"1\n", "new.py": b"x\n", "c d.py": b"three\n"}
    assert [result.content for result in turn.results] == ["ok", "ok", "ok"]
    assert (turn.edited, turn.bad, turn.done) == (True, False, None)


def test_one_edit_that_does_not_fit_stops_all_of_its_turn(workspace: MemoryWorkspace) -> None:
    turn = _use(workspace, _EDIT_A, _MISFIT)
    assert workspace.content == _FILES
    assert [result.error for result in turn.results] == [True, True]
    assert turn.results[0].content == "not applied: another edit of this turn does not fit"
    assert "`old` is not in b.py" in turn.results[1].content
    assert (turn.edited, turn.bad) == (False, False)


def test_a_protected_path_is_an_answer_not_an_end(workspace: MemoryWorkspace) -> None:
    turn = _use(workspace, _EDIT_A, ("write", {"path": ".github/workflows/x.yml", "content": "x"}))
    assert workspace.content == _FILES
    assert "CI file" in turn.results[1].content


def test_what_is_read_in_a_turn_is_as_its_edits_left_it(workspace: MemoryWorkspace) -> None:
    turn = _use(
        workspace,
        ("read", {"paths": ["a.py"]}),
        ("search", {"pattern": "1", "glob": "*.py"}),
        ("run_checks", {"checks": ["test", "lint"]}),
        _EDIT_A,
    )
    assert [result.content for result in turn.results] == ["## a.py\n1", "a.py:1: 1", "test: green\nlint: green", "ok"]


def test_done_may_stand_with_the_last_edits(workspace: MemoryWorkspace) -> None:
    turn = _use(workspace, _DONE, _EDIT_A)
    assert (turn.done, turn.edited) == ({"summary": "made it"}, True)
    assert workspace.content["a.py"] == b"1\n"


def test_done_is_refused_where_the_edits_of_its_turn_failed(workspace: MemoryWorkspace) -> None:
    turn = _use(workspace, _MISFIT, _DONE)
    assert turn.done is None
    assert (turn.results[1].content, turn.results[1].error) == ("not done: calls of this turn failed", True)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (("shell", {"command": "ls"}), "there is no tool 'shell'; use read, search, edit, write, delete"),
        (("read", {}), "paths: Field required"),
        (("read", {"paths": []}), "paths: "),
        (("read", {"paths": 5}), "paths: "),
        (("read", {"paths": None}), "paths: "),
        (("read", {"paths": "a.py"}), "paths: "),
        (("read", {"paths": ["a.py"], "lines": 3}), "lines: Extra inputs"),
        (("edit", {"path": {"a": 1}, "old": "", "new": ""}), "path: "),
        (("run_checks", {"checks": 7}), "checks: "),
        (("search", {"pattern": ""}), "pattern: "),
    ],
)
def test_a_malformed_call_is_explained_and_nothing_of_its_turn_is_applied(
    workspace: MemoryWorkspace, call: tuple[str, dict[str, Any]], problem: str
) -> None:
    turn = _use(workspace, _EDIT_A, call, _DONE)
    assert turn.bad
    assert problem in turn.results[1].content
    assert turn.results[0].content == "not applied: another call of this turn is malformed"
    assert (turn.done, turn.edited, workspace.content) == (None, False, _FILES)


def test_reading_goes_on_beside_a_malformed_call(workspace: MemoryWorkspace) -> None:
    turn = _use(workspace, ("read", {"paths": ["a.py"]}), ("read", {}))
    assert turn.results[0].content == "## a.py\none"


def test_input_that_is_no_json_is_shown_back(workspace: MemoryWorkspace) -> None:
    call = ToolCall("1", "write", {}, invalid='{"path": "a.py", "content": "' + "x" * 500)
    turn = _toolbox(workspace).use((call,))
    assert turn.bad
    assert turn.results[0].content.startswith('the input is not a JSON object: {"path": "a.py"')
    assert len(turn.results[0].content) < 300


def test_a_phase_has_its_own_tools_and_its_own_done(workspace: MemoryWorkspace) -> None:
    plan = {"summary": "s", "steps": ["a"], "change": ["a.py"], "create": [], "tests": []}
    turn = _toolbox(workspace, PlanInput).use(_calls(("done", plan)))
    assert turn.done is not None
    assert turn.done["change"] == ["a.py"]
    review = {"verdict": "reject", "findings": [{"severity": "blocker", "path": "a.py", "message": "m", "line": 3}]}
    turn = _toolbox(workspace, ReviewInput).use(_calls(("done", review), _EDIT_A))
    assert turn.bad
    assert "there is no tool 'edit'" in turn.results[1].content
    assert _toolbox(workspace, ReviewInput).use(_calls(("done", {"verdict": "maybe"}))).bad


def test_people_see_one_short_line_for_each_call(workspace: MemoryWorkspace) -> None:
    turn = _use(
        workspace,
        _EDIT_A,
        ("read", {"paths": ["a.py:1-2", "c d.py"]}),
        ("search", {"pattern": "two\nlines"}),
        ("run_checks", {"checks": ["test"]}),
        ("shell", {"path": "x" * 500}),
        _DONE,
    )
    assert turn.lines[:4] == ("edit a.py ✗", "read a.py:1-2 c d.py", "search two lines", "run_checks test")
    assert turn.lines[4].endswith("x ✗")
    assert max(map(len, turn.lines)) <= 102


def test_no_result_is_larger_than_allowed() -> None:
    workspace = MemoryWorkspace({f"{number}.py": b"x = 1 # padding padding\n" * 50 for number in range(10)})
    calls = _calls(
        ("read", {"paths": list(workspace.files())}),
        ("search", {"pattern": "x"}),
        ("run_checks", {"checks": ["c" * 900, "d" * 900]}),
        ("edit", {"path": "1.py", "old": "x = 2 # padding\n" * 30, "new": ""}),
        ("read", {"paths": ["a.py"], "k" * 5000: 1}),
    )
    for result in _toolbox(workspace, max_chars=400).use(calls).results:
        assert len(result.content) <= 400


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("a.py:1-/\n", max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["path", "x"]), inner, max_size=2),
    max_leaves=4,
)
_KEYS = st.sampled_from(["path", "paths", "pattern", "glob", "old", "new", "content", "all", "checks", "summary", "x"])
_NAMES = st.sampled_from(["read", "search", "edit", "write", "delete", "run_checks", "done", "shell", ""])


@given(st.lists(st.tuples(_NAMES, st.dictionaries(_KEYS, _JSON, max_size=4)), min_size=1, max_size=4))
def test_nothing_that_a_model_may_ask_raises(named: list[tuple[str, dict[str, Any]]]) -> None:
    workspace = MemoryWorkspace(_FILES)
    turn = _use(workspace, *named)
    assert [result.call_id for result in turn.results] == [f"call-{number}" for number in range(len(named))]
    assert len(turn.lines) == len(named)
    if not turn.edited:
        assert workspace.content == _FILES
