from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adw.adapters.counters.runtime import counter_for_runtime
from adw.context.line_counts import LineCounts

_MODELS = ["gpt-5", *(["claude-sonnet-5-5", "claude-sonnet-4-5"] if find_spec("ctok") else [])]
_COUNTER = counter_for_runtime()
_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "    return x", "\tdef f(a):", "…", "}", "  ", "'s", "42", "a\r", "==== 3 passed ====", "é"]
        ),
        st.text(max_size=12),
    ),
    max_size=8,
)


@pytest.mark.parametrize("model", _MODELS)
@given(lines=_LINES)
@settings(deadline=None)
def test_lines_add_up_to_what_the_text_has(model, lines):
    def count(text):
        return _COUNTER.count_text(text, model)

    text = "\n".join(lines)
    assert LineCounts(count)(text) == count(text)


def test_a_line_is_counted_once_however_often_it_is_sent():
    counted = []

    def count(text):
        counted.append(text)
        return len(text)

    lines = LineCounts(count)
    first = lines("one\ntwo\nthree\nfour")
    before = len(counted)
    assert lines("zero\ntwo\nthree\nfour") == first + 1
    assert [text for text in counted[before:] if "two" in text or "three" in text] == []
