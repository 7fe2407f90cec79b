import random
import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adw.adapters.counters.tiktoken_counter import TiktokenCounter

COUNTER = TiktokenCounter()
CLAUDES = ["claude-haiku-4-5", "claude-opus-4-7", "claude-opus-4-8"]
CHANCE = random.Random(20)  # noqa: S311


def made(alphabet, length=300):
    return "".join(CHANCE.choice(alphabet) for _ in range(length))


HARD = {
    "code": Path(__file__).read_text(),
    "prose": "The quick brown fox jumps over the lazy dog, then sleeps. " * 20,
    "json": '{"name": "tests/test_cart.py::test_total", "loc": "tests/test_cart.py:42", "ok": false}\n' * 20,
    "log": "2026-03-04T05:06:07Z ERROR worker-3 request failed: ECONNRESET (10.0.0.17:5432)\n" * 20,
    "licence": 'THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED\n' * 20,
    "constants": "MAX_FILE_LINES = DEFAULT_TIMEOUT_S\n#define OSSL_CMP_ITAV_SORT(SK)\n" * 20,
    "cjk": "軽減税率の対象となる品目を計算する関数です。합계를 계산합니다. 总计" * 20,
    "cyrillic": "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 20,
    "hex": made("0123456789abcdef"),
    "letters": made(string.ascii_letters),
    "capitals": made(string.ascii_uppercase),
    "punctuation": made(string.punctuation),
    "whitespace": made(" \t\n"),
    "spaces": " " * 500,
    "rule": "=" * 79 + "\n" + "~" * 79,
    "one letter": "x" * 400,
    "a short one": "QQ",
}


@pytest.mark.parametrize("model", CLAUDES)
@pytest.mark.parametrize("kind", HARD)
def test_claude_is_never_undercounted(kind, model):
    exact = pytest.importorskip("adw.adapters.counters.ctok_counter", reason="ctok needs Python 3.12").CtokCounter()
    assert COUNTER.count_text(HARD[kind], model) >= exact.count_text(HARD[kind], model)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=100), model=st.sampled_from(CLAUDES))
def test_claude_is_not_undercounted_on_anything_that_can_be_typed(text, model):
    exact = pytest.importorskip("adw.adapters.counters.ctok_counter", reason="ctok needs Python 3.12").CtokCounter()
    assert COUNTER.count_text(text, model) >= exact.count_text(text, model)


@pytest.mark.parametrize("model", CLAUDES)
@pytest.mark.parametrize("kind", ["code", "prose", "json", "log"])
def test_what_is_usual_is_not_counted_out_of_proportion(kind, model):
    assert COUNTER.count_text(HARD[kind], model) <= 3.3 * COUNTER.count_text(HARD[kind], "gpt-5")


def test_other_models_have_tiktokens_count():
    assert COUNTER.count_text("hello, world", "glm-5") == 3
    assert COUNTER.count_text("", "glm-5") == 0


def test_marks_of_the_encoding_are_text_like_any_other():
    assert COUNTER.count_text("<|endoftext|>", "glm-5") > 1


def test_nothing_is_downloaded():
    """With sockets shut, in a process that has no cache of the encoding to fall back on."""
    script = """
import socket

def shut(*_):
    raise AssertionError("a connection was tried")

socket.socket.connect = shut
socket.getaddrinfo = shut
from adw.adapters.counters.runtime import counter_for_runtime
counter = counter_for_runtime()
print(counter.count_text("hello, world", "glm-5"), counter.count_text("hello, world", "claude-opus-4-8") >= 4)
"""
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        env={"PATH": "", "PYTHONPATH": str(root), "TIKTOKEN_CACHE_DIR": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "3 True\n", done.stderr
