import os
import subprocess
import sys
from pathlib import Path

import pytest

from adw.adapters.symbols.store import Room, Stored, SymbolStore
from adw.domain.symbols import FileSymbols

_CART = FileSymbols("total Cart", "price", "1\t2\t0\tfunction\ttotal\tdef total(items)")
_ROOM = Room()
_ENTRIES: dict[str, Stored] = {".py:1": _CART, ".js:1": "minified", ".py:2": FileSymbols("", "", "")}


def _store(folder: Path, *, keep: bool = True, room: Room = _ROOM) -> SymbolStore:
    return SymbolStore(folder / "cache" / "symbols", above=folder, keep=keep, room=room)


def _saved(folder: Path) -> Path:
    _store(folder).save(_ENTRIES, {})
    return folder / "cache" / "symbols"


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    assert _store(tmp_path).load() == {}
    _saved(tmp_path)
    assert _store(tmp_path).load() == _ENTRIES


def test_the_same_entries_are_the_same_bytes(tmp_path: Path) -> None:
    assert _saved(tmp_path).read_bytes() == _saved(tmp_path).read_bytes()


def test_nothing_is_saved_as_nothing(tmp_path: Path) -> None:
    _store(tmp_path).save({}, {})
    assert _store(tmp_path).load() == {}


def _cut_short(whole: bytes) -> bytes:
    return whole[:-1]


def _one_byte_other(whole: bytes) -> bytes:
    return whole.replace(b"total", b"fatal")


def _of_a_newer_format(whole: bytes) -> bytes:
    return whole.replace(b"adw symbols ", b"adw symbols 9")


def _of_another_parser(whole: bytes) -> bytes:
    head, line, body = whole.partition(b"\n")
    return b" ".join([*head.split(b" ")[:-2], b"99.9.9", head.split(b" ")[-1]]) + line + body


@pytest.mark.parametrize("damage", [_cut_short, _one_byte_other, _of_a_newer_format, _of_another_parser])
def test_a_file_that_is_not_what_was_saved_counts_as_not_there(damage, tmp_path: Path) -> None:
    path = _saved(tmp_path)
    damaged = damage(path.read_bytes())
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    assert _store(tmp_path).load() == {}
    _store(tmp_path).save(_ENTRIES, {})
    assert _store(tmp_path).load() == _ENTRIES


@pytest.mark.parametrize("content", [b"", b"\n", b"\x80\x04K\x01.", os.urandom(1_000), b"adw symbols"])
def test_a_foreign_file_counts_as_not_there(content: bytes, tmp_path: Path) -> None:
    path = _saved(tmp_path)
    path.write_bytes(content)
    assert _store(tmp_path).load() == {}


def test_a_file_made_by_others_with_the_right_head_does_no_harm(tmp_path: Path) -> None:
    """A repository may bring one of its own."""
    rows = "x\ty\n1\t1\t0\tvalue\tLIMIT\tLIMIT = 3\n1\t1\t0\tspell\tcast\tcast()\n\n1\t2"
    entries = {".py:1": FileSymbols("a\nb", "", rows), "a\x1fb\x1fc": "one field too many", "": "no key"}
    _store(tmp_path).save(entries, {})
    loaded = _store(tmp_path).load()
    assert set(loaded) == {".py:1", "", "a"}
    found = loaded[".py:1"]
    assert isinstance(found, FileSymbols)
    assert [one.name for one in found.definitions()] == ["LIMIT"]


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    size = _saved(tmp_path).stat().st_size
    assert _store(tmp_path, room=Room(bytes=size // 2)).load() == _ENTRIES
    assert _store(tmp_path, room=Room(bytes=size // 2 - 1)).load() == {}


def test_what_is_wanted_is_kept_before_what_is_older(tmp_path: Path) -> None:
    older = {f".py:{number}": "binary" for number in range(7, 19)}
    _store(tmp_path, room=Room(entries=5)).save(_ENTRIES, older)
    assert list(_store(tmp_path).load()) == [*_ENTRIES, ".py:7", ".py:8"]


def test_of_what_is_known_already_the_newest_saying_counts(tmp_path: Path) -> None:
    _store(tmp_path).save({".py:1": _CART}, {".py:1": "binary", ".py:9": "binary"})
    assert _store(tmp_path).load() == {".py:1": _CART, ".py:9": "binary"}


def test_entries_that_the_file_has_no_room_for_are_left_out(tmp_path: Path) -> None:
    entries = {f".py:{number}": FileSymbols("a" * 400, "", "") for number in range(3)}
    _store(tmp_path, room=Room(bytes=1_000)).save(entries, {})
    assert list(_store(tmp_path).load()) == [".py:0", ".py:1"]


def test_without_keep_it_is_read_and_not_written(tmp_path: Path) -> None:
    _store(tmp_path, keep=False).save(_ENTRIES, {})
    assert not (tmp_path / "cache").exists()
    _saved(tmp_path)
    assert _store(tmp_path, keep=False).load() == _ENTRIES


def test_no_folder_of_adw_is_made_for_it(tmp_path: Path) -> None:
    _store(tmp_path / ".adw").save(_ENTRIES, {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("linked", ["", "cache", "cache/symbols"])
def test_nothing_is_written_through_a_link(linked: str, tmp_path: Path) -> None:
    above, outside = tmp_path / ".adw", tmp_path / "outside"
    outside.mkdir()
    if linked:
        (above / linked).parent.mkdir(parents=True)
    (above / linked).symlink_to(outside if linked != "cache/symbols" else outside / "file")
    _store(above).save(_ENTRIES, {})
    assert list(outside.iterdir()) == []
    assert _store(above).load() == {}


def test_where_it_cannot_be_written_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file where a folder should be")
    _store(tmp_path).save(_ENTRIES, {})
    assert _store(tmp_path).load() == {}


def test_a_folder_in_the_file_s_place_leaves_no_waste_behind(tmp_path: Path) -> None:
    (tmp_path / "cache" / "symbols" / "x").mkdir(parents=True)
    _store(tmp_path).save(_ENTRIES, {})
    assert _store(tmp_path).load() == {}
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["symbols"]


_MANY = 500
_SAVES = f"""
import sys
from pathlib import Path
from adw.adapters.symbols.store import SymbolStore

store = SymbolStore(Path(sys.argv[1], "cache", "symbols"), above=Path(sys.argv[1]))
mine = {{f".py:{{sys.argv[2]}}-{{one}}": "binary" for one in range({_MANY})}}
sys.stdin.readline()  # both are ready
for _ in range(20):
    store.save(mine, {{}})
    assert len(store.load()) == {_MANY}
"""


def test_processes_that_save_at_once_leave_the_file_of_one_of_them_whole(tmp_path: Path) -> None:
    command = (sys.executable, "-c", _SAVES, str(tmp_path))
    both = [subprocess.Popen((*command, name), stdin=subprocess.PIPE, text=True) for name in ("a", "b")]
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.close()
    assert [one.wait() for one in both] == [0, 0]
    found = _store(tmp_path).load()
    assert len(found) == _MANY
    assert len({key.partition("-")[0] for key in found}) == 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["symbols"]
