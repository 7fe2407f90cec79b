from hypothesis import given
from hypothesis import strategies as st

from adw.context.fold import FoldRule
from adw.context.history import HEADING, Exchange, History, Opening, without
from adw.domain.messages import Message, Text, ToolCall, ToolResult
from adw.domain.weights import COST, RAW

_RESULT = "\n".join(f"value_number_{number} = compute_value({number})" for number in range(40))


def _exchange(number: int, shown: str = _RESULT, said: str = "") -> Exchange:
    call = ToolCall(f"c{number}", "read", {"paths": [f"module_{number}.py"]})
    answer = Message("assistant", (*((Text(said),) if said else ()), call))
    return Exchange(answer, Message("user", (ToolResult(f"c{number}", shown),)))


def _folding(history: History) -> bool:
    if history.due(Opening("the task", {}, frozenset())):
        history.fold(Opening("the task", {}, frozenset()))
        return True
    return False


def test_without_a_rule_the_turns_are_never_folded() -> None:
    history = History(None, len)
    for number in range(5):
        history.add(_exchange(number))
        assert not _folding(history)
    assert len(history.messages) == 10


def test_the_last_turn_stays_whole() -> None:
    history = History(FoldRule(RAW), len)
    history.add(_exchange(0))
    assert not _folding(history)
    history.add(_exchange(1))
    assert _folding(history)
    assert history.messages == (_exchange(1).answer, _exchange(1).results)


def test_a_record_begins_with_its_heading_or_is_none_at_all() -> None:
    history = History(FoldRule(RAW), len)
    history.add(_exchange(0, said="value_number_7 is the one"))
    history.add(_exchange(1, said="value_number_7 again"))
    assert _folding(history)
    assert not history.record or history.record.startswith(f"{HEADING}\n")


@given(
    st.lists(st.tuples(st.sampled_from([_RESULT, "ok", "value_number_3"]), st.text("ab_ ", max_size=12)), max_size=7)
)
def test_turns_are_sent_whole_or_stand_in_the_record_and_alternate(turns: list[tuple[str, str]]) -> None:
    history = History(FoldRule(RAW), len)
    for number, (shown, said) in enumerate(turns):
        history.add(_exchange(number, shown, said))
        _folding(history)
        assert [message.role for message in history.messages] == ["assistant", "user"] * (len(history.messages) // 2)
        assert history.messages[-1] == history.exchanges[-1].results


def test_views_that_are_out_of_date_are_left_out() -> None:
    asked = frozenset({"a.py", "b.py"})
    result = "## a.py\nold\n## b.py:1-2 of 9 lines\nkept\n## a.py:3-4 of 9 lines\nold too"
    assert without(result, frozenset({"a.py"}), asked) == "## b.py:1-2 of 9 lines\nkept"
    assert without(result, frozenset(), asked) == result
    assert without("a.py:1: found", frozenset({"a.py"}), asked) == "a.py:1: found"


def test_a_heading_inside_a_file_does_not_bring_it_back() -> None:
    history = History(FoldRule(RAW), len)
    old = "## README.md\n# Shop\n## Usage\n" + "call old_function_name for this\n" * 9
    reading = ToolCall("c0", "read", {"paths": ["README.md:1-90", 5]})
    history.add(Exchange(Message("assistant", (reading,)), Message("user", (ToolResult("c0", old),))))
    history.add(_exchange(1, "ok", "old_function_name is gone"))
    history.fold(Opening("the task", {}, frozenset({"README.md"})))
    assert "for this" not in history.record
    history.fold(Opening("the task", {}, frozenset()))
    assert "for this" in history.record


def test_a_fold_takes_in_what_the_opening_showed() -> None:
    history = History(FoldRule(RAW), len)
    opening = Opening(
        "the task", {"file a.py": "## a.py\n" + "filler = 1\n" * 200 + "needed_function_name()"}, frozenset()
    )
    history.add(_exchange(0, "ok", "needed_function_name is what I look at"))
    assert history.due(opening)
    history.fold(opening)
    assert "needed_function_name()" in history.record
    assert history.record.count("filler") < 5


def test_what_a_record_would_take_is_estimated_by_the_turns_that_it_is_made_of() -> None:
    """It is another text with every turn: to count it for the question alone would take longer than all the rest."""
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return len(text) // 3

    history = History(FoldRule(RAW), count)
    for number in range(4):
        history.add(_exchange(number, said="value_number_3 and compute_value matter" if number else ""))
    opening = Opening("the task", {}, frozenset())
    history.due(opening)
    assert counted
    assert not any(HEADING in text for text in counted)
    history.fold(opening)
    assert history.record.startswith(HEADING)


@given(st.integers(200, 2_000))
def test_a_record_that_can_name_its_commands_keeps_to_its_bound(most: int) -> None:
    history = History(FoldRule(RAW), len, most=most)
    for number in range(6):
        history.add(_exchange(number, said="value_number_3 and compute_value matter" if number else ""))
    history.fold(Opening("the task", {}, frozenset()))
    assert len(history.record) <= most + len(HEADING) + 1


def test_where_there_is_no_room_turns_are_folded_whatever_that_costs() -> None:
    opening = Opening("the task", {}, frozenset())
    for may_choose in (True, False):
        history = History(FoldRule(COST, min_hit_rate=0.99), len)
        for number in range(4):
            history.add(_exchange(number))
        tokens = len("the task") + sum(one.tokens(len) for one in history.exchanges)
        assert not history.due(opening, tokens, may_choose=may_choose)
        assert history.due(opening, tokens - 1, may_choose=may_choose)


def test_who_may_not_choose_folds_nothing_that_has_room() -> None:
    history = History(FoldRule(RAW), len)
    for number in range(4):
        history.add(_exchange(number))
    assert not history.due(Opening("", {}, frozenset()), may_choose=False)
    assert history.due(Opening("", {}, frozenset()))
