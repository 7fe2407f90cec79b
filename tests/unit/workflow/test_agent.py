"""The turn loop: what is asked, what enters the history, how it ends."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adw.domain.messages import Answer, Message, ModelRequest, Opaque, Text, ToolCall, ToolResult
from adw.domain.run import Limits, Phase
from adw.domain.section import Priority, Section, Zone
from adw.errors import BudgetExceeded, ModelError
from adw.workflow.agent import Finished, converse
from adw.workflow.dialogue import Brief
from adw.workflow.tool_inputs import DoneInput
from adw.workflow.tool_specs import EDIT_TOOLS
from tests.fakes.prices import FixedPrices
from tests.fakes.scripted_model import Script, says
from tests.support.kit import DONE, FILES, MEND, MODEL, World, call, edit, shop

_SECTIONS = (
    Section("system", "You build.", Priority.CRITICAL, Zone.STABLE),
    Section("issue", "# Issue: x", Priority.CRITICAL),
    Section("report", "# 2 failed", Priority.CRITICAL, Zone.REPORT),
)
_READ = call("read", paths=["README.md"])


def _converse(world: World, verify: Callable[[bool], str] = lambda _: "", **changes: Any) -> Finished:
    brief = Brief(Phase.BUILD, 0, lambda: _SECTIONS, EDIT_TOOLS, DoneInput, "build/1", verify)
    return world.within(lambda kit: converse(kit, replace(brief, **changes)))


def _ended(script: Script, **limits: Any) -> tuple[Finished, World]:
    world = shop(script, limits=Limits(**limits))
    return _converse(world), world


def _results(request: ModelRequest) -> list[str]:
    return [block.content for block in request.messages[-1].blocks if isinstance(block, ToolResult)]


def test_edits_and_done_in_one_turn_take_one_call() -> None:
    finished, world = _ended([says("", MEND, DONE)])
    assert finished == Finished({"summary": "mended"}, 1, edited=True)
    assert world.workspace.content["shop/cart.py"] != FILES["shop/cart.py"]


def test_parallel_calls_get_their_results_in_one_message() -> None:
    calls = (_READ, call("search", pattern="total", glob="shop/*"), call("run_checks", checks=["test", "lint"]))
    finished, world = _ended([says("", *calls), says("", DONE)])
    assert finished.calls == 2
    second = world.model.requests[1]
    assert second.messages[1] == Message("assistant", calls)
    readme, found, checks = _results(second)
    assert readme == "## README.md\n# Shop"
    assert found == "shop/cart.py:1: def total(items):"
    assert '"failed":1' in checks
    assert checks.endswith("[no check 'lint'; there are: test]")


def test_a_turn_whose_edits_do_not_fit_changes_nothing_and_goes_on() -> None:
    finished, world = _ended([says("", MEND, edit("nothing", "x", number=2), DONE), says("", MEND, DONE)])
    assert (finished.calls, finished.edited) == (2, True)
    first, second, done = _results(world.model.requests[1])
    assert first == "not applied: another edit of this turn does not fit"
    assert "`old` is not in shop/cart.py" in second
    assert done == "not done: calls of this turn failed"


def test_what_was_edited_in_an_earlier_turn_counts() -> None:
    finished, _ = _ended([says("", MEND), says("", DONE)])
    assert finished.edited


_FAULTS: dict[str, tuple[Answer, str]] = {
    "refusal": (says("I cannot.", stop="refusal"), "refusal"),
    "refusal with calls": (says("", DONE, stop="refusal"), "refusal"),
    "max_tokens": (says("", _READ, stop="max_tokens"), "max_tokens"),
    "context_window": (says("", _READ, stop="context_window"), "context_window"),
    "empty": (says(), "an empty answer"),
    "no tool call": (says("All is well."), "no tool call"),
}
_MALFORMED: dict[str, Answer] = {
    "malformed input": says("", call("read", path="README.md")),
    "input that is no JSON": says("", ToolCall("1", "read", {}, invalid='{"paths": [')),
    "unknown tool": says("", call("shell", command="ls")),
}


@pytest.mark.parametrize("case", _FAULTS)
def test_a_faulty_answer_is_corrected_once_and_does_not_enter_the_history(case: str) -> None:
    answer, _ = _FAULTS[case]
    finished, world = _ended([says("", _READ), answer, says("", MEND, DONE)])
    assert finished.calls == 3
    before, after = world.model.requests[1:]
    *same, note = after.messages[-1].blocks
    assert (after.messages[:-1], tuple(same)) == (before.messages[:-1], before.messages[-1].blocks)
    assert isinstance(note, Text)
    assert note.text.startswith("Your last answer ")
    assert len(note.text) < 200


def test_a_correction_is_said_once() -> None:
    _, world = _ended([says(), says("", _READ), says("", DONE)])
    corrected, after = ("Your last answer" in repr(request.messages) for request in world.model.requests[1:])
    assert (corrected, after) == (True, False)


@pytest.mark.parametrize("case", _MALFORMED)
def test_a_malformed_call_is_answered_where_it_stands(case: str) -> None:
    finished, world = _ended([_MALFORMED[case], says("", DONE)])
    assert finished.calls == 2
    assert world.model.requests[1].messages[1] == Message("assistant", _MALFORMED[case].blocks)
    last = world.model.requests[1].messages[-1].blocks[-1]
    assert isinstance(last, ToolResult)
    assert last.error


@pytest.mark.parametrize("case", _FAULTS)
def test_the_second_fault_in_a_row_is_the_end(case: str) -> None:
    answer, named = _FAULTS[case]
    with pytest.raises(ModelError, match=f"two answers in a row.*{named}") as caught:
        _ended([answer, answer, says("", DONE)])
    assert caught.value.retried
    assert caught.value.hint


@pytest.mark.parametrize("case", _MALFORMED)
@pytest.mark.parametrize("first", ["empty", "refusal"])
def test_faults_of_two_kinds_in_a_row_are_the_end_too(case: str, first: str) -> None:
    with pytest.raises(ModelError, match="malformed tool calls"):
        _ended([_FAULTS[first][0], _MALFORMED[case]])


def test_a_good_answer_between_two_faults_forgives() -> None:
    finished, world = _ended([says(), says("", _READ), says(), says("", DONE)])
    assert (finished.calls, len(world.model.requests)) == (4, 4)


def test_what_the_provider_says_of_a_refusal_is_passed_on() -> None:
    refusal = replace(says(stop="refusal"), detail="cyber")
    with pytest.raises(ModelError, match="refusal: cyber"):
        _ended([refusal, refusal])


def test_whoever_resumes_after_two_faults_gets_one_turn_more() -> None:
    world = shop([says(), says(), says("", MEND, DONE)])
    with pytest.raises(ModelError):
        _converse(world)
    assert _converse(world).calls == 3
    assert len(world.model.requests) == 3


def test_turns_are_bounded() -> None:
    finished, world = _ended([says("", call("read", number, paths=["README.md"])) for number in range(9)], max_turns=3)
    assert finished == Finished(None, 3, edited=False)
    assert len(world.model.requests) == 3


def test_thinking_is_sent_back_unchanged() -> None:
    thinking = Opaque({"type": "thinking", "thinking": "hm", "signature": "c2ln"})
    answer = replace(says("", _READ), blocks=(thinking, Text("I look."), _READ))
    _, world = _ended([answer, says("", DONE)])
    assert world.model.requests[1].messages[1] == Message("assistant", answer.blocks)


def _breakpoints(request: ModelRequest) -> list[str]:
    blocks = [*request.system, *(block for message in request.messages for block in message.blocks)]
    return [
        block.text if isinstance(block, Text) else block.content
        for block in blocks
        if isinstance(block, Text | ToolResult) and block.cache
    ]


def test_four_breakpoints_at_most_the_last_at_the_end() -> None:
    _, world = _ended([says("", _READ), says(), says("", call("search", pattern="xyz")), says("", DONE)])
    fixed = ["You build.", "# Issue: x", "# 2 failed"]
    assert [_breakpoints(request) for request in world.model.requests] == [
        fixed,
        [*fixed, "## README.md\n# Shop"],
        [*fixed, "## README.md\n# Shop"],
        [*fixed, "[no line matches]"],
    ]


def test_work_that_is_not_good_enough_is_said_in_the_result_of_done() -> None:
    said: list[bool] = []

    def verify(edited: bool) -> str:  # noqa: FBT001
        said.append(edited)
        return "" if edited else "not done: nothing was edited yet"

    world = shop([says("", _READ, DONE), says("", MEND, DONE)])
    assert _converse(world, verify) == Finished({"summary": "mended"}, 2, edited=True)
    assert said == [False, True]
    assert _results(world.model.requests[1]) == ["## README.md\n# Shop", "not done: nothing was edited yet"]


def test_secrets_reach_the_model_in_no_result_and_no_complaint() -> None:
    world = shop(
        [says("", call("read", paths=["key.txt"])), says("", DONE), says("", DONE)], files={"key.txt": b"s3cret"}
    )
    world.redact = lambda text: text.replace("s3cret", "[redacted]")
    complaints = ["the build says s3cret", ""]
    _converse(world, lambda _: complaints.pop(0))
    assert "s3cret" not in repr(world.model.requests)
    assert "the build says [redacted]" in repr(world.model.requests)


def test_what_is_left_out_is_told_once() -> None:
    world = shop([says("", _READ), says("", DONE)])
    world.prices = FixedPrices({MODEL: 14_000})
    file = Section("file big.py", "x" * 8_000, Priority.HIGH)
    _converse(world, gather=lambda: (*_SECTIONS, file))
    assert [repr(event) for event in world.events.of("notice")] == [
        "Notice(text='left out of the request: file big.py (2000 tokens, budget)', kind='notice')"
    ]


def test_turns_that_outgrow_the_window_end_before_they_are_sent() -> None:
    files = {f"{number}.py": b"x = 1 # padding\n" * 400 for number in range(9)}
    script = [says("", call("read", number, paths=[f"{number}.py"])) for number in range(9)]
    world = shop(script, files=files, flags=())
    world.prices = FixedPrices({MODEL: 20_000})
    with pytest.raises(BudgetExceeded, match="ceiling"):
        _converse(world)
    assert len(world.model.requests) < 9


def test_a_file_that_did_not_fit_into_the_request_can_be_read() -> None:
    lines = "".join(f"line {number} of the long file\n" for number in range(400))
    shown = Section("file long.md", f"## long.md\n{lines[:-1]}", Priority.HIGH)
    script = [says("", call("read", paths=["long.md:1-20"])), says("", DONE)]

    def asked(window: int) -> str:
        world = shop(script, files={**FILES, "long.md": lines.encode()})
        world.prices = FixedPrices({MODEL: window})
        _converse(world, gather=lambda: (*_SECTIONS, shown))
        return _results(world.model.requests[1])[0]

    assert "unchanged: shown above" in asked(100_000)
    assert "line 7 of the long file" in asked(16_000)


def test_turns_push_sections_out_before_they_end_the_run() -> None:
    lines = "".join(f"{number} {'word ' * 12}\n" for number in range(160))
    shown = Section("file a.md", "## a.md\n" + "text " * 1_200, Priority.HIGH)
    script = [*(says("", call("read", paths=[f"long.md:{n}-{n + 60}"])) for n in (1, 61)), says("", DONE)]
    world = shop(script, files={**FILES, "long.md": lines.encode()}, flags=())
    world.prices = FixedPrices({MODEL: 18_300})
    _converse(world, gather=lambda: (*_SECTIONS, shown))
    held = ["## a.md" in repr(request.messages[0]) for request in world.model.requests]
    assert held == [True, True, False]
