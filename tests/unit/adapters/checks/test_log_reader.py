"""Logs from anywhere, as text."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adw.adapters.checks.log_reader import read_log
from adw.checks import text
from adw.errors import UsageError

NOTHING = io.BytesIO()


def read(content: bytes, limit: int = 1_000_000):
    return read_log(None, io.BytesIO(content), limit)


def test_a_file_and_standard_input_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"\x1b[31mred\x1b[0m\r\n50%\r100%\n")
    assert read_log(path, NOTHING) == read(path.read_bytes())
    assert read_log(path, NOTHING).text == "red\n50%\n100%\n"


@given(st.lists(st.sampled_from(["\x1b[1;31m", "\x1b]8;;x\x07", "\r\n", "\r", "\n", "ä", "\N{PILE OF POO}", "a b"])))
def test_it_is_as_plain_as_the_output_of_a_check(pieces: list[str]) -> None:
    log = "".join([*pieces, "end"])
    assert read(log.encode()).text == text.plain(log)


def test_what_is_no_utf_8_is_replaced() -> None:
    assert read(b"caf\xe9").text == "caf\N{REPLACEMENT CHARACTER}"
    assert read("Prüfung ok\r\n".encode("utf-16")).text == "Prüfung ok\n"


@pytest.mark.parametrize("size", [1000, 1001, 1999, 2001, 5000, 1 << 20, (1 << 20) + 3000])
def test_of_a_log_that_is_too_large_both_ends_are_read_and_the_gap_is_told(size: int) -> None:
    content = b"".join(b"%07d\n" % number for number in range(size // 8 + 1))[:size]
    found = read(content, limit=1000)
    if size <= 1000:
        assert (found.text, found.left_out) == (content.decode(), 0)
    else:
        assert found.left_out == size - 1000
        assert (
            found.text == f"{content[:500].decode()}\n... {size - 1000} bytes left out ...\n{content[-500:].decode()}"
        )


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "is empty"), (b" \n\t\n", "is empty"), (b"\x7fELF\0\0\0", "is binary")]
)
def test_what_is_no_log_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=f"standard input {why}"):
        read(content)


def test_a_file_that_is_not_there_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        read_log(tmp_path / "gone", NOTHING)
    with pytest.raises(UsageError, match="is a folder"):
        read_log(tmp_path, NOTHING)
    with pytest.raises(UsageError, match="cannot be read"):
        read_log(tmp_path / ("x" * 300), NOTHING)
