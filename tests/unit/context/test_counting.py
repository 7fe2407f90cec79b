import ast
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.context.counting import claude_family, count_in_pieces, count_request, frames
from adw.domain.messages import Message, ModelRequest, Text, ToolCall, ToolSpec


def sdk_models():
    """Every model id that the installed SDK names (its source is read: importing it takes seconds)."""
    source = Path(find_spec("anthropic").submodule_search_locations[0], "types", "model_param.py").read_text()
    found = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [value for value in found if value.startswith("claude-")]


def test_every_model_of_the_sdk_has_the_tokenizer_of_its_generation():
    families = {model: claude_family(model) for model in sdk_models()}
    assert {model for model, family in families.items() if family == "4.7"} == {"claude-opus-4-7"}
    old = {model for model, family in families.items() if family == "3.0"}
    assert old == {model for model in families if any(f"-4-{minor}" in model for minor in (5, 6))}
    assert {"claude-opus-4-8", "claude-sonnet-5", "claude-fable-5", "claude-mythos-preview"} <= set(families) - old


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("claude-3-5-sonnet-20241022", "3.0"),
        ("claude-3-opus-latest", "3.0"),
        ("claude-2.1", "3.0"),
        ("claude-opus-4-20250514", "3.0"),
        ("claude-sonnet-4-0", "3.0"),
        ("claude-4.5-haiku", "3.0"),
        ("anthropic.claude-opus-4-7-v1:0", "4.7"),
        ("us.anthropic.claude-opus-4-8-20260528-v1:0", "4.8"),
        ("claude-opus-4.7@20260416", "4.7"),
        ("claude-opus-4-10", "4.8"),
        ("Claude-Haiku-5-5", "4.8"),
        ("claude-fable-5-2", "4.8"),
        ("claude-next", "4.8"),
        ("claude", "4.8"),
        ("glm-5", None),
        ("gpt-5", None),
        ("", None),
    ],
)
def test_platforms_names_and_dates_do_not_hide_the_generation(model, family):
    assert claude_family(model) == family


def length(text):
    return len(text)


def request(**parts):
    empty = {"model": "claude-opus-4-8", "system": (), "tools": (), "messages": (), "max_tokens": 1}
    return ModelRequest(**empty | parts)


def test_an_empty_request_is_nothing():
    assert count_request(request(), length) == 0


def test_a_message_pays_its_frame_and_that_of_its_blocks():
    frame = frames("claude-opus-4-8")
    two = request(messages=(Message("user", (Text("12345"), Text("123"))),))
    assert count_request(two, length) == frame.message + 2 * frame.block + 8


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-opus-4-7", "claude-sonnet-5", "glm-5"])
def test_the_first_tool_brings_the_providers_own_prompt(model):
    frame = frames(model)
    tool = ToolSpec("done", "", {})
    one = count_request(request(model=model, tools=(tool,)), length)
    two = count_request(request(model=model, tools=(tool, tool)), length)
    assert one == frame.tools + (two - one)


def test_documented_prompts_for_tools_are_covered():
    # https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview, tool choice `auto`.
    documented = {
        "claude-3-opus-20240229": 530,
        "claude-haiku-4-5": 496,
        "claude-opus-4-6": 497,
        "claude-opus-4-7": 675,
        "claude-opus-4-8": 290,
        "claude-sonnet-5": 354,
        "claude-opus-5": 286,
    }
    for model, tokens in documented.items():
        assert frames(model).tools >= tokens


def test_a_call_is_counted_as_the_model_writes_it():
    seen = []
    call = ToolCall("toolu_1", "edit", {"path": "a.py", "old": 'x = "é"\n', "lines": [1, 2]})
    count_request(request(messages=(Message("assistant", (call,)),)), lambda text: seen.append(text) or 0)
    written = """<function_calls>
<invoke name="edit">
<parameter name="path">a.py</parameter>
<parameter name="old">x = "é"
</parameter>
<parameter name="lines">[1, 2]</parameter>
</invoke>
</function_calls>"""
    assert seen == [written]


def _counted(text: str) -> list[str]:
    """What the counter is asked."""
    asked: list[str] = []

    def count(piece: str) -> int:
        asked.append(piece)
        return 1

    count_in_pieces(text, count)
    return asked


def _code(lines: int, seed: int = 0) -> str:
    return "".join(f"    value_{line * 7919 + seed} = total(items[{line}], {line % 13})\n" for line in range(lines))


def test_a_short_text_is_counted_whole() -> None:
    assert _counted("x\n" * 2_000) == ["x\n" * 2_000]


@given(st.lists(st.text("ab \n", max_size=3_000), min_size=1, max_size=8).map("\n".join))
def test_pieces_are_the_whole_text(text: str) -> None:
    asked = _counted(text)
    tokens = count_in_pieces(text, len)
    assert "".join(asked) == text
    assert tokens == len(text) + 4 * (len(asked) - 1)
    assert all(len(piece) >= 2_000 for piece in asked[:-1])


@pytest.mark.parametrize("place", [0, 0.5, 0.99])
def test_a_change_leaves_all_pieces_but_those_around_it(place: float) -> None:
    text = _code(3_000)
    at = text.index("\n", int(len(text) * place)) + 1
    changed = f"{text[:at]}    something_new = 1\n{text[at:]}"
    before, after = set(_counted(text)), set(_counted(changed))
    assert len(before) > 20
    assert len(after - before) <= 3


def test_one_endless_line_is_one_piece() -> None:
    assert _counted("x" * 50_000) == ["x" * 50_000]
