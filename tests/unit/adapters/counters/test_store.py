"""Counts that outlive a process."""

import sqlite3
import subprocess
import sys

import pytest

from adw.adapters.counters.memo import WORTH_STORING, CountMemo
from adw.adapters.counters.runtime import counter_for_runtime
from adw.adapters.counters.store import CountStore

LONG = "x" * WORTH_STORING


class Counting:
    """A tokenizer that remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, text, tokenizer):
        self.asked.append((text, tokenizer))
        return len(text)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "counts.db"


def memo(file, count, version="1"):
    """A memo as another process would have it: nothing in memory."""
    return CountMemo(count, store=CountStore(file), version=version)


def test_what_one_process_counted_another_does_not(file):
    count = Counting()
    assert [memo(file, count)(LONG, "4.8") for _ in range(2)] == [WORTH_STORING] * 2
    assert len(count.asked) == 1


def test_other_texts_tokenizers_and_versions_are_counted_anew(file):
    count = Counting()
    memo(file, count)(LONG, "4.8")
    memo(file, count)(LONG + "x", "4.8")
    memo(file, count)(LONG, "3.0")
    memo(file, count, version="2")(LONG, "4.8")
    assert len(count.asked) == 4


def test_short_texts_are_not_worth_a_look(file):
    memo(file, Counting())(LONG[1:], "4.8")
    assert not file.exists()


def test_neither_a_text_nor_a_part_of_it_is_stored(file):
    store = CountStore(file)
    CountMemo(Counting(), store=store, version="1")("secret-word " * WORTH_STORING, "4.8")
    store.close()
    assert b"secret" not in file.read_bytes()


@pytest.mark.parametrize(
    "damage", [b"my diary, not a database " * 90, b"SQLite format 3\0" + b"\x5a" * 8000, b"SQLite"]
)
def test_a_damaged_file_is_as_good_as_none_and_is_made_anew(file, damage):
    file.parent.mkdir()
    file.write_bytes(damage)
    count = Counting()
    assert [memo(file, count)(LONG, "4.8") for _ in range(3)] == [WORTH_STORING] * 3
    assert len(count.asked) <= 2


def test_a_page_that_rots_while_it_is_open_loses_counts_but_never_tells_a_wrong_one(file):
    store = CountStore(file)
    for number in range(2000):
        store.put(number.to_bytes(16, "big"), number)
    store.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    store = CountStore(file)
    assert {store.get(number.to_bytes(16, "big")) for number in range(50)} <= {None, *range(50)}
    store.put(b"k" * 16, 7)
    assert store.get(b"k" * 16) in {7, None}


@pytest.mark.parametrize("stands_in", ["folder", "file above", "foreign table"])
def test_a_place_that_cannot_be_used_means_counting(file, stands_in):
    if stands_in == "folder":
        file.mkdir(parents=True)
    elif stands_in == "file above":
        file.parent.write_text("")
    else:
        file.parent.mkdir()
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE counts (other TEXT)")
    count = Counting()
    one = memo(file, count)
    assert [one(LONG, "4.8"), one(LONG * 2, "4.8"), memo(file, count)(LONG, "4.8")] == [
        WORTH_STORING,
        2 * WORTH_STORING,
        WORTH_STORING,
    ]
    assert len(count.asked) == 3


def test_a_locked_file_is_asked_again_once_it_is_free(file):
    store = CountStore(file)
    store.put(b"a" * 16, 1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.put(b"b" * 16, 2)  # given up after a moment
    assert store.get(b"a" * 16) == 1
    other.execute("ROLLBACK")
    other.close()
    store.put(b"c" * 16, 3)
    assert [store.get(key * 16) for key in (b"a", b"b", b"c")] == [1, None, 3]


def test_a_number_that_is_no_count_is_not_believed(file):
    store = CountStore(file)
    store.put(b"a" * 16, -1)
    assert store.get(b"a" * 16) is None


def test_the_oldest_counts_make_room(file):
    for start in range(0, 300, 10):
        store = CountStore(file, most=100)
        for number in range(start, start + 10):
            store.put(number.to_bytes(16, "big"), number)
        store.close()
    store = CountStore(file, most=100)
    kept = [number for number in range(300) if store.get(number.to_bytes(16, "big")) is not None]
    assert kept == list(range(kept[0], 300))
    assert 100 <= len(kept) <= 130


_WRITER = """
import sys
from pathlib import Path
from adw.adapters.counters.store import CountStore
store = CountStore(Path(sys.argv[1]))
for number in range(300):
    store.put(number.to_bytes(16, "big"), number)
    found = store.get((number // 2).to_bytes(16, "big"))
    assert found in (None, number // 2), found
"""


def test_several_processes_share_it(file):
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(file)], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [writer.communicate(timeout=120)[1] for writer in writers]
    assert errors == [""] * 3
    store = CountStore(file)
    found = [store.get(number.to_bytes(16, "big")) for number in range(300)]
    assert all(count in (None, number) for number, count in enumerate(found))
    assert sum(count is not None for count in found) > 250


@pytest.mark.parametrize("model", ["claude-opus-4-8", "glm-5"])
def test_the_counter_of_a_run_counts_the_same_with_and_without_it(file, model):
    text = "def total(items):\n    return sum(items)\n" * 50
    plain = counter_for_runtime().count_text(text, model)
    assert [counter_for_runtime(file).count_text(text, model) for _ in range(2)] == [plain, plain]
    assert file.exists()
