"""What the gate blocks, what it must not block, and what an issue may ask for."""

import difflib
from dataclasses import dataclass, field

import pytest

from adw.domain.review import Severity
from adw.workflow.gate import weakened_checks

_TESTS = """\
import pytest


def test_total():
    cart = [1, 2]
    assert total(cart) == 3
    assert total([]) == 0


class TestVoucher:
    def test_half(self):
        assert half(4) == 2
"""


@dataclass(frozen=True)
class Change:
    """Files before and after; None where there is none."""

    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str | None] = field(default_factory=dict)

    @property
    def diff(self) -> str:
        chunks = []
        for path, new in self.after.items():
            old = self.before.get(path)
            names = (f"a/{path}" if old is not None else "/dev/null", f"b/{path}" if new is not None else "/dev/null")
            lines = difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), *names, lineterm="")
            chunks.append("".join(f"{line}\n" for line in (f"diff --git a/{path} b/{path}", *lines)))
        return "".join(chunks)


def _edit(old: str, new: str, path: str = "tests/test_cart.py") -> Change:
    assert old in _TESTS
    return Change({path: _TESTS}, {path: _TESTS.replace(old, new, 1)})


def _add(line: str, path: str = "tests/test_cart.py") -> Change:
    return Change({path: _TESTS}, {path: f"{_TESTS}{line}\n"})


def _config(path: str, old: str, new: str) -> Change:
    return Change({path: old}, {path: new})


_WEAKENED = {
    "a test file is deleted": (Change({"tests/test_cart.py": _TESTS}, {"tests/test_cart.py": None}), "deleted"),
    "a helper of the tests is deleted": (Change({"tests/conftest.py": "x = 1\n"}, {"tests/conftest.py": None}), "file"),
    "a test beside the code is deleted": (Change({"shop/cart_test.py": _TESTS}, {"shop/cart_test.py": None}), "file"),
    "django's tests.py is deleted": (Change({"shop/tests.py": _TESTS}, {"shop/tests.py": None}), "file"),
    "a test is deleted": (_edit(_TESTS[16:120], ""), "test_total was deleted"),
    "a test class is deleted": (_edit(_TESTS[_TESTS.index("class") :], ""), "TestVoucher was deleted"),
    "a test is renamed so that nobody collects it": (_edit("def test_total", "def check_total"), "test_total"),
    "a test is commented out": (_edit("def test_total", "# def test_total"), "test_total"),
    "a test is marked to be skipped": (_edit("def test_total", "@pytest.mark.skip\ndef test_total"), "skipped"),
    "a test is skipped on a condition": (_edit("def test_t", "@pytest.mark.skipif(True)\ndef test_t"), "skipped"),
    "a test is expected to fail": (_edit("def test_total", "@pytest.mark.xfail\ndef test_total"), "expected to fail"),
    "a whole module is skipped": (_add("pytestmark = pytest.mark.skip"), "skipped"),
    "a test skips itself": (_edit("    cart =", "    pytest.skip('later')\n    cart ="), "skipped"),
    "a test case skips itself": (_edit("        assert", "        self.skipTest('later')\n        assert"), "skipped"),
    "a decorator of unittest skips": (_edit("def test_total", "@unittest.skip('x')\ndef test_total"), "skipped"),
    "the decorator alone skips": (_edit("def test_total", "@skipIf(True, 'x')\ndef test_total"), "skipped"),
    "a bare name that skips is imported": (_add("from pytest import fixture, skip"), "skipped"),
    "a module that is missing skips": (_add("pytest.importorskip('no_such_module')"), "skipped"),
    "a class is taken out of the collection": (_add("    __test__ = False"), "skipped"),
    "an assertion is taken out": (_edit("    assert total([]) == 0\n", ""), "1 assertion fewer"),
    "all assertions are taken out": (_edit(_TESTS[57:118], "    total(cart)\n"), "2 assertions fewer"),
    "an assertion is always true": (_edit("assert total(cart) == 3", "assert True"), "cannot fail"),
    "an assertion is made always true": (_edit("total(cart) == 3", "total(cart) == 3 or True"), "cannot fail"),
    "assertTrue of True": (_add("        self.assertTrue(True)"), "cannot fail"),
    "an assertion is never reached": (
        _edit("    assert total(cart)", "    if False:\n        assert total(cart)"),
        "cannot",
    ),
    "the run is ended from inside": (_add("import os; os._exit(0)"), "ended from inside"),
    "the run's end is imported": (_add("from os import _exit as leave"), "ended from inside"),
    "pytest is told to stop": (_add("pytest.exit('fine', 0)"), "ended from inside"),
    "files are not collected": (_add("collect_ignore = ['test_cart.py']", "tests/conftest.py"), "collection"),
    "tests are taken out as they are collected": (
        _add("def pytest_collection_modifyitems(items): items.clear()", "conftest.py"),
        "collection",
    ),
    "reports are changed": (_add("def pytest_runtest_makereport(item): ...", "conftest.py"), "collection"),
    "the exit code is changed": (_add("def pytest_sessionfinish(session): ...", "conftest.py"), "collection"),
    "pytest.ini is changed": (_config("pytest.ini", "[pytest]\n", "[pytest]\naddopts = -x\n"), "configuration"),
    "pytest.ini appears": (Change({}, {"pytest.ini": "[pytest]\n"}), "configuration"),
    "an empty pytest.ini appears": (Change({}, {"pytest.ini": ""}), "configuration"),
    "pytest.ini is deleted": (Change({"pytest.ini": "[pytest]\n"}, {"pytest.ini": None}), "configuration"),
    "pyproject.toml gets options": (
        _config("pyproject.toml", "[project]\n", "[project]\n[tool.pytest.ini_options]\naddopts = '-k total'\n"),
        "configuration",
    ),
    "pyproject.toml gets an option in a list": (
        _config("pyproject.toml", "addopts = [\n]\n", 'addopts = [\n  "--ignore=tests/test_cart.py",\n]\n'),
        "configuration",
    ),
    "setup.cfg names other tests": (_config("setup.cfg", "[tool:pytest]\n", "testpaths = none\n"), "configuration"),
    "tox.ini names other tests": (
        _config("tox.ini", "[pytest]\n", "[pytest]\npython_files = x_*.py\n"),
        "configuration",
    ),
    "a plugin is registered": (
        _config("pyproject.toml", "", "[project.entry-points.pytest11]\nx = 'shop.plugin'\n"),
        "configuration",
    ),
}


@pytest.mark.parametrize("case", _WEAKENED)
def test_a_weakened_test_is_a_blocker_with_its_place(case: str) -> None:
    change, message = _WEAKENED[case]
    found = weakened_checks(change.diff, "The total is wrong.")
    assert any(message in one.message for one in found), found
    assert {one.severity for one in found} == {Severity.BLOCKER}
    assert {one.path for one in found} <= set(change.after)


_HONEST = {
    "nothing changed": Change(),
    "code is edited": _edit("def test_total", "@pytest.mark.skip\ndef test_total", "shop/skipping.py"),
    "code that says skip is edited": _config("shop/cart.py", "x\n", "raise SkipTest\nos._exit(1)\nassert True\n"),
    "tests are added": _add("\n\ndef test_more():\n    assert total([5]) == 5"),
    "a test file is added": Change({}, {"tests/test_new.py": _TESTS}),
    "an assertion is sharpened": _edit("assert total(cart) == 3", "assert total(cart) == 3\n    assert cart"),
    "an assertion is mended": _edit("== 3", "== 4"),
    "an assertion becomes two": _edit(
        "    assert total([]) == 0", "    assert not total([])\n    assert total([]) is 0"
    ),
    "a test's parameters change": _edit("def test_total()", "def test_total(cart)"),
    "a test becomes a method": Change(
        {"tests/test_cart.py": _TESTS},
        {
            "tests/test_cart.py": _TESTS.replace("def test_total", "class TestTotal:\n    def test_total").replace(
                "    assert total", "        assert total"
            )
        },
    ),
    "tests move to another file": Change(
        {"tests/test_cart.py": _TESTS},
        {"tests/test_cart.py": _TESTS[: _TESTS.index("class")], "tests/test_v.py": _TESTS[_TESTS.index("class") :]},
    ),
    "a whole file moves": Change(
        {"tests/test_cart.py": _TESTS}, {"tests/test_cart.py": None, "tests/unit/test_cart.py": _TESTS}
    ),
    "a test that was skipped already moves": Change(
        {"tests/test_a.py": "@pytest.mark.skip\n" + _TESTS},
        {"tests/test_a.py": None, "tests/test_b.py": "@pytest.mark.skip\n" + _TESTS},
    ),
    "a test is no longer skipped": Change(
        {"tests/test_a.py": "@pytest.mark.skip\n" + _TESTS}, {"tests/test_a.py": _TESTS}
    ),
    "an empty package file goes": Change({"tests/__init__.py": "\n"}, {"tests/__init__.py": None}),
    "a comment speaks of skipping": _add("# pytest.skip would hide this"),
    "a docstring says or True": _add('    """Returns False or True."""'),
    "a program that a test runs leaves with a code": _add("    run([sys.executable, '-c', 'import sys; sys.exit(3)'])"),
    "test data says anything": Change({}, {"tests/data/log.txt": "pytest.skip\nassert True\n"}),
    "a fixture is added": _add("@pytest.fixture\ndef cart(): return [1]", "tests/conftest.py"),
    "a dependency is added": _config("pyproject.toml", "dependencies = []\n", 'dependencies = ["attrs>=25"]\n'),
    "a linter's options change": _config(
        "pyproject.toml", "", "[tool.mypy]\nstrict = true\n[tool.ruff]\nignore = []\n"
    ),
    "a type checker's options change": _config("tox.ini", "", "commands = mypy --ignore-missing-imports\n"),
    "the version in setup.cfg changes": _config("setup.cfg", "version = 1\n", "version = 2\n"),
}


@pytest.mark.parametrize("case", _HONEST)
def test_an_honest_change_is_not_blocked(case: str) -> None:
    assert weakened_checks(_HONEST[case].diff, "The total is wrong.") == ()


_ASKED = {
    "a test file is deleted": "Delete tests/test_cart.py: carts are gone.",
    "a test is deleted": "The test test_total is obsolete. Please remove `test_total`.",
    "a test is renamed so that nobody collects it": "Rename test_total.",
    "a test is marked to be skipped": "Skip the tests of test_cart.py until carts are back.",
    "a test is expected to fail": "Mark tests/test_cart.py as xfail!",
    "an assertion is taken out": "Drop the assertion on the empty cart in test_cart.py.",
    "files are not collected": "Ignore test_cart.py when tests are collected, in conftest.py.",
    "pytest.ini is changed": "Set addopts in pytest.ini to -x",
    "pyproject.toml gets options": "Configure pytest to run the total's tests only.",
}


@pytest.mark.parametrize("case", _ASKED)
def test_what_the_issue_asks_for_is_allowed(case: str) -> None:
    change, message = _WEAKENED[case]
    assert not [one for one in weakened_checks(change.diff, _ASKED[case]) if message in one.message]


@pytest.mark.parametrize(
    "issue",
    [
        "",
        "test_cart.py fails.",
        "Delete the old carts. tests/test_cart.py fails.",
        "Delete test_cart.pyc",
        "Delete my_test_cart.py",
        "Do not delete tests/test_cart.py.",
        "Mend it without deleting test_cart.py",
        "test_cart.py mustn't be removed",
        "Configure test_cart.py",
    ],
)
def test_an_issue_that_only_speaks_of_a_test_does_not_allow_its_deletion(issue: str) -> None:
    change, _ = _WEAKENED["a test file is deleted"]
    assert len(weakened_checks(change.diff, issue)) == 1


def test_the_place_is_the_line_where_it_happened() -> None:
    change = _edit("    assert total([]) == 0", "    pytest.skip()\n    assert total([]) == 0")
    (found,) = weakened_checks(change.diff, "")
    assert (found.path, found.line) == ("tests/test_cart.py", 7)


@pytest.mark.parametrize("new", ["shop/cases.py", "tests/cases.py", "tests/test_cart.txt"])
def test_a_test_file_that_is_renamed_out_of_the_collection_is_a_blocker(new: str) -> None:
    diff = (
        f"diff --git a/tests/test_cart.py b/{new}\nsimilarity index 100%\n"
        f"rename from tests/test_cart.py\nrename to {new}\n"
    )
    (found,) = weakened_checks(diff, "")
    assert (found.path, "moved out of the tests" in found.message) == (new, True)
    assert weakened_checks(diff, "Move test_cart.py away.") == ()


def test_a_test_file_that_is_renamed_within_the_tests_is_none() -> None:
    diff = "diff --git a/tests/test_a.py b/tests/test_b.py\nrename from tests/test_a.py\nrename to tests/test_b.py\n"
    assert weakened_checks(diff, "") == ()


def test_tests_that_move_out_of_the_collection_are_lost() -> None:
    change = Change({"tests/test_cart.py": _TESTS}, {"tests/test_cart.py": None, "tests/cases.py": _TESTS})
    assert [one.message for one in weakened_checks(change.diff, "")] == ["a test file was deleted"]
