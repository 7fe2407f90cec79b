from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from adw.adapters.symbols.index import Bounds, TreeSitterIndex
from adw.adapters.symbols.store import SymbolStore
from adw.domain.symbols import Blob, RepoSymbols
from adw.errors import Interrupted, WorkspaceError
from tests.fakes.memory_blobs import MemoryBlobs

_FILES = {
    "README.md": b"# Shop\n",
    "shop/cart.py": b"def total(items): return price(items)\n",
    "shop/price.py": b"def price(items): return sum(items)\n",
}


class Stop:
    """Is set once it was asked `after` times."""

    def __init__(self, after: int) -> None:
        self.left = after

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


class BrokenBlobs(MemoryBlobs):
    """The repository breaks behind the first blob."""

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes]]:
        for number, found in enumerate(super().contents(blobs)):
            if number:
                raise WorkspaceError("the repository is damaged")
            yield found


def _store(folder: Path) -> SymbolStore:
    return SymbolStore(folder / "cache" / "symbols", above=folder)


def _look(files: Mapping[str, bytes]) -> RepoSymbols:
    return TreeSitterIndex(MemoryBlobs(files), None).look("c")


def test_files_of_known_languages_are_looked_into() -> None:
    found = _look(_FILES)
    assert list(found.files) == ["shop/cart.py", "shop/price.py"]
    assert found.files["shop/cart.py"].names == "total"
    assert found.files["shop/cart.py"].references == "items price total"
    assert found.skipped == {}


def test_a_repository_that_no_parser_knows_has_no_symbols() -> None:
    found = _look({"README.md": b"# Shop\n", "main.f90": b"program x\n"})
    assert (found.files, found.skipped) == ({}, {})


def test_only_what_is_new_is_parsed(tmp_path: Path) -> None:
    blobs = MemoryBlobs(_FILES)
    first = TreeSitterIndex(blobs, _store(tmp_path)).look("c")
    assert blobs.read == ["shop/cart.py", "shop/price.py"]
    blobs.files["shop/price.py"] += b"def rate(): pass\n"
    blobs.files["shop/moved.py"] = blobs.files.pop("shop/cart.py")
    blobs.read.clear()
    second = TreeSitterIndex(blobs, _store(tmp_path)).look("d")
    assert blobs.read == ["shop/price.py"]
    assert second.files["shop/moved.py"] == first.files["shop/cart.py"]
    assert second.files["shop/price.py"].names == "price rate"
    assert second == TreeSitterIndex(blobs, None).look("d")


def test_nothing_is_written_where_nothing_is_new(tmp_path: Path) -> None:
    TreeSitterIndex(MemoryBlobs(_FILES), _store(tmp_path)).look("c")
    (tmp_path / "cache").rename(tmp_path / "elsewhere")
    (tmp_path / "cache").symlink_to("elsewhere")  # it may be read, but it is never written through
    before = (tmp_path / "elsewhere" / "symbols").stat()
    TreeSitterIndex(MemoryBlobs(_FILES), _store(tmp_path)).look("c")
    assert (tmp_path / "elsewhere" / "symbols").stat() == before


def test_the_same_bytes_twice_are_parsed_once() -> None:
    blobs = MemoryBlobs({"a.py": b"def f(): pass\n", "b.py": b"def f(): pass\n"})
    found = TreeSitterIndex(blobs, None).look("c")
    assert len(blobs.read) == 1
    assert list(found.files) == ["a.py", "b.py"]


def test_the_same_bytes_mean_something_else_under_another_suffix(tmp_path: Path) -> None:
    same = b"function f() {}\n"
    for _ in range(2):  # parsed, and from the store
        found = TreeSitterIndex(MemoryBlobs({"a.js": same, "a.py": same}), _store(tmp_path)).look("c")
        assert [found.files[path].names for path in ("a.js", "a.py")] == ["f", ""]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x = 1\n\0", "binary"),
        (b"x=" + b"1+" * 10_000 + b"1\n", "minified"),
        (b")" * 6_000, "too hard to parse"),
        (b"# a comment of some length\n" * 20, "larger than 500 bytes"),
    ],
)
def test_what_is_not_read_is_named_with_its_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    bounds = Bounds(file_bytes=500 if "larger" in reason else 100_000)
    for _ in range(2):  # looked at, and from the store
        blobs = MemoryBlobs({"a.py": content, "b.py": b"def f(): pass\n", "z.py": content})
        found = TreeSitterIndex(blobs, _store(tmp_path), bounds=bounds).look("c")
        assert list(found.files) == ["b.py"]
        assert found.skipped == {reason: ("a.py", "z.py")}


def test_a_short_file_of_one_line_is_not_minified() -> None:
    assert _look({"a.js": b"function f() { " + b"g(1);" * 100 + b"}"}).files["a.js"].names == "f"


def test_of_too_many_files_those_nearest_to_the_top_are_read() -> None:
    blobs = MemoryBlobs({path: f"x = '{path}'\n".encode() for path in ("a/a/a.py", "a/b.py", "b/c.py", "d.py")})
    found = TreeSitterIndex(blobs, None, bounds=Bounds(files=2)).look("c")
    assert list(found.files) == ["a/b.py", "d.py"]
    assert found.skipped == {"beyond the first 2 files or 300 s": ("a/a/a.py", "b/c.py")}


def test_paths_that_are_asked_for_come_first() -> None:
    blobs = MemoryBlobs({f"{number}.py": f"x = {number}\n".encode() for number in range(9)})
    found = TreeSitterIndex(blobs, None, bounds=Bounds(files=2)).look("c", ("7.py", "8.py", "gone.py"))
    assert list(found.files) == blobs.read == ["7.py", "8.py"]


def test_no_more_bytes_are_read_than_the_bound() -> None:
    blobs = MemoryBlobs({f"{number}.py": b"#" * 99 + str(number).encode() for number in range(9)})
    found = TreeSitterIndex(blobs, None, bounds=Bounds(bytes=350)).look("c")
    assert list(found.files) == blobs.read == ["0.py", "1.py", "2.py"]


def test_out_of_time_the_rest_is_left_for_the_next_look(tmp_path: Path) -> None:
    blobs = MemoryBlobs(_FILES)
    found = TreeSitterIndex(blobs, _store(tmp_path), bounds=Bounds(seconds=-1.0)).look("c")
    assert found.files == {}
    assert found.skipped == {"beyond the first 20,000 files or -1 s": ("shop/cart.py", "shop/price.py")}
    assert list(TreeSitterIndex(blobs, _store(tmp_path)).look("c").files) == ["shop/cart.py", "shop/price.py"]


def test_what_was_parsed_until_the_user_stopped_it_is_kept(tmp_path: Path) -> None:
    blobs = MemoryBlobs(_FILES)
    with pytest.raises(Interrupted):
        TreeSitterIndex(blobs, _store(tmp_path), Stop(after=0)).look("c")
    assert blobs.read == ["shop/cart.py"]
    TreeSitterIndex(blobs, _store(tmp_path), Stop(after=9)).look("c")
    assert blobs.read == ["shop/cart.py", "shop/price.py"]


def test_what_was_parsed_before_a_fault_is_kept(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="damaged"):
        TreeSitterIndex(BrokenBlobs(_FILES), _store(tmp_path)).look("c")
    blobs = MemoryBlobs(_FILES)
    TreeSitterIndex(blobs, _store(tmp_path)).look("c")
    assert blobs.read == ["shop/price.py"]
