import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.adapters.claude_logs.lines import MOST_TOKENS, Answer, Result, read_line
from adw.domain.usage import Usage
from tests.support.claude_logs import GOOD

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)


def read(line=None, **more):
    return read_line(json.dumps((line or GOOD) | more).encode(), "file")


def with_message(**more):
    return read(message=GOOD["message"] | more)


def with_usage(**more):
    return with_message(usage=GOOD["message"]["usage"] | more)


def test_an_answer_is_read_with_all_that_the_ledger_wants():
    assert read(isSidechain=True, isApiErrorMessage=True, version="2.0.1") == Answer(
        key="claude-code:msg_0:req_0",
        session="s",
        model="claude-sonnet-4-5-20250929",
        usage=Usage(fresh=1, cache_write_5m=2, cache_read=3, output=4),
        at=datetime(2026, 10, 1, 8, tzinfo=UTC),
        is_agent=True,
        failed=True,
        version="2.0.1",
    )


@pytest.mark.parametrize("name", ["input_tokens", "output_tokens", "cache_read_input_tokens"])
@pytest.mark.parametrize("value", [-1, MOST_TOKENS + 1, 1.5, "7", True, [], float("inf")])
def test_a_count_that_is_none_makes_a_line_left_out(name, value):
    assert with_usage(**{name: value}) == "numbers"


@pytest.mark.parametrize("value", [0, MOST_TOKENS])
def test_counts_are_taken_to_their_bounds(value):
    assert with_usage(output_tokens=value).usage.output == value


@pytest.mark.parametrize(
    ("written", "parts", "short", "long"),
    [
        (10, None, 10, 0),
        (10, {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 6}, 4, 6),
        (10, {"ephemeral_1h_input_tokens": 60}, 0, 10),
        (10, {}, 10, 0),
        (None, {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 6}, 4, 6),
        (None, None, 0, 0),
    ],
)
def test_cache_writes_are_split_by_how_long_they_are_kept(written, parts, short, long):
    usage = with_usage(cache_creation_input_tokens=written, cache_creation=parts).usage
    assert (usage.cache_write_5m, usage.cache_write_1h) == (short, long)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "user", "message": {"role": "user", "content": 'a "usage" in words'}},
        {"type": "progress", "usage": "low"},
        {"type": "user", "toolUseResult": {"usage": {"input_tokens": 5, "output_tokens": 6}}},
        {"type": "result", "session_id": "s", "result": {"usage": 1}},
        {"type": "result", "usage": {"input_tokens": 5, "output_tokens": 6}},
    ],
)
def test_lines_that_bill_nothing_are_passed_over(line):
    assert read_line(json.dumps(line).encode(), "file") in {None, "numbers"}
    assert read_line(json.dumps(line | {"usage": None}).encode(), "file") is None


def test_what_claude_code_made_itself_bills_nothing():
    assert with_message(model="<synthetic>") is None


@pytest.mark.parametrize("raw", [b'{"usage": {"input', b'{"usage"', b'\xff"usage"', b'["usage"' * 40_000])
def test_a_torn_line_is_told(raw):
    assert read_line(raw, "file") == "torn"


def test_half_of_a_surrogate_pair_is_no_reason_to_lose_an_answer():
    raw = json.dumps(GOOD).replace('"content": []', '"content": [{"type": "text", "text": "\\ud83d"}]').encode()
    assert read_line(raw, "file").usage.output == 4
    assert read_line(raw.replace(b'"output_tokens": 4', b'"output_tokens": -4'), "file") == "numbers"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-10-01T10:00:00+02:00", datetime(2026, 10, 1, 8, tzinfo=UTC)),
        ("2026-10-01T08:00:00.5Z", datetime(2026, 10, 1, 8, microsecond=500_000, tzinfo=UTC)),
        ("2026-10-01T08:00:00", datetime(2026, 10, 1, 8, tzinfo=UTC)),
    ],
)
def test_times_are_utc(at, expected):
    assert read(timestamp=at).at == expected


@pytest.mark.parametrize("at", ["yesterday", "", None, "0001-01-01T00:00:00+14:00", [1]])
def test_what_is_no_time_is_told(at):
    assert read(timestamp=at) == "time"


def test_ids_make_the_key():
    keys = {
        read().key,
        read(requestId="other").key,
        with_message(id="other").key,
        read(requestId=None).key,
        read(requestId=None, sessionId="other").key,
        read({**GOOD, "requestId": None, "message": {**GOOD["message"], "id": None}}).key,
        read({**GOOD, "requestId": None, "uuid": "other", "message": {**GOOD["message"], "id": None}}).key,
        read({**GOOD, "requestId": None, "uuid": None, "message": {**GOOD["message"], "id": None}}).key,
    }
    assert len(keys) == 8
    assert read(uuid="other", timestamp="2027-01-01T00:00:00Z").key == read().key


@pytest.mark.parametrize("name", ["x" * 5_000, "a b", "a\nb", "\ud83d"])
def test_an_id_that_is_none_does_not_fill_the_ledger(name):
    key = read(requestId=name).key
    assert len(key) < 100
    assert key.isprintable()
    assert key != read(requestId=f"{name}1").key


def test_a_line_without_a_session_or_a_model_belongs_to_its_file():
    line = {name: value for name, value in GOOD.items() if name != "sessionId"}
    found = read({**line, "message": {**GOOD["message"], "model": None}})
    assert (found.session, found.model) == ("file", "unknown")


def test_names_are_such_that_every_database_takes_them():
    found = read(sessionId="a\0b", version="2\n", message=GOOD["message"] | {"model": "m\0" + "x" * 500})
    assert found.session.isprintable()
    assert (found.version, found.model) == ("2?", "m?" + "x" * 98)


def test_a_result_tells_the_sums_of_its_session():
    result = read(
        {
            "type": "result",
            "session_id": "s",
            "uuid": "u",
            "is_error": True,
            "duration_ms": 1_500,
            "usage": {"input_tokens": 1, "output_tokens": 2, "cache_creation": {"ephemeral_1h_input_tokens": 5}},
            "modelUsage": {"m": {"inputTokens": 7, "outputTokens": 8, "cacheCreationInputTokens": 9}},
        }
    )
    assert result == Result(
        "claude-code::s:u", "s", {"m": Usage(7, 0, 4, 5, 8)}, cumulative=True, failed=True, duration_s=1.5
    )


def test_a_result_of_several_models_tells_each():
    one = {"inputTokens": 1, "outputTokens": 2, "cacheReadInputTokens": 3}
    result = read({"type": "result", "session_id": "s", "usage": None, "modelUsage": {"a": one, "b": one}})
    assert result.by_model == {"a": Usage(1, 3, 0, 0, 2), "b": Usage(1, 3, 0, 0, 2)}
    assert read(
        {"type": "result", "session_id": "s", "usage": None, "modelUsage": {"a": one | {"outputTokens": -1}}}
    ) == ("numbers")


@given(st.dictionaries(st.sampled_from([*GOOD, "usage", "modelUsage", "session_id"]), JSON), JSON)
def test_no_line_is_a_surprise(line, usage):
    for one in (line, GOOD | line, {**GOOD, "message": {**GOOD["message"], "usage": usage}}, line | {"type": "result"}):
        raw = json.dumps(one).encode("utf-8", "surrogatepass")
        found = read_line(raw, "file")
        assert found is None or isinstance(found, Answer | Result) or found in {"torn", "numbers", "time"}
