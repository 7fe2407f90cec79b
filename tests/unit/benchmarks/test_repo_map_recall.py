"""Which commits count as fixes, and where the map had what they touched."""

from pathlib import Path

from adw.adapters.git.blobs import GitBlobs
from adw.adapters.git.repository import Repository
from adw.adapters.symbols.index import TreeSitterIndex
from tests.benchmarks.repo_map_recall import Found, fixes, look
from tests.support.repositories import make_repository


def test_small_fixes_are_found_in_a_history_and_looked_for_before_they_were_made(tmp_path: Path) -> None:
    cart = b"def total(items):\n    return sum(items[1:])\n"
    history = make_repository(tmp_path / "shop", {"cart.py": cart, "mail.py": b"def send(): pass\n"})
    mended = {"cart.py": cart.replace(b"[1:]", b""), "tests/test_cart.py": b"x = 1\n"}
    fix = history.commit(mended, "Fix total, which forgot the first item\n\nCloses: #1")
    history.commit({"cart.py": b"# nothing\n"}, "Another way to add up what is in the cart")
    history.commit({"cart.py": b"# short\n"}, "fix it")
    history.commit({"README.md": b"# Shop\n"}, "Fix a wrong word in the text of the page")
    history.commit({"mail.py": b"x = 1\n" * 50}, "Fix mail by writing it anew from the beginning")
    history.commit({"new.py": b"x = 1\n"}, "Fix the bug that there is no such file yet")
    repository = Repository.discover(history.root)
    git, blobs = repository.objects(), GitBlobs(repository)

    new, old = fixes(git, 100)
    assert (old.commit, old.files) == (fix, {"cart.py"})
    assert old.text == "Fix total, which forgot the first item"
    index = TreeSitterIndex(blobs, None)
    assert look(index, blobs, git, old, budget=400) == Found(place=1, shown=True, listed=True, files=2)
    assert look(index, blobs, git, new, budget=400) is None
