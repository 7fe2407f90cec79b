"""What the witness writes down, told by the lines that it wrote. Its judgement is tested with the recordings."""

from pathlib import Path
from typing import Any

import pytest

from adw.adapters.checks.plugins.adw_witness import Witness
from adw.checks.python import witness
from adw.checks.python.witness import Line

pytest_plugins = ["pytester"]


class Loader:
    """Loads the witness as its file's own `pytest_configure` does, into another folder."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self._folder = folder
        self._settings = {"root": "", **settings}

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(Witness(config, self._folder, self._settings))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "scratch"
    made.mkdir()
    return made


def hear(pytester: pytest.Pytester, folder: Path, source: str, *options: str, **settings: Any) -> witness.Testimony:
    pytester.makepyfile(test_it=source)
    pytester.inline_run("-p", "no:hypothesispytest", *options, plugins=[Loader(folder, **settings)])
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return witness.read(files)


def only(testimony: witness.Testimony) -> Line:
    (line,) = testimony.results
    return line


def test_a_passing_test_is_begun_and_ended(pytester: pytest.Pytester, folder: Path) -> None:
    seen = hear(pytester, folder, "def test_one(): pass")
    assert (seen.collected, seen.ended, seen.running) == (1, ("test_it.py::test_one",), ())
    assert (seen.results, seen.exit_code) == ((), 0)
    assert seen.begun[0].home == "test_it.py:1"


def test_an_exception_is_kept_with_its_classes_and_frames(pytester: pytest.Pytester, folder: Path) -> None:
    seen = only(hear(pytester, folder, "def f():\n    raise KeyError('k')\ndef test_one():\n    f()"))
    assert seen.detail is not None
    assert (seen.detail.type, seen.detail.bases[:3]) == ("KeyError", ("KeyError", "LookupError", "Exception"))
    assert seen.detail.message == "KeyError: 'k'"
    assert [line for path, line in seen.detail.frames if path.endswith("test_it.py")] == [4, 2]


def test_long_messages_and_deep_stacks_are_cut(pytester: pytest.Pytester, folder: Path) -> None:
    source = "def f(n):\n    if n == 0: raise ValueError('a' * 9000 + 'z')\n    f(n - 1)\ndef test_one():\n    f(300)"
    detail = only(hear(pytester, folder, source)).detail
    assert detail is not None
    assert len(detail.message) < 5000
    assert detail.message.endswith("az")
    assert len(detail.frames) == 80
    assert detail.frames[-1][1] == 2


def test_an_exception_in_place_of_pytests_own_is_told(pytester: pytest.Pytester, folder: Path) -> None:
    line = only(hear(pytester, folder, "import nowhere_at_all"))
    assert line.detail is not None
    assert (line.when, line.detail.type) == ("collect", "ModuleNotFoundError")


def test_a_syntax_error_points_into_the_file_that_has_it(pytester: pytest.Pytester, folder: Path) -> None:
    detail = only(hear(pytester, folder, "x = 1\ndef broken(:\n    pass")).detail
    assert detail is not None
    assert (detail.message, detail.frames[-1][1]) == ("SyntaxError: invalid syntax", 2)


def test_what_a_group_holds_is_told(pytester: pytest.Pytester, folder: Path) -> None:
    source = "def test_one(): raise ExceptionGroup('both', [ValueError('a'), TypeError('b')])"
    detail = only(hear(pytester, folder, source)).detail
    assert detail is not None
    assert detail.parts == ("ValueError: a", "TypeError: b")


def test_half_a_surrogate_pair_is_replaced(pytester: pytest.Pytester, folder: Path) -> None:
    detail = only(hear(pytester, folder, "def test_one(): raise ValueError('\\ud800')")).detail
    assert detail is not None
    assert detail.message == "ValueError: ?"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def test_one(nowhere): pass", "fixture 'nowhere' not found"),
        ("import pytest\n@pytest.mark.xfail(strict=True)\ndef test_one(): pass", "[XPASS(strict)]"),
    ],
)
def test_where_pytest_says_it_better_its_words_are_kept(
    pytester: pytest.Pytester, folder: Path, source: str, said: str
) -> None:
    assert said in only(hear(pytester, folder, source)).text


def test_subtests_are_told_apart(pytester: pytest.Pytester, folder: Path) -> None:
    source = (
        "import unittest\nclass TestX(unittest.TestCase):\n    def test_one(self):\n        for i in range(2):\n"
        "            with self.subTest(i=i): self.assertEqual(i, 9)\n"
    )
    seen = hear(pytester, folder, source)
    if not any(line.subtest for line in seen.results):
        pytest.skip("this pytest does not know subtests")
    names = [line.name for line in seen.results if line.subtest]
    assert names == ["test_it.py::TestX::test_one (i=0)", "test_it.py::TestX::test_one (i=1)"]


def test_code_of_the_checkout_is_noticed(pytester: pytest.Pytester, folder: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "borrowed_code.py").write_text("", encoding="utf-8")
    source = f"import sys\nsys.path.append({str(checkout)!r})\nimport borrowed_code\ndef test_one(): pass"
    seen = hear(pytester, folder, source, checkout=str(checkout), root=str(checkout / "worktree"))
    assert seen.foreign == ("borrowed_code.py",)


def test_in_the_checkout_itself_nothing_is_foreign(pytester: pytest.Pytester, folder: Path) -> None:
    root = str(pytester.path)
    assert hear(pytester, folder, "def test_one(): pass", checkout=root, root=root).foreign == ()


def test_the_stacks_are_written_only_when_the_deadline_comes(pytester: pytest.Pytester, folder: Path) -> None:
    hear(pytester, folder, "def test_one(): assert 0", deadline=4_000_000_000)
    assert witness.stacks({path.name: path.read_bytes() for path in folder.iterdir()}) == ""
