import sys
from importlib.util import find_spec

import pytest

from adw.adapters.counters.memo import CountMemo
from adw.adapters.counters.runtime import RuntimeCounter, counter_for_runtime
from adw.adapters.counters.tiktoken_counter import TiktokenCounter
from tests.fakes.counter import ByteCounter
from tests.fakes.requests import full_request


class Constant:
    def __init__(self, tokens):
        self.tokens = tokens

    def count_text(self, text, model):  # noqa: ARG002
        return self.tokens

    def count_request(self, request):  # noqa: ARG002
        return self.tokens


def test_the_model_chooses_the_counter():
    counter = RuntimeCounter(Constant(1), Constant(2))
    assert [counter.count_text("x", model) for model in ("claude-opus-5", "glm-5")] == [1, 2]
    assert [counter.count_request(full_request(model)) for model in ("claude-opus-5", "glm-5")] == [1, 2]


@pytest.mark.skipif(find_spec("ctok") is None, reason="ctok needs Python 3.12")
def test_claude_is_counted_exactly_where_that_can_be():
    counter = counter_for_runtime()
    assert counter.count_text("hello, world", "claude-opus-4-8") == 4
    assert counter.count_text("hello, world", "glm-5") == 3


def test_without_ctok_claude_is_counted_from_above(monkeypatch):
    monkeypatch.setitem(sys.modules, "ctok", None)  # what importing it finds on Python 3.11: nothing
    counter = counter_for_runtime()
    assert isinstance(counter, TiktokenCounter)
    assert counter.count_text("hello, world", "claude-opus-4-8") > 4


def test_a_text_is_counted_once_for_each_tokenizer():
    asked = []
    memo = CountMemo(lambda text, tokenizer: asked.append((text, tokenizer)) or len(text))
    assert [memo("abc", "3.0"), memo("abc", "3.0"), memo("abc", "4.8"), memo("\ud800", "3.0")] == [3, 3, 3, 1]
    assert asked == [("abc", "3.0"), ("abc", "4.8"), ("\ud800", "3.0")]


def test_what_was_not_asked_for_longest_is_forgotten():
    asked = []
    memo = CountMemo(lambda text, _: asked.append(text) or 1, size=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        memo(text, "3.0")
    assert asked == ["a", "b", "c", "b"]


def test_the_fake_counts_bytes():
    assert ByteCounter().count_text("12345", "any") == 2
