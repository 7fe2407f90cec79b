from dataclasses import replace
from typing import Any

from adw.adapters.symbols.index import TreeSitterIndex
from adw.domain.flags import ALL_FLAGS, Flag
from adw.domain.report import Failure, Report, Summary
from adw.domain.run import Limits
from adw.domain.section import Priority
from adw.errors import WorkspaceError
from adw.workflow.gather import failing_files, likely, redacted, show_files, touched_files
from adw.workflow.kit import View
from tests.fakes.memory_blobs import MemoryBlobs
from tests.fakes.memory_workspace import MemoryWorkspace
from tests.support.kit import shop, spec

_LONG = "".join(f"line {number}\n" for number in range(1, 101)).encode()
_FILES = {"a.py": b"x = 1\n", "b.py": _LONG, "c.bin": b"\0\1", "deep/d.py": b"y\r\n", "e.txt": b"caf\xe9\n"}


def _view(files: dict[str, bytes] | None = None, **changes: Any) -> View:
    changes = {"limits": Limits(max_file_lines=10), **changes}
    return View(spec(**changes), MemoryWorkspace(_FILES if files is None else files), str)


def _report(*failures: Failure) -> Report:
    return Report("test", "pytest", ok=False, exit_code=1, summary=Summary(), failures=failures)


def test_each_file_is_shown_once_sorted_by_path_and_as_it_is_now() -> None:
    shown = show_files(_view(), ("deep/d.py", "a.py", "deep/d.py", "e.txt"))
    assert [(one.name, one.text) for one in shown] == [
        ("file a.py", "## a.py\nx = 1"),
        ("file deep/d.py", "## deep/d.py\ny"),
        ("file e.txt", "## e.txt\ncafé"),
    ]


class Unreadable(MemoryWorkspace):
    """A file of it is too large to be read, as in a real workspace."""

    def read(self, path: str) -> bytes:
        if path == "large.sql":
            raise WorkspaceError("'large.sql' has 9000000 bytes; at most 2000000 are read")
        return super().read(path)


def test_what_is_not_there_is_left_out() -> None:
    assert show_files(_view(), ("gone.py", "../outside", "", ".git/config")) == ()


def test_a_named_file_that_cannot_be_shown_is_there_with_the_reason() -> None:
    """Else the model would take it for a file to create."""
    view = View(spec(), Unreadable({**_FILES, "large.sql": b""}), str)
    shown = show_files(view, ("large.sql", "c.bin", "a.py", "gone.py"))
    assert [(one.name, one.text, one.priority) for one in shown] == [
        ("file a.py", "## a.py\nx = 1", Priority.HIGH),
        ("file c.bin", "## c.bin\n[binary, 2 bytes]", Priority.HIGH),
        ("file large.sql", "## large.sql\n['large.sql' has 9000000 bytes; at most 2000000 are read]", Priority.HIGH),
    ]


def test_a_file_that_the_run_deleted_is_not_there() -> None:
    view = _view()
    assert isinstance(view.files, MemoryWorkspace)
    view.files.write("c.bin", None)
    assert show_files(view, ("c.bin",)) == ()


def test_a_long_file_is_cut_around_what_fails() -> None:
    at = (
        Failure("b.py::t", "b.py:60:3", "E", "m"),
        Failure("b.py::u", "b.py:63", "E", "m"),
        Failure("x", "", "E", "m"),
    )
    (one,) = show_files(_view(), ("b.py",), _report(*at))
    assert one.text.startswith("## b.py:57-66 of 100 lines\n")
    assert show_files(_view(), ("b.py",))[0].text.startswith("## b.py:1-10 of 100 lines\n")


def test_without_cutting_a_long_file_is_shown_whole() -> None:
    flags = tuple(flag for flag in ALL_FLAGS if flag is not Flag.TRUNCATE_FILES)
    (one,) = show_files(_view(flags=flags), ("b.py",))
    assert one.text == "## b.py\n" + _LONG.decode().removesuffix("\n")


def test_without_a_choice_every_text_file_is_shown_and_the_others_matter_least() -> None:
    flags = tuple(flag for flag in ALL_FLAGS if flag is not Flag.MODIFIED_FILES_ONLY)
    shown = show_files(_view(flags=flags), ("a.py",))
    assert [(one.name, one.priority) for one in shown] == [
        ("file a.py", Priority.HIGH),
        ("file b.py", Priority.LOW),
        ("file deep/d.py", Priority.LOW),
        ("file e.txt", Priority.LOW),
    ]


def test_failures_point_at_their_files_and_at_their_tests() -> None:
    found = _report(Failure("tests/t.py::a", "shop/a.py:3", "E", "m", also=("tests/u.py::b",)))
    assert failing_files(found) == ("shop/a.py", "tests/t.py", "tests/u.py")


def test_what_was_changed_is_said_with_what_became_of_it() -> None:
    world = shop([])
    world.workspace.write("shop/cart.py", b"x")
    world.workspace.write("new.py", b"y")
    world.workspace.write("README.md", None)
    touched = world.within(touched_files)
    assert [(one.change, one.path) for one in touched] == [
        ("deleted", "README.md"),
        ("edited", "new.py"),
        ("edited", "shop/cart.py"),
    ]


def test_likely_files_come_behind_the_list_of_all() -> None:
    listed, *files = likely(_view(), _report(Failure("a.py::t", "a.py:1", "E", "m")))
    assert listed.text == "# Files of the repository\na.py\nb.py\nc.bin\ndeep/d.py\ne.txt"
    assert [one.name for one in files] == ["file a.py"]


def test_with_symbols_a_map_comes_before_the_files_and_what_only_ranks_first_is_cut() -> None:
    lines = "".join(f"def other_{number}(): pass\n" for number in range(400))
    files = {"shop/cart.py": b"def total(): pass\n", "shop/price.py": f"{lines}def net(): pass\n".encode()}
    issue = replace(spec().issue, title="Wrong", body="`net` is wrong")
    index = TreeSitterIndex(MemoryBlobs(files), None)
    mapped, *shown = likely(View(spec(issue=issue), MemoryWorkspace(files), str, index), None)
    assert mapped.name == "repo_map"
    assert mapped.text.startswith("# Repository map\n")
    assert [one.text.split("\n")[0] for one in shown] == ["## shop/price.py:252-401 of 401 lines"]


def test_where_no_parser_knows_a_file_or_no_map_is_wanted_the_files_are_listed() -> None:
    index = TreeSitterIndex(MemoryBlobs(_FILES), None)
    without = likely(View(spec(limits=Limits(repo_map_tokens=0)), MemoryWorkspace(_FILES), str, index), None)
    unknown = TreeSitterIndex(MemoryBlobs({"e.txt": b""}), None)
    for listed, *_ in (without, likely(View(spec(), MemoryWorkspace(_FILES), str, unknown), None)):
        assert listed.text.startswith("# Files of the repository\n")


def test_secrets_are_taken_out_of_every_section() -> None:
    view = View(
        spec(), MemoryWorkspace({"a.py": b"key = 's3cret'\n"}), lambda text: text.replace("s3cret", "[redacted]")
    )
    (one,) = redacted(view, show_files(view, ("a.py",)))
    assert one.text == "## a.py\nkey = '[redacted]'"
    assert (one.name, one.priority) == ("file a.py", Priority.HIGH)
