import pytest

ctok = pytest.importorskip("ctok", reason="ctok needs Python 3.12")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from adw.adapters.counters.ctok_counter import CtokCounter  # noqa: E402
from adw.context.counting import count_in_pieces  # noqa: E402
from adw.domain.messages import Message, ModelRequest, Text  # noqa: E402
from tests.fakes.requests import full_request, texts  # noqa: E402

COUNTER = CtokCounter()
VERSIONS = {"claude-haiku-4-5": "3.0", "claude-opus-4-7": "4.7", "claude-opus-4-8": "4.8", "claude-fable-5-2": "4.8"}


@pytest.mark.parametrize(("model", "version"), VERSIONS.items())
@pytest.mark.parametrize(("text", "tokens"), [("hello, world", {"3.0": 3, "4.7": 4, "4.8": 4})])
def test_a_text_has_the_tokens_that_ctok_documents_without_the_frame(model, version, text, tokens):
    assert COUNTER.count_text(text, model) == tokens[version]


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=200), model=st.sampled_from(sorted(VERSIONS)))
def test_counts_are_ctoks(text, model):
    frame = {"3.0": 7, "4.7": 11, "4.8": 6}[VERSIONS[model]]
    assert COUNTER.count_text(text, model) == ctok.token_count(text, VERSIONS[model]) - frame


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200), model=st.sampled_from(sorted(VERSIONS)))
def test_a_request_of_one_text_is_never_below_ctoks_message(text, model):
    request = ModelRequest(model, (), (), (Message("user", (Text(text),)),), 1)
    truth = ctok.token_count(text, VERSIONS[model])
    assert truth <= COUNTER.count_request(request) <= truth + 4


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(st.text(max_size=40), min_size=1, max_size=8), model=st.sampled_from(sorted(VERSIONS)))
def test_blocks_are_never_below_their_texts_glued_together(pieces, model):
    request = ModelRequest(model, (), (), (Message("user", tuple(Text(piece) for piece in pieces)),), 1)
    assert COUNTER.count_request(request) >= ctok.token_count("".join(pieces), VERSIONS[model])


@pytest.mark.parametrize(("model", "version"), VERSIONS.items())
def test_a_whole_request_is_above_what_a_reader_sees_of_it(model, version):
    request = full_request(model)
    assert COUNTER.count_request(request) > ctok.token_count("\n\n".join(texts(request)), version)


LINES = st.sampled_from(
    [
        "",
        "    ",
        "def total(items):",
        "    return sum(items)",
        '  "name": "Größe",',
        "# 漢字",
        "\t\tx += 1;",
        "}",
        "- one\r",
    ]
)


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(LINES, min_size=20, max_size=60),
    times=st.integers(5, 12),
    model=st.sampled_from(sorted(VERSIONS)),
)
def test_a_long_text_in_pieces_is_never_below_the_whole_and_hardly_above(lines, times, model):
    text = "\n".join(f"{line} {number % 7}" for number, line in enumerate(lines * times))

    def count(piece):
        return COUNTER.count_text(piece, model)

    whole = count(text)
    assert whole <= count_in_pieces(text, count) <= whole * 1.02 + 8
