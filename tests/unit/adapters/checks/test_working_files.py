"""The files of a working copy as detection sees them."""

from pathlib import Path

from adw.adapters.checks import working_files


def put(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")


def test_folders_that_tools_fill_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a.py", ".rspec", "src/b.py", "node_modules/x/c.js", ".git/config", "src/__pycache__/b.pyc")
    assert working_files.names(tmp_path) == (".rspec", "a.py", "src/b.py")


def test_a_huge_tree_is_looked_at_in_part(tmp_path: Path) -> None:
    put(tmp_path, *(f"{folder}/{name}" for folder in "abc" for name in "xyz"))
    assert working_files.names(tmp_path, most=3) == ("a/x", "a/y", "a/z")


def test_texts_are_those_of_files_that_are_there(tmp_path: Path) -> None:
    put(tmp_path, "tox.ini", "folder/x", "a-name-that-is-longer-than-20.ini")
    names = ("tox.ini", "gone.ini", "folder", "a-name-that-is-longer-than-20.ini", "x" * 300)
    assert working_files.texts(tmp_path, names, largest=20) == {"tox.ini": "tox.ini"}
