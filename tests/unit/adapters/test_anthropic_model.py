import json
import logging
import subprocess
import sys
import threading
from datetime import timedelta
from email.utils import format_datetime

import pytest

from adw.adapters.anthropic_model import AnthropicModel
from adw.domain.messages import Message, ModelRequest, Opaque, Text, ToolCall, ToolResult, ToolSpec
from adw.domain.usage import Usage
from adw.errors import AuthenticationError, ConfigError, Interrupted, ModelError
from tests.fakes.clock import FixedClock
from tests.servers.messages_api import MessagesApi
from tests.servers.replies import Refused, Reply, broken_call, call, says

KEY = "sk-test-key-0123456789"
TOKEN = "token-0123456789"  # noqa: S105 - nobody's
BUSY = Refused(529, "Overloaded", headers={"retry-after-ms": "1"})
LIMITED = Refused(429, "Too many tokens", headers={"retry-after": "0.001"})


@pytest.fixture
def stop():
    return threading.Event()


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """Nothing of the developer's own credentials and proxies."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def ask(stop, clock):
    """Ask a server that answers with this script; gives the answers and the server."""

    def run(script, *requests, **options):
        with MessagesApi(script) as api:
            model = AnthropicModel(
                **{"api_key": KEY, "auth_token": None, "base_url": api.url, "stop": stop, "clock": clock, **options}
            )
            return [model.complete(asked) for asked in requests or (request(),)], api

    return run


@pytest.fixture
def fail(stop, clock):
    """The error of a call, and the server that it came from."""

    def run(script, asked=None, kind=ModelError, **options):
        with MessagesApi(script) as api, pytest.raises(kind) as raised:
            AnthropicModel(
                **{"api_key": KEY, "auth_token": None, "base_url": api.url, "stop": stop, "clock": clock, **options}
            ).complete(asked or request())
        return raised.value, api

    return run


def request(*messages, **fields):
    return ModelRequest(
        **{
            "model": "claude-test",
            "system": (),
            "tools": (),
            "messages": messages or (Message("user", (Text("hi"),)),),
            "max_tokens": 50,
            **fields,
        }
    )


class TestRequest:
    def test_every_part_reaches_the_wire_in_the_apis_words(self, ask):
        schema = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
        asked = request(
            Message("user", (Text("issue"), Text("files", cache=True))),
            Message("assistant", (Text("I read."), ToolCall("1", "read", {"path": "a"}), ToolCall("2", "read", {}))),
            Message("user", (ToolResult("1", "text"), ToolResult("2", "no such file", error=True, cache=True))),
            system=(Text("You fix."), Text("Rules.", cache=True)),
            tools=(ToolSpec("read", "Reads.", schema),),
            effort="high",
        )
        _, api = ask([says("ok")], asked)
        mark = {"cache_control": {"type": "ephemeral"}}
        assert api.requests[0].body == {
            "model": "claude-test",
            "max_tokens": 50,
            "stream": True,
            "output_config": {"effort": "high"},
            "system": [{"type": "text", "text": "You fix."}, {"type": "text", "text": "Rules.", **mark}],
            "tools": [{"name": "read", "description": "Reads.", "input_schema": schema}],
            "messages": [
                {
                    "role": "user",
                    "content": [{"type": "text", "text": "issue"}, {"type": "text", "text": "files", **mark}],
                },
                {
                    "role": "assistant",
                    "content": [
                        {"type": "text", "text": "I read."},
                        {"type": "tool_use", "id": "1", "name": "read", "input": {"path": "a"}},
                        {"type": "tool_use", "id": "2", "name": "read", "input": {}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "1", "content": "text"},
                        {
                            "type": "tool_result",
                            "tool_use_id": "2",
                            "content": "no such file",
                            "is_error": True,
                            **mark,
                        },
                    ],
                },
            ],
        }

    def test_what_is_not_asked_for_is_not_sent(self, ask):
        _, api = ask([says("ok")])
        assert sorted(api.requests[0].body) == ["max_tokens", "messages", "model", "stream"]

    def test_the_same_request_is_the_same_bytes_twice(self, ask):
        _, api = ask([says("a"), says("b")], request(), request())
        assert json.dumps(api.requests[0].body) == json.dumps(api.requests[1].body)

    def test_input_that_was_no_json_goes_back_wrapped(self, ask):
        broken = ToolCall("1", "edit", {}, invalid='{"path": ')
        asked = request(
            Message("user", (Text("hi"),)),
            Message("assistant", (broken,)),
            Message("user", (ToolResult("1", "no JSON", error=True),)),
        )
        _, api = ask([says("ok")], asked)
        assert api.requests[0].body["messages"][1]["content"][0]["input"] == {"INVALID_JSON": '{"path": '}

    def test_a_fifth_cache_breakpoint_is_refused_before_anything_is_sent(self, fail):
        marked = tuple(Text(str(number), cache=True) for number in range(5))
        error, api = fail([], request(Message("user", marked)))
        assert "5 cache breakpoints, and the API takes 4" in error.message
        assert api.requests == []

    def test_half_a_character_is_refused_before_anything_is_sent(self, fail):
        error, api = fail([], request(Message("user", (Text("\udcff"),))))
        assert "lone surrogate" in error.message
        assert api.requests == []


class TestCredentials:
    def test_a_key_is_sent_as_the_sdk_sends_keys(self, ask):
        _, api = ask([says("ok")])
        assert api.requests[0].headers["authorization"] == f"Bearer {KEY}"

    def test_a_token_is_sent_as_a_bearer(self, ask):
        _, api = ask([says("ok")], api_key=None, auth_token=TOKEN)
        assert api.requests[0].headers["authorization"] == f"Bearer {TOKEN}"

    def test_the_key_goes_before_the_token(self, ask):
        _, api = ask([says("ok")], auth_token=TOKEN)
        assert api.requests[0].headers["authorization"] == f"Bearer {KEY}"

    def test_whitespace_around_a_key_is_no_part_of_it(self, ask):
        _, api = ask([says("ok")], api_key=f" {KEY}\n")
        assert api.requests[0].headers["authorization"] == f"Bearer {KEY}"

    def test_others_in_the_environment_are_not_used(self, ask, monkeypatch, tmp_path):
        monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-other-key-of-the-environment")
        monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "other-token")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
        monkeypatch.setenv("ANTHROPIC_PROFILE", "nowhere")
        monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path))
        monkeypatch.setenv(
            "ANTHROPIC_CUSTOM_HEADERS", "authorization: Bearer other\nX-Api-Key: other\nX-Gateway-Team: blue"
        )
        _, api = ask([says("ok")])
        headers = api.requests[0].headers
        assert headers["authorization"] == f"Bearer {KEY}"
        assert "x-api-key" not in headers
        assert headers["x-gateway-team"] == "blue"

    @pytest.mark.parametrize("nothing", [None, "", "  \n"])
    def test_no_key_at_all_is_said_at_once_with_what_to_do(self, nothing, stop, clock):
        with pytest.raises(AuthenticationError, match="there is no key") as raised:
            AnthropicModel(api_key=nothing, auth_token=nothing, base_url=None, stop=stop, clock=clock)
        assert "ANTHROPIC_API_KEY" in raised.value.hint

    @pytest.mark.parametrize("key", ["sk-one two", "sk-größe", "sk-one\ntwo"])
    def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(self, key, stop, clock):
        with pytest.raises(AuthenticationError) as raised:
            AnthropicModel(api_key=key, auth_token=None, base_url=None, stop=stop, clock=clock)
        assert key not in raised.value.message

    @pytest.mark.parametrize("url", ["api.example.com", "ftp://host", "http://", "https:///v1"])
    def test_a_base_url_that_is_none_is_refused(self, url, stop, clock):
        with pytest.raises(ConfigError, match="no http or https URL"):
            AnthropicModel(api_key=KEY, auth_token=None, base_url=url, stop=stop, clock=clock)

    def test_without_a_base_url_the_environments_is_not_taken(self, monkeypatch, stop, clock):
        monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
        model = AnthropicModel(api_key=KEY, auth_token=None, base_url=None, stop=stop, clock=clock)
        assert model._client.base_url.host == "api.anthropic.com"


class TestAnswer:
    def test_text_and_parallel_tool_calls(self, ask):
        text = "I look at both files — Größe 5 😀."
        [answer], _ = ask([says(text, call("read", "t1", path="a.py", lines=[1, 2]), call("search", "t2", for_="x"))])
        assert answer.blocks == (
            Text(text),
            ToolCall("t1", "read", {"path": "a.py", "lines": [1, 2]}),
            ToolCall("t2", "search", {"for_": "x"}),
        )
        assert (answer.stop, answer.model, answer.request_id) == ("tool_use", "claude-test", "req_000000")

    def test_a_call_without_input_has_an_empty_one(self, ask):
        [answer], _ = ask([says("", call("done", "t1"))])
        assert answer.calls == (ToolCall("t1", "done", {}),)

    @pytest.mark.parametrize(
        "raw", ['{"path": "a.py", "text": "x', "[1, 2]", '"text"', "{]}", '{"n": NaN}', '{"s": "\\ud800"}', "3"]
    )
    def test_tool_input_that_is_no_json_object_is_kept_as_it_came(self, ask, raw):
        [answer], _ = ask([says("so", broken_call("edit", raw), call("read", "t2", path="a"))])
        assert [(made.name, made.input, made.invalid) for made in answer.calls] == [
            ("edit", {}, raw),
            ("read", {"path": "a"}, ""),
        ]

    def test_thinking_goes_back_exactly_as_it_came(self, ask):
        redacted = {"type": "redacted_thinking", "data": "ZW5jcnlwdGVk" * 5}
        unknown = {"type": "server_note", "note": {"deep": [1, None]}, "new_field": True}
        reply = says("", call("read", "t1", path="a"), thinking="Let me think about it. " * 5)
        reply = Reply(content=(redacted, unknown, *reply.content))

        [answer], _ = ask([reply])
        assert answer.blocks[:3] == (Opaque(redacted), Opaque(unknown), Opaque(reply.content[2]))

        back = (Message("user", (Text("hi"),)), Message("assistant", answer.blocks), result("t1"))
        _, api = ask([says("ok")], request(*back))
        assert api.requests[0].body["messages"][1]["content"] == list(reply.content)

    def test_a_server_tools_streamed_input_stays_in_its_block(self, ask):
        block = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "x"}}
        [answer], _ = ask([Reply(content=(block,))])
        assert answer.blocks == (Opaque(block),)

    @pytest.mark.parametrize(
        ("reason", "stop_", "detail"),
        [
            ("end_turn", "end_turn", ""),
            ("tool_use", "tool_use", ""),
            ("max_tokens", "max_tokens", ""),
            ("refusal", "refusal", ""),
            ("model_context_window_exceeded", "context_window", ""),
            ("pause_turn", "other", "pause_turn"),
            ("stop_sequence", "other", "stop_sequence"),
            ("something_new", "other", "something_new"),
        ],
    )
    def test_every_stop_reason_has_its_word(self, ask, reason, stop_, detail):
        [answer], _ = ask([says("x", stop_reason=reason)])
        assert (answer.stop, answer.detail) == (stop_, detail)

    @pytest.mark.parametrize(
        ("details", "detail"),
        [
            ({"type": "refusal", "category": "cyber", "explanation": "Not this."}, "cyber: Not this."),
            ({"type": "refusal", "category": None, "explanation": "Not this."}, "Not this."),
            ({"type": "refusal", "category": "bio", "explanation": None}, "bio"),
        ],
    )
    def test_a_refusal_says_why(self, ask, details, detail):
        [answer], _ = ask([Reply(stop_reason="refusal", stop_details=details)])
        assert (answer.stop, answer.detail, answer.blocks) == ("refusal", detail, ())

    def test_max_tokens_inside_a_tool_call_leaves_what_came(self, ask):
        [answer], _ = ask([says("", broken_call("edit", '{"path": "a'), stop_reason="max_tokens")])
        assert answer.stop == "max_tokens"
        assert answer.calls[0].invalid == '{"path": "a'

    def test_empty_content_is_an_answer_without_blocks(self, ask):
        [answer], _ = ask([Reply()])
        assert (answer.blocks, answer.stop) == ((), "end_turn")

    def test_an_empty_text_is_no_block_because_the_api_does_not_take_it_back(self, ask):
        [answer], _ = ask([Reply(content=({"type": "text", "text": ""}, {"type": "text", "text": "x"}))])
        assert answer.blocks == (Text("x"),)

    def test_the_message_names_the_answer_where_the_server_gives_no_request_id(self, ask):
        [answer], _ = ask([says("x", headers={"request-id": ""})])
        assert answer.request_id == "msg_000000"

    def test_the_time_it_took_comes_from_the_clock(self, ask, clock):
        def script(_body, _number):
            clock.tick(2.5)
            return says("x")

        [answer], _ = ask(script)
        assert answer.duration_s == 2.5


def odd(data, kind):
    """A stream that begins well and goes on with this."""
    start = {"type": "message_start", "message": {"id": "msg", "model": "m", "usage": {**wire(), "output_tokens": 1}}}
    body = f"event: message_start\ndata: {json.dumps(start)}\n\nevent: {kind}\ndata: {data}\n\n"
    return Refused(200, body=body, headers={"content-type": "text/event-stream"})


def result(call_id):
    return Message("user", (ToolResult(call_id, "ok"),))


def wire(**counts):
    return {"input_tokens": 7, "output_tokens": 30, **counts}


class TestUsage:
    @pytest.mark.parametrize(
        ("start", "end", "usage"),
        [
            (wire(), None, Usage(fresh=7, output=30)),
            (
                wire(
                    cache_read_input_tokens=100,
                    cache_creation_input_tokens=50,
                    cache_creation={"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 20},
                ),
                None,
                Usage(fresh=7, cache_read=100, cache_write_5m=30, cache_write_1h=20, output=30),
            ),
            (wire(cache_creation_input_tokens=50), None, Usage(fresh=7, cache_write_5m=50, output=30)),
            (
                wire(cache_creation={"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 20}),
                {"output_tokens": 9},
                Usage(fresh=7, cache_write_5m=30, cache_write_1h=20, output=9),
            ),
            (
                wire(cache_read_input_tokens=3),
                {"input_tokens": 8, "cache_read_input_tokens": None, "output_tokens": 40},
                Usage(fresh=8, cache_read=3, output=40),
            ),
            (
                wire(
                    cache_creation_input_tokens=50,
                    cache_creation={"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 20},
                ),
                {"cache_creation_input_tokens": 70, "output_tokens": 1},
                Usage(fresh=7, cache_write_5m=50, cache_write_1h=20, output=1),
            ),
            (wire(cache_creation=None, cache_read_input_tokens=None), None, Usage(fresh=7, output=30)),
        ],
    )
    def test_the_last_word_on_each_count_is_billed(self, ask, start, end, usage):
        [answer], _ = ask([says("x", usage=start, final_usage=end)])
        assert answer.usage == usage

    def test_what_was_marked_is_read_from_the_cache_the_next_time(self, ask):
        long = request(Message("user", (Text("word " * 2000, cache=True), Text("and now?"))))
        [first, second], _ = ask([says("x"), says("y")], long, long)
        assert first.usage.cache_write_5m == second.usage.cache_read > 1024
        assert (second.usage.cache_write, first.usage.fresh) == (0, second.usage.fresh)


class TestErrors:
    @pytest.mark.parametrize("status", [401, 403])
    def test_refused_credentials(self, fail, status):
        error, api = fail([Refused(status, f"no access with {KEY}")], kind=AuthenticationError)
        assert error.message.endswith(f"refuses the credentials ({status}): no access with [redacted]")
        assert "ANTHROPIC_API_KEY" in error.hint
        assert len(api.requests) == 1

    def test_an_unknown_model(self, fail):
        error, api = fail([Refused(404, "model: claude-test")])
        assert "does not know the model 'claude-test'" in error.message
        assert "name" in error.hint
        assert len(api.requests) == 1

    def test_a_server_that_has_no_such_path(self, fail):
        error, _ = fail([Refused(404, body="<html>404\n\n page not found</html>")])
        assert "has no Messages API at /v1/messages (404): <html>404 page not found</html>" in error.message
        assert error.hint == "check ANTHROPIC_BASE_URL"

    @pytest.mark.parametrize(("status", "hint"), [(400, ""), (402, "billing"), (413, "too large"), (422, "")])
    def test_a_refused_request_says_what_the_api_says_and_is_not_tried_again(self, fail, status, hint):
        error, api = fail([Refused(status, "messages.0: not like this")])
        assert error.message.endswith(f"refuses the request ({status}): messages.0: not like this")
        assert hint in error.hint
        assert error.retried
        assert len(api.requests) == 1

    @pytest.mark.parametrize("refusal", [BUSY, LIMITED, Refused(500, headers={"retry-after-ms": "1"})])
    def test_a_passing_trouble_is_tried_again_and_passes(self, ask, refusal):
        [answer], api = ask([refusal, refusal, says("there")])
        assert answer.text == "there"
        assert [sent.headers["x-stainless-retry-count"] for sent in api.requests] == ["0", "1", "2"]

    @pytest.mark.parametrize(
        ("refusal", "text", "hint"),
        [
            (BUSY, "failed (529) after 3 attempts: Overloaded", "overloaded"),
            (LIMITED, "failed (429) after 3 attempts: Too many tokens", "rate limit"),
            (Refused(500, headers={"retry-after-ms": "1"}), "failed (500) after 3 attempts: scripted", "resume"),
            (
                Refused(502, body=f"<h1>Bad {KEY}</h1>" * 99, headers={"retry-after-ms": "1"}),
                "failed (502) after 3 attempts: <h1>Bad [redacted]</h1>",
                "resume",
            ),
            (Refused(503, body="", headers={"retry-after-ms": "1"}), "after 3 attempts: no reason given", "resume"),
        ],
    )
    def test_a_lasting_trouble_ends_after_three_attempts(self, fail, refusal, text, hint):
        error, api = fail([refusal] * 4)
        assert text in error.message
        assert KEY not in error.message
        assert len(error.message) < 400
        assert hint in error.hint
        assert (error.retried, error.usage) == (True, Usage())
        assert len(api.requests) == 3

    def test_a_wait_that_is_too_long_is_not_waited_for(self, fail):
        error, api = fail([Refused(429, "Slow down", headers={"retry-after": "61"})])
        assert error.message.endswith(
            "failed (429) after 1 attempt: Slow down; it asks to wait 61 s, and ADW waits 60 s at most"
        )
        assert error.retried
        assert len(api.requests) == 1

    def test_how_long_is_too_long_is_the_callers_choice(self, fail):
        error, _ = fail([Refused(529, headers={"retry-after-ms": "300"})], max_wait_s=0.2)
        assert "it asks to wait 0 s, and ADW waits 0.2 s at most" in error.message

    def test_a_wait_may_be_given_as_a_date(self, fail, clock):
        until = format_datetime(clock.now() + timedelta(hours=2), usegmt=True)
        error, api = fail([Refused(503, headers={"retry-after": until})])
        assert "it asks to wait 7200 s" in error.message
        assert len(api.requests) == 1

    def test_a_server_that_is_not_there(self, stop, clock):
        with MessagesApi([]) as api:
            gone = api.url
        model = AnthropicModel(
            api_key=KEY, auth_token=None, base_url=gone.replace("//", "//user:secret-word@"), stop=stop, clock=clock
        )
        model._client.max_retries = 0
        with pytest.raises(ModelError, match=r"cannot reach 127\.0\.0\.1:\d+: .*refused") as raised:
            model.complete(request())
        assert raised.value.retried
        assert "secret-word" not in raised.value.message

    def test_a_server_that_stays_silent(self, stop, clock):
        with MessagesApi([says("late").stopping(0, "hang")]) as api:
            model = AnthropicModel(
                api_key=KEY, auth_token=None, base_url=api.url, stop=stop, clock=clock, timeout_s=0.1
            )
            model._client.max_retries = 0
            with pytest.raises(ModelError, match=r"no answer from .* within 0\.1 s") as raised:
                model.complete(request())
            assert raised.value.retried

    @pytest.mark.parametrize(
        ("then", "text"),
        [
            ("break", "was cut off: peer closed connection"),
            ("end", "was cut off: the stream ended early"),
            ("error", "the API broke the answer off: Overloaded (overloaded_error)"),
        ],
    )
    def test_an_answer_that_breaks_off_costs_what_it_has_cost_and_is_not_retried(self, fail, then, text):
        reply = says("a long text " * 20, usage=wire(cache_read_input_tokens=900)).stopping(5, then)
        error, api = fail([reply])
        assert text in error.message
        assert (error.retried, error.usage) == (False, Usage(fresh=7, cache_read=900, output=1))
        assert len(api.requests) == 1

    def test_a_stream_that_falls_silent_is_cut_off(self, fail):
        error, _ = fail([says("a long text " * 20, usage=wire()).stopping(5, "hang")], timeout_s=0.1)
        assert "was cut off: timed out" in error.message
        assert (error.retried, error.usage) == (False, Usage(fresh=7, output=1))

    @pytest.mark.parametrize("then", ["break", "end"])
    def test_an_answer_that_has_said_why_it_stopped_is_whole_whatever_follows(self, ask, then):
        [answer], _ = ask([says("short").stopping(6, then)])
        assert (answer.text, answer.stop) == ("short", "end_turn")

    @pytest.mark.parametrize(
        "data",
        [
            "no json",
            '{"type": "content_block_delta", "index": 7, "delta": {"type": "text_delta", "text": "x"}}',
            '{"type": "content_block_start", "index": "first", "content_block": {}}',
            '{"type": "content_block_start", "index": 0}',
        ],
    )
    def test_an_event_that_the_api_never_sends(self, fail, data):
        kind = "content_block_start" if "start" in data else "content_block_delta"
        error, _ = fail([odd(data, kind)])
        assert "an event came that the Messages API does not send" in error.message
        assert error.usage == Usage(fresh=7, output=1)

    @pytest.mark.parametrize(("kind", "body"), [("text/html", "<html>"), ("application/json", '{"id": "msg"}')])
    def test_a_page_where_a_stream_belongs(self, fail, kind, body):
        error, _ = fail([Refused(200, body=body, headers={"content-type": kind})])
        assert f"sent {kind} where a stream of the Messages API belongs" in error.message
        assert "ANTHROPIC_BASE_URL" in error.hint


class TestStop:
    def test_a_stop_before_the_call_sends_nothing(self, fail, stop):
        stop.set()
        _, api = fail([says("x")], kind=Interrupted)
        assert api.requests == []

    @pytest.mark.parametrize("after", [0, 4])
    def test_a_stop_ends_the_wait_and_closes_the_connection(self, stop, clock, after):
        """Before the first byte, and between two events."""
        with MessagesApi([says("a long text " * 20).stopping(after, "hang")]) as api:
            model = AnthropicModel(api_key=KEY, auth_token=None, base_url=api.url, stop=stop, clock=clock)
            press = threading.Thread(target=lambda: api.hanging.wait() and stop.set())
            press.start()
            with pytest.raises(Interrupted):
                model.complete(request())
            assert api.hung_up.wait(30)
            press.join()
            assert len(api.requests) == 1

    def test_a_stop_while_waiting_for_a_retry_sends_nothing_more(self, stop, clock):
        def script(_body, number):
            stop.set()
            return Refused(429, headers={"retry-after": "0.4"}) if number == 0 else says("unwanted")

        with MessagesApi(script) as api:
            model = AnthropicModel(api_key=KEY, auth_token=None, base_url=api.url, stop=stop, clock=clock)
            with pytest.raises(Interrupted):
                model.complete(request())
            for thread in threading.enumerate():
                if thread.name == "model call":
                    thread.join()
            assert len(api.requests) == 1

    def test_the_client_answers_again_after_a_stop_was_taken_back(self, stop, clock):
        with MessagesApi([says("x" * 99).stopping(3, "hang"), says("again")]) as api:
            model = AnthropicModel(api_key=KEY, auth_token=None, base_url=api.url, stop=stop, clock=clock)
            press = threading.Thread(target=lambda: api.hanging.wait() and stop.set())
            press.start()
            with pytest.raises(Interrupted):
                model.complete(request())
            press.join()
            stop.clear()
            assert model.complete(request()).text == "again"


class TestDiagnostics:
    CHANGED = {"cache_miss_reason": {"type": "tools_changed", "cache_missed_input_tokens": 12_000}}  # noqa: RUF012

    def test_the_second_request_that_asks_is_compared_with_the_first(self, ask):
        script = [says("a"), says("b", diagnostics=self.CHANGED)]
        (first, second), api = ask(script, request(diagnose=True), request(diagnose=True), diagnoses=True)
        assert [one.body["diagnostics"]["previous_message_id"] for one in api.requests] == [None, "msg_000000"]
        assert [first.cache_miss, second.cache_miss] == ["", "tools_changed, about 12,000 tokens"]

    def test_a_request_before_it_that_did_not_ask_is_unknown_to_the_api(self, ask):
        asked = [request(diagnose=one) for one in (True, False, True)]
        _, api = ask([says("a"), says("b"), says("c")], *asked, diagnoses=True)
        assert [one.body.get("diagnostics") for one in api.requests] == [
            {"previous_message_id": None},
            None,
            {"previous_message_id": None},
        ]

    @pytest.mark.parametrize(
        ("found", "told"),
        [
            (None, ""),
            ({"cache_miss_reason": None}, ""),
            ({"cache_miss_reason": {"type": "unavailable"}}, "unavailable"),
        ],
    )
    def test_what_is_not_known_yet_is_not_told(self, ask, found, told):
        (answer,), _ = ask([says("a", diagnostics=found)], request(diagnose=True), diagnoses=True)
        assert answer.cache_miss == told

    def test_another_server_than_anthropics_own_is_not_asked(self, ask):
        _, api = ask([says("a")], request(diagnose=True))
        assert "diagnostics" not in api.requests[0].body


def test_the_key_is_in_no_log_record(ask, caplog):
    caplog.set_level(logging.DEBUG)
    ask([BUSY, says("x")])
    assert caplog.records
    assert KEY not in caplog.text


def test_nothing_but_this_package_imports_the_sdk():
    code = (
        "import sys, adw.adapters.recorded_model, adw.context.redact, adw.ports\n"
        "assert 'anthropic' not in sys.modules and 'httpx2' not in sys.modules\n"
        "import adw.adapters.anthropic_model\n"
        "assert 'anthropic' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
