import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.builder import build
from adw.domain.messages import Message, ModelRequest, Opaque, Text, ToolCall, ToolResult, ToolSpec
from adw.domain.run import ModelChoice
from adw.domain.section import Exclusion, Priority, Section, Zone
from adw.errors import BudgetExceeded

_CHOICE = ModelChoice("claude-test", effort="low", max_tokens=77)
_TOOLS = (ToolSpec("done", "The end.", {"type": "object"}),)
_SYSTEM = Section("system", "be brief", Priority.CRITICAL, Zone.STABLE)
_ISSUE = Section("issue", "it is wrong", Priority.CRITICAL)
_REPORT = Section("report", "2 failed", Priority.CRITICAL, Zone.REPORT)
_TURNS = (
    Message("assistant", (Opaque({"type": "thinking"}), ToolCall("1", "read", {}), ToolCall("2", "read", {}))),
    Message("user", (ToolResult("1", "one"), ToolResult("2", "two"))),
)


def _build(sections: tuple[Section, ...], turns: tuple[Message, ...] = (), room: int = 1000) -> ModelRequest:
    return build(sections, turns, _TOOLS, _CHOICE, count=len, room=room).request


def _breakpoints(request: ModelRequest) -> list[str]:
    blocks = [*request.system, *(block for message in request.messages for block in message.blocks)]
    return [
        block.text if isinstance(block, Text) else block.content
        for block in blocks
        if isinstance(block, Text | ToolResult) and block.cache
    ]


def test_sections_stand_in_their_order_stable_first() -> None:
    more = Section("instructions", "use tabs", Priority.MEDIUM, Zone.STABLE)
    file = Section("file a.py", "x = 1", Priority.HIGH)
    request = _build((_REPORT, _SYSTEM, _ISSUE, more, file))
    assert [block.text for block in request.system] == ["be brief\n\nuse tabs"]
    assert request.messages == (
        Message("user", (Text("it is wrong\n\nx = 1", cache=True), Text("2 failed", cache=True))),
    )


def test_model_tools_effort_and_reserved_output_come_from_the_phase() -> None:
    request = _build((_SYSTEM, _ISSUE))
    assert (request.model, request.tools, request.effort, request.max_tokens) == ("claude-test", _TOOLS, "low", 77)


def test_breakpoints_stand_at_the_end_of_every_zone_and_of_the_last_turn() -> None:
    assert _breakpoints(_build((_SYSTEM, _ISSUE, _REPORT), _TURNS)) == ["be brief", "it is wrong", "2 failed", "two"]
    assert _breakpoints(_build((_SYSTEM, _ISSUE))) == ["be brief", "it is wrong"]


def test_earlier_turns_are_sent_back_unchanged() -> None:
    request = _build((_SYSTEM, _ISSUE), (*_TURNS, *_TURNS))
    assert request.messages[1:4] == (*_TURNS, _TURNS[0])


def test_a_last_block_that_cannot_carry_a_breakpoint_stays_as_it_is() -> None:
    request = _build((_SYSTEM, _ISSUE), _TURNS[:1])
    assert request.messages[1:] == _TURNS[:1]


@given(
    st.lists(
        st.builds(Section, st.text(max_size=3), st.text("ab ", max_size=5), zone=st.sampled_from(Zone)),
        max_size=6,
    ).map(tuple),
    st.integers(0, 4),
)
def test_there_are_never_more_breakpoints_than_the_api_allows(sections: tuple[Section, ...], pairs: int) -> None:
    request = _build((_SYSTEM, _ISSUE, *sections), _TURNS * pairs)
    assert len(_breakpoints(request)) <= 4


@given(st.integers(0, 4))
def test_a_turn_more_keeps_all_that_was_sent_before_as_its_prefix(pairs: int) -> None:
    """What makes the cache hit: only breakpoints move."""
    before, after = (_plain(_build((_SYSTEM, _ISSUE, _REPORT), _TURNS * count)) for count in (pairs, pairs + 1))
    assert after[: len(before)] == before


def _plain(request: ModelRequest) -> list[str]:
    blocks = [*request.system, *(block for message in request.messages for block in message.blocks)]
    return [repr(block).replace("cache=True", "cache=False") for block in blocks]


def test_what_does_not_fit_is_left_out_and_said() -> None:
    file = Section("file a.py", "x" * 50, Priority.HIGH)
    built = build((_SYSTEM, _ISSUE, file), (), _TOOLS, _CHOICE, count=len, room=40)
    assert built.excluded == (Exclusion("file a.py", "budget", 50),)
    assert "xxx" not in repr(built.request)


def test_critical_sections_that_do_not_fit_are_an_error() -> None:
    with pytest.raises(BudgetExceeded, match="issue"):
        _build((_SYSTEM, _ISSUE), room=10)
