import subprocess
from pathlib import Path

import pytest

from adw.context.diffs import DiffLine, FileDiff, files_of

_EDITED = """\
diff --git a/shop/cart.py b/shop/cart.py
index 83db48f..bf269f4 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -2,4 +2,5 @@ def total():
 kept
--- a comment of SQL that went
+++ a comment of SQL that came
+second
 kept too
@@ -20 +21 @@ class Cart:
-old
\\ No newline at end of file
+new
\\ No newline at end of file
"""


def test_lines_are_numbered_in_the_file_that_they_stand_in() -> None:
    (one,) = files_of(_EDITED)
    assert (one.path, one.deleted, one.created) == ("shop/cart.py", False, False)
    assert one.removed == (DiffLine(3, "-- a comment of SQL that went"), DiffLine(20, "old"))
    assert one.added == (DiffLine(3, "++ a comment of SQL that came"), DiffLine(4, "second"), DiffLine(21, "new"))


def test_no_diff_no_files() -> None:
    assert files_of("") == ()


def test_a_diff_that_has_no_modes_tells_new_and_deleted_files_by_their_other_side() -> None:
    text = (
        "diff --git a/gone.py b/gone.py\n--- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        "diff --git a/new.py b/new.py\n--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+y\n"
    )
    assert files_of(text) == (
        FileDiff("gone.py", "gone.py", deleted=True, created=False, added=(), removed=(DiffLine(1, "x"),)),
        FileDiff("new.py", "new.py", deleted=False, created=True, added=(DiffLine(1, "y"),), removed=()),
    )


def _git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.quotePath=false")
    done = subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)
    return done.stdout.decode()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    _git(tmp_path, "init", "-q")
    for path, content in {
        "edited.py": "a\nb\nc\n",
        "gone.py": "".join(f"def line_{number}(): ...\n" for number in range(9)),
        "moved from.py": "".join(f"{number} moves\n" for number in range(9)),
        "renamed.py": "".join(f"{number} is renamed\n" for number in range(9)),
        "tests/binary.bin": "\0\1",
        "mode.sh": "echo\n",
    }.items():
        place = tmp_path / path
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content.encode())
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "base")
    return tmp_path


def test_what_git_prints_is_understood(repository: Path) -> None:
    (repository / "edited.py").write_bytes(b"a\nB\r\nc\n")
    (repository / "gone.py").unlink()
    (repository / "moved from.py").rename(repository / "moved to.py")
    text = (repository / "renamed.py").read_text(encoding="utf-8")
    (repository / "renamed.py").unlink()
    (repository / "änders.py").write_text(text.replace("4 is", "four is"), encoding="utf-8")
    (repository / "tests/binary.bin").write_bytes(b"\0\2")
    (repository / "mode.sh").chmod(0o755)
    (repository / "empty.py").touch()
    _git(repository, "add", "-A")
    found = {one.path: one for one in files_of(_git(repository, "diff", "--cached", "-M", "HEAD"))}
    assert set(found) == {
        "edited.py",
        "empty.py",
        "gone.py",
        "mode.sh",
        "moved to.py",
        "tests/binary.bin",
        "änders.py",
    }
    assert found["edited.py"].removed == (DiffLine(2, "b"),)
    assert found["edited.py"].added == (DiffLine(2, "B\r"),)
    assert found["gone.py"].deleted
    assert len(found["gone.py"].removed) == 9
    assert found["empty.py"].created
    assert found["moved to.py"].old_path == "moved from.py"
    assert (found["änders.py"].old_path, len(found["änders.py"].added)) == ("renamed.py", 1)
    assert [found[name].old_path for name in ("mode.sh", "edited.py", "gone.py")] == ["mode.sh", "edited.py", "gone.py"]
    assert not any(found[name].added or found[name].removed for name in ("mode.sh", "tests/binary.bin", "moved to.py"))
