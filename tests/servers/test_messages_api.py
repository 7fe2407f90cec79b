"""The server is believed by many tests: what it bills and refuses is tested here, through plain HTTP."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.servers.billing import PromptCache
from tests.servers.messages_api import MessagesApi
from tests.servers.replies import Refused, call, says

ROOT = Path(__file__).parents[2]


def post(url, body, **headers):
    return httpx2.post(f"{url}/v1/messages", json=body, headers={"x-api-key": "k", **headers}, trust_env=False)


def body(*messages, **fields):
    return {"model": "m", "max_tokens": 9, "messages": list(messages) or [user("hi")], **fields}


def user(text, **mark):
    return {"role": "user", "content": [{"type": "text", "text": text, **mark}]}


def marked(text, **ttl):
    return {"type": "text", "text": text, "cache_control": {"type": "ephemeral", **ttl}}


def test_without_stream_the_answer_is_one_json_object():
    with MessagesApi([says("hello", call("read", path="a"))]) as api:
        response = post(api.url, body())
    assert response.headers["request-id"] == "req_000000"
    answer = response.json()
    assert answer["content"] == [
        {"type": "text", "text": "hello"},
        {"type": "tool_use", "id": "toolu_0000_1", "name": "read", "input": {"path": "a"}},
    ]
    assert (answer["stop_reason"], answer["model"], answer["usage"]["input_tokens"]) == ("tool_use", "m", 1)
    assert (api.answered, len(api.requests)) == (1, 1)


def test_a_script_may_answer_by_what_was_asked():
    with MessagesApi(lambda asked, number: says(f"{number}: {asked['messages'][0]['content'][0]['text']}")) as api:
        texts = [post(api.url, body(user(text))).json()["content"][0]["text"] for text in ("a", "b")]
    assert texts == ["0: a", "1: b"]


def test_errors_have_the_apis_shape_and_headers():
    with MessagesApi([Refused(429, "slow", headers={"retry-after": "7"})]) as api:
        response = post(api.url, body())
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert response.json()["error"] == {"type": "rate_limit_error", "message": "slow"}


def test_other_paths_are_not_found():
    with MessagesApi([]) as api:
        response = httpx2.post(f"{api.url}/v1/complete", json={}, trust_env=False)
    assert (response.status_code, api.requests) == (404, [])


CALL = {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "read", "input": {}}]}
RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": "x"}]}


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"model": "m", "messages": [user("x")]}, "max_tokens: Field required"),
        (body(CALL), "first message must use the user role"),
        (body(user("")), "text content blocks must be non-empty"),
        (body({"role": "user", "content": []}), "content must not be empty"),
        (body(user("x"), CALL), "the last `tool_use` has no `tool_result`"),
        (body(user("x"), CALL, user("y")), "`tool_use` ids were found without `tool_result` blocks: 1"),
        (body(user("x"), RESULT), "unexpected `tool_use_id`"),
        (body({"role": "user", "content": [marked(str(n)) for n in range(5)]}), "Found 5."),
        (body(user("x"), {**CALL, "content": [{**CALL["content"][0], "input": "x"}]}, RESULT), "valid dictionary"),
    ],
)
def test_what_the_api_would_refuse_is_refused(asked, fault):
    with MessagesApi([says("never")]) as api:
        response = post(api.url, asked)
    assert response.status_code == 400
    assert fault in response.json()["error"]["message"]


def test_a_request_without_credentials_is_refused():
    with MessagesApi([says("never")]) as api:
        assert post(api.url, body(), **{"x-api-key": ""}).status_code == 401


class TestBilling:
    """Every character is a token here."""

    @pytest.fixture
    def bill(self):
        cache = PromptCache(count=len, minimum=10)

        def run(*blocks, **fields):
            usage = cache.bill(body({"role": "user", "content": list(blocks)}, **fields), [])
            written = usage["cache_creation"]
            assert usage["cache_creation_input_tokens"] == sum(written.values())
            return usage["input_tokens"], usage["cache_read_input_tokens"], tuple(written.values())

        return run

    def test_without_breakpoints_all_is_fresh(self, bill):
        assert [bill({"type": "text", "text": "x" * 30}) for _ in range(2)] == [(30, 0, (0, 0))] * 2

    def test_a_marked_prefix_is_written_once_and_read_from_then_on(self, bill):
        tail = {"type": "text", "text": "y" * 5}
        assert bill(marked("x" * 30), tail) == (5, 0, (30, 0))
        assert bill(marked("x" * 30), tail) == (5, 30, (0, 0))

    def test_a_longer_prefix_reads_the_shorter_and_writes_the_rest(self, bill):
        bill(marked("x" * 30))
        assert bill({"type": "text", "text": "x" * 30}, marked("y" * 12)) == (0, 30, (12, 0))

    def test_another_beginning_or_model_or_system_reads_nothing(self, bill):
        bill(marked("x" * 30), system="s" * 10)
        assert bill(marked("z" * 30), system="s" * 10)[1] == 0
        assert bill(marked("x" * 30), system="s" * 10, model="other")[1] == 0
        assert bill(marked("x" * 30), system="t" * 10)[1] == 0
        assert bill(marked("x" * 30), system="s" * 10)[1] == 40

    def test_prefixes_that_are_too_short_are_not_cached(self, bill):
        assert [bill(marked("x" * 9)) for _ in range(2)] == [(9, 0, (0, 0))] * 2

    def test_an_hours_writes_are_billed_apart(self, bill):
        assert bill(marked("x" * 30, ttl="1h"), marked("y" * 12)) == (0, 0, (12, 30))

    def test_an_entry_more_than_20_blocks_before_a_breakpoint_is_not_found(self, bill):
        short = {"type": "text", "text": "z"}
        bill(marked("x" * 30))
        assert bill({"type": "text", "text": "x" * 30}, *[short] * 19, marked("y"))[1] == 30
        bill(marked("w" * 30))
        assert bill({"type": "text", "text": "w" * 30}, *[short] * 20, marked("y"))[1] == 0


def test_it_can_be_started_from_a_shell(tmp_path):
    script = tmp_path / "replies.json"
    script.write_text(json.dumps([{"content": [{"type": "text", "text": "hello"}]}, {"status": 529}]))
    command = [sys.executable, "-m", "tests.servers.messages_api", str(script)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ) as server:
        url = server.stdout.readline().strip()
        answers = [post(url, body()) for _ in range(2)]
        server.terminate()
    assert answers[0].json()["content"][0]["text"] == "hello"
    assert answers[1].status_code == 529
