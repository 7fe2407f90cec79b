"""What every counter does, whichever tokenizer it has."""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.counters.tiktoken_counter import TiktokenCounter
from adw.domain.messages import Message, Opaque, Text, ToolCall, ToolResult
from tests.fakes.counter import ByteCounter
from tests.fakes.requests import READ, full_request, texts

COUNTERS = {"bytes": ByteCounter, "tiktoken": TiktokenCounter, "runtime": counter_for_runtime}
if find_spec("ctok"):
    COUNTERS["ctok"] = import_module("adw.adapters.counters.ctok_counter").CtokCounter

MODELS = ["claude-haiku-4-5", "claude-opus-4-7", "claude-opus-4-8", "glm-5"]


@pytest.fixture(params=COUNTERS)
def counter(request):
    return COUNTERS[request.param]()


@pytest.fixture(params=MODELS)
def model(request):
    return request.param


def test_nothing_has_no_tokens(counter, model):
    assert counter.count_text("", model) == 0


def test_a_text_counts_the_same_every_time(counter, model):
    text = "def total(items):\n    return sum(items)\n" * 5
    first = counter.count_text(text, model)
    assert counter.count_text(text, model) == first
    assert 20 <= first <= len(text)


def test_any_text_can_be_counted(counter, model):
    for text in ("\ud800 lone", "\x00\x01", "<|endoftext|>", "漢字 🎉", " \n\t" * 50, "﷐⟨bow⟩"):
        assert counter.count_text(text, model) >= 1


def test_every_part_of_a_request_counts(counter, model):
    whole = full_request(model)
    first, answer, result = whole.messages
    smaller = {
        "system": replace(whole, system=()),
        "tools": replace(whole, tools=()),
        "a text": replace(whole, messages=(Message("user", first.blocks[:1]), answer, result)),
        "thinking": replace(whole, messages=(first, Message("assistant", answer.blocks[1:]), result)),
        "a call": replace(whole, messages=(first, Message("assistant", answer.blocks[:2]), result)),
        "a message": replace(whole, messages=(first, answer)),
    }
    tokens = counter.count_request(whole)
    for part, request in smaller.items():
        assert counter.count_request(request) < tokens, part


def test_a_faulty_call_counts_its_raw_input(counter, model):
    whole = full_request(model)

    def with_call(call):
        return replace(whole, messages=(*whole.messages[:1], Message("assistant", (call,))))

    empty = counter.count_request(with_call(ToolCall("1", "read", {})))
    faulty = counter.count_request(with_call(ToolCall("1", "read", {}, invalid='{"paths": ["shop.py", ')))
    assert faulty > empty


def test_sealed_blocks_count_by_their_length(counter, model):
    def sealed(length):
        block = Opaque({"type": "redacted_thinking", "data": "A" * length})
        return replace(full_request(model), messages=(Message("assistant", (block,)),))

    assert counter.count_request(sealed(4004)) == counter.count_request(sealed(4)) + 1000


def test_cache_breakpoints_cost_nothing(counter, model):
    plain = replace(full_request(model), system=(Text("You repair programs."),))
    assert counter.count_request(plain) == counter.count_request(full_request(model))


BLOCKS = st.one_of(
    st.builds(Text, st.text(max_size=60)),
    st.builds(ToolResult, st.just("1"), st.text(max_size=60)),
    st.builds(
        ToolCall, st.just("1"), st.just("read"), st.dictionaries(st.text(max_size=5), st.text(max_size=30), max_size=3)
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=st.lists(BLOCKS, max_size=6))
def test_a_request_is_never_less_than_its_texts_together(counter, model, blocks):
    request = replace(full_request(model), tools=(READ,), messages=(Message("user", tuple(blocks)),))
    together = "\n".join(texts(request))
    assert counter.count_request(request) >= counter.count_text(together, model)
