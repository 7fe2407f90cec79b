"""Commands narrowed to paths and to tests."""

import re

import pytest

from adw.checks.selection import MOST, narrowed, only


@pytest.mark.parametrize(
    ("tool", "command", "paths", "expected"),
    [
        ("pytest", "python -m pytest -q", ["a.py", "b"], "python -m pytest -q a.py b"),
        ("ruff", "ruff check .", ["src"], "ruff check src"),
        ("eslint", "npm run lint", ["a.js"], "npm run lint -- a.js"),
        ("jest", "npm test -- --ci", ["a.js"], "npm test -- --ci a.js"),
        ("jest", "yarn test", ["a.js"], "yarn test a.js"),
        ("unittest", "python -m unittest", ["./tests/test_a.py"], "python -m unittest tests.test_a"),
        ("unittest", "python -m unittest discover", ["tests"], None),
        ("django", "python manage.py test", ["shop/tests/"], "python manage.py test shop.tests"),
        ("go-test", "go test -race ./...", ["cart", "shop/a_test.go"], "go test -race ./cart ./shop"),
        ("go-test", "go test ./...", ["./cart"], "go test ./cart"),
        ("go", "go vet ./...", ["main.go"], "go vet ./"),
        ("cargo-test", "cargo test", ["src/lib.rs"], None),
        ("pytest", "make test", ["a.py"], None),
        ("exit", "run-tests", ["a"], None),
    ],
)
def test_paths(tool, command, paths, expected):
    told = narrowed(tool, tuple(command.split()), paths)
    assert (told and " ".join(told)) == expected


@pytest.mark.parametrize(
    ("tool", "command", "names", "expected"),
    [
        ("pytest", "python -m pytest -q", ["t.py::test_a[x y]"], ["python", "-m", "pytest", "-q", "t.py::test_a[x y]"]),
        (
            "pytest",
            "pytest -c conf/pytest.ini tests/unit -n 2",
            ["t.py::a"],
            ["pytest", "-c", "conf/pytest.ini", "-n", "2", "t.py::a"],
        ),
        ("pytest", "uv run tests", ["t.py::a"], None),
        (
            "unittest",
            "python -m unittest -v discover -s tests",
            ["t.T.test_a"],
            ["python", "-m", "unittest", "-v", "t.T.test_a"],
        ),
        ("unittest", "python -m unittest", ["setUpClass (t.T)"], None),
        ("unittest", "python run.py", ["t.T.test_a"], None),
        (
            "django",
            "python manage.py test --parallel",
            ["a.t.T.x"],
            ["python", "manage.py", "test", "--parallel", "a.t.T.x"],
        ),
        (
            "jest",
            "jest --ci",
            ["a.js > cart > adds 1+1 (fast)"],
            ["jest", "--ci", "a.js", "-t", r"^(cart adds 1\+1 \(fast\))$"],
        ),
        ("vitest", "vitest run", ["a.ts > x", "a.ts > x #2"], ["vitest", "run", "a.ts", "-t", "^(x)$"]),
        ("mocha", "mocha src", ["a.js > x", "b.js > y"], ["mocha", "src", "--grep", "^(x|y)$"]),
        ("jest", "jest", ["a.js"], None),
        ("jest", "npm test", ["a.js > x"], None),
        (
            "go-test",
            "go test ./...",
            ["example.com/shop/cart.TestAdd/no_items", "example.com/shop.TestAll"],
            ["go", "test", "-count=1", "-run", "^(TestAdd|TestAll)$", "example.com/shop/cart", "example.com/shop"],
        ),
        ("go-test", "go test ./...", ["example.com/shop"], None),
        ("go-test", "go test -run Add ./...", ["a.TestAdd"], None),
        (
            "cargo-test",
            "cargo test",
            ["tests::adds", "tests/cart.rs::adds", "src/main.rs::tests::adds"],
            ["cargo", "test", "--", "--exact", "tests::adds", "adds"],
        ),
        ("cargo-test", "cargo test -- -q", ["a::b"], ["cargo", "test", "--", "-q", "--exact", "a::b"]),
        ("rspec", "rspec", ["cart adds", "cart total"], ["rspec", "-e", "cart adds", "-e", "cart total"]),
        (
            "phpunit",
            "phpunit",
            ["Shop\\CartTest::testAdd with data set #0", 'Shop\\CartTest::testAdd with data set "a b"'],
            ["phpunit", "--filter", "/^(Shop\\\\CartTest::testAdd)( with data set .*)?$/"],
        ),
        ("phpunit", "phpunit", ["tests/CartTest.php"], None),
        ("maven", "mvn test", ["a.B.c"], None),
        ("pytest", "make test", ["t.py::a"], None),
        ("pytest", "pytest", [], None),
    ],
)
def test_names(tool, command, names, expected):
    told = only(tool, tuple(command.split()), names)
    assert told == (tuple(expected) if expected else None)


def test_too_many_names_are_not_run_one_by_one():
    names = [f"t.py::test_{number}" for number in range(MOST + 1)]
    assert only("pytest", ("pytest",), names[:-1]) is not None
    assert only("pytest", ("pytest",), names) is None


def test_titles_are_taken_literally():
    title = r"a.b*c+d?e^f$g{h}i(j)k|l[m]n\o/p"
    (*_, pattern) = only("jest", ("jest",), [f"a.js > {title}"]) or ()
    assert re.fullmatch(pattern, title)
