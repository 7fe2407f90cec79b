import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from adw.adapters.git.blobs import GitBlobs
from adw.adapters.git.repository import Repository
from adw.domain.symbols import Blob
from adw.errors import WorkspaceError
from tests.fakes.memory_blobs import MemoryBlobs
from tests.support.dirt import set_traps
from tests.support.repositories import Checkout, make_repository

ODD_NAMES = {
    " leading and trailing ": b"1",
    "-rf": b"2",
    "a\tb": b"3",
    "a\nb.py": b"4",
    'a"b\\c.py': b"5",
    "ä/ö ü.py": b"6",
    "café.py": b"7",
    "日本.py": b"8",
    ":(top)*.py": b"9",
    "$(touch x).py": b"10",
    "a.git": b"11",
    "gitfoo.py": b"12",
}


def _blobs(checkout: Checkout) -> GitBlobs:
    return GitBlobs(Repository.discover(checkout.root))


def _head(checkout: Checkout) -> str:
    return checkout.git("rev-parse", "HEAD")


def _all(blobs: GitBlobs, commit: str) -> dict[str, bytes]:
    return {blob.path: content for blob, content in blobs.contents(blobs.listed(commit))}


def test_files_are_listed_by_path_with_ids_and_sizes(checkout: Checkout) -> None:
    found = _blobs(checkout).listed(_head(checkout))
    assert [blob.path for blob in found] == [".gitignore", "src/app.py", "src/lib.py", "tool.sh"]
    assert found[2] == Blob("src/lib.py", checkout.git("rev-parse", "HEAD:src/lib.py"), 11)


def test_contents_come_in_the_order_asked_for(checkout: Checkout) -> None:
    blobs = _blobs(checkout)
    listed = blobs.listed(_head(checkout))
    asked = (listed[2], listed[0], listed[2])
    assert list(blobs.contents(asked)) == [
        (listed[2], b"LIMIT = 10\n"),
        (listed[0], b"*.log\n/cache/\n"),
        (listed[2], b"LIMIT = 10\n"),
    ]
    assert list(blobs.contents(())) == []


def test_a_commit_is_looked_at_and_not_the_checkout(checkout: Checkout) -> None:
    first = _head(checkout)
    checkout.commit({"src/lib.py": b"LIMIT = 11\n"})
    checkout.write({"src/lib.py": b"LIMIT = 12\n", "new.py": b""})
    blobs = _blobs(checkout)
    assert _all(blobs, first)["src/lib.py"] == b"LIMIT = 10\n"
    assert _all(blobs, _head(checkout))["src/lib.py"] == b"LIMIT = 11\n"
    assert "new.py" not in _all(blobs, _head(checkout))


def test_names_may_hold_nearly_anything(tmp_path: Path) -> None:
    checkout = make_repository(tmp_path / "odd", ODD_NAMES)
    assert _all(_blobs(checkout), _head(checkout)) == ODD_NAMES


def test_what_a_run_is_never_shown_is_not_listed(checkout: Checkout) -> None:
    (Path(os.fsdecode(os.fsencode(checkout.root) + b"/na\xefve.py"))).write_bytes(b"not UTF-8\n")
    checkout.commit({".adw.toml": b"", ".adw/x.py": b"", ".ADW/y.py": b"", "a/.adw/z.py": b""})
    paths = [blob.path for blob in _blobs(checkout).listed(_head(checkout))]
    assert [path for path in paths if "adw" in path.lower() or "na" in path] == ["a/.adw/z.py"]


def test_submodules_and_links_are_no_files(checkout: Checkout) -> None:
    make_repository(checkout.root / "vendor" / "other", {"x.py": b"x\n"})
    (checkout.root / "away.py").symlink_to("/etc/passwd")
    (checkout.root / "loop.py").symlink_to("loop.py")
    checkout.commit({})
    assert checkout.git("ls-tree", "HEAD:vendor").startswith("160000 commit ")
    paths = [blob.path for blob in _blobs(checkout).listed(_head(checkout))]
    assert paths == [".gitignore", "src/app.py", "src/lib.py", "tool.sh"]


def test_contents_are_as_they_are_stored(checkout: Checkout, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    files = {
        ".gitattributes": b"*.py text eol=crlf ident\n",
        "src/lib.py": b"$Id$\nLIMIT = 10\n",
        "crlf.txt": b"one\r\ntwo\r\n",
        "latin.txt": b"caf\xe9\n",
        "empty.txt": b"",
        "binary": bytes(range(256)),
    }
    checkout.commit(files)
    set_traps(checkout, sprung)
    found = _all(_blobs(checkout), _head(checkout))
    assert found == {**_all(_blobs(checkout), "HEAD~1"), **files}
    assert not sprung.exists()


def test_large_files_and_many_of_them_come_whole(tmp_path: Path) -> None:
    """More than git is asked for at once, in more than one way."""
    large = {f"{number}.bin": bytes([number]) * 3_000_000 for number in range(5)}
    files = {**large, "0a.py": b"first\n", "2a.py": b"", "9.bin": b"\n" * 9_000_000}
    checkout = make_repository(tmp_path / "large", files)
    assert _all(_blobs(checkout), _head(checkout)) == files


def test_files_of_the_same_content_have_the_same_id(tmp_path: Path) -> None:
    checkout = make_repository(tmp_path / "same", {"a.py": b"x\n", "b/c.py": b"x\n", "d.py": b"y\n"})
    a, c, d = _blobs(checkout).listed(_head(checkout))
    assert a.id == c.id != d.id


def test_an_unknown_commit_is_an_error(checkout: Checkout) -> None:
    with pytest.raises(WorkspaceError):
        _blobs(checkout).listed("0" * 40)


@pytest.mark.parametrize("lost", ["before it is listed", "after it was listed"])
def test_content_that_is_lost_is_an_error_that_names_the_file(lost: str, checkout: Checkout) -> None:
    commit = _head(checkout)
    blobs = _blobs(checkout)
    listed = blobs.listed(commit)
    gone = listed[2].id
    (checkout.root / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    with pytest.raises(WorkspaceError, match=r"src/lib\.py"):
        list(blobs.contents(listed if lost.startswith("after") else blobs.listed(commit)))


@pytest.mark.parametrize("of", [ODD_NAMES, {}, {"a.py": b"x\n", "a/b.py": b"x\n", "A.py": b"y\n"}])
def test_the_fake_answers_as_git_does(of: Mapping[str, bytes], tmp_path: Path) -> None:
    checkout = make_repository(tmp_path / "real", {"z": b"", **of})
    real, fake = _blobs(checkout), MemoryBlobs({"z": b"", **of})
    listed = real.listed(_head(checkout)), fake.listed("HEAD")
    assert [(one.path, one.size) for one in listed[0]] == [(one.path, one.size) for one in listed[1]]
    assert [content for _, content in real.contents(listed[0])] == [content for _, content in fake.contents(listed[1])]
