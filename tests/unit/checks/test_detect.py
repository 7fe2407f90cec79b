"""Detection from file names and configuration texts."""

import json

import pytest

from adw.checks.detect import detect, has_pytest_config, has_pytest_files
from adw.checks.detection.commands import tool_of


@pytest.mark.parametrize(
    ("name", "content", "configures"),
    [
        ("pytest.ini", "", True),
        ("pytest.toml", "", True),
        (".pytest.ini", "[pytest]", True),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'", True),
        ("pyproject.toml", "[tool.pytest]\naddopts = ['-q']", True),
        ("pyproject.toml", "[tool.ruff]", False),
        ("pyproject.toml", "[tool.pytest.ini_options", True),
        ("pyproject.toml", "= broken", False),
        ("tox.ini", "[pytest]\naddopts = -q", True),
        ("tox.ini", "[tox]\nenvlist = py", False),
        ("setup.cfg", "[tool:pytest]", True),
        ("setup.cfg", "[metadata]\nname = a%b", False),
        ("setup.cfg", "no section\n[tool:pytest]", True),
        ("Makefile", "[pytest]", False),
    ],
)
def test_what_pytest_takes_for_configuration(name: str, content: str, *, configures: bool) -> None:
    assert has_pytest_config({name: content}) is configures


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (("tests/test_a.py",), True),
        (("a_test.py",), True),
        (("conftest.py",), True),
        (("src/test.py", "tests/data/test_a.txt", "testing.py"), False),
        (("node_modules/gyp/test_a.py", "web/node_modules/x/test_b.py"), False),
        ((), False),
    ],
)
def test_files_that_pytest_collects(files: tuple[str, ...], *, found: bool) -> None:
    assert has_pytest_files(files) is found


PACKAGE = "package.json"


def commands(*files: str, **texts: str) -> dict[str, tuple[str, str]]:
    """Tool and command of each check; the names of configuration files are given with `_` for what no keyword has."""
    configs = {name.replace("_json", ".json").replace("_ini", ".ini").replace("_", "."): texts[name] for name in texts}
    found = detect((*files, *configs), configs).checks
    return {check.name: (check.tool, " ".join(check.command)) for check in found}


def package(**content: object) -> str:
    return json.dumps(content)


PYTEST = ("pytest", "python -m pytest")


@pytest.mark.parametrize(
    ("files", "texts", "test"),
    [
        (("tests/test_a.py",), {}, PYTEST),
        ((), {"pytest_ini": ""}, PYTEST),
        (("manage.py", "shop/tests/test_a.py"), {}, ("django", "python manage.py test")),
        (("manage.py", "tests/test_a.py"), {"requirements_txt": "pytest-django"}, PYTEST),
        (("manage.py", "conftest.py"), {}, PYTEST),
        (("tests/test_a.py",), {"tox_ini": "commands = python -m unittest"}, ("unittest", "python -m unittest")),
        ((), {"requirements_txt": "pytest"}, None),
        (("node_modules/gyp/test_a.py", "vendor/x/b_test.py"), {}, None),
        (("go.mod", "a.go"), {}, ("go-test", "go test ./...")),
        (("Cargo.toml", "src/lib.rs"), {}, ("cargo-test", "cargo test")),
        (("pom.xml",), {}, ("maven", "mvn -B test")),
        (("pom.xml", "mvnw"), {}, ("maven", "./mvnw -B test")),
        (("build.gradle.kts", "gradlew"), {}, ("exit", "./gradlew test")),
        (("build.gradle",), {}, ("exit", "gradle test")),
        (("src/Shop.csproj",), {}, ("dotnet", "dotnet test")),
        ((".rspec",), {}, ("rspec", "rspec")),
        (("Gemfile", "spec/cart_spec.rb"), {}, ("rspec", "bundle exec rspec")),
        (("phpunit.xml.dist",), {}, ("phpunit", "phpunit")),
        ((), {"composer_json": '{"require-dev": {"phpunit/phpunit": "^11"}}'}, ("phpunit", "phpunit")),
        ((), {"composer_json": "[]"}, None),
        ((), {"composer_json": "{"}, None),
        ((), {"Makefile": "build:\n\ttrue\ntest: build\n\ttrue\n"}, ("exit", "make test")),
        ((), {"Makefile": "check:\n\ttrue\n"}, ("exit", "make check")),
        (("tests/test_a.py",), {"Makefile": "test:\n"}, PYTEST),
        ((), {"Makefile": "TEST := 1\ntest := 2\n"}, None),
        (("README.md",), {}, None),
    ],
)
def test_the_tests_of_a_repository(files: tuple[str, ...], texts: dict[str, str], test: tuple[str, str] | None) -> None:
    assert commands(*files, **texts).get("test") == test


@pytest.mark.parametrize(
    ("content", "test"),
    [
        ({"scripts": {"test": "jest"}}, ("jest", "jest")),
        ({"scripts": {"test": "jest --watch --ci"}}, ("jest", "jest --ci")),
        ({"scripts": {"test": "vitest"}}, ("vitest", "vitest run")),
        ({"scripts": {"test": "vitest run --coverage"}}, ("vitest", "vitest run --coverage")),
        ({"scripts": {"test": "mocha -r x 'src/**/*.js'"}}, ("mocha", "mocha -r x src/**/*.js")),
        ({"scripts": {"test": "NODE_ENV=test jest"}}, ("jest", "npm test")),
        ({"scripts": {"test": "tsc && mocha"}, "packageManager": "pnpm@9.1.0"}, ("mocha", "pnpm test")),
        ({"scripts": {"test": "react-scripts test"}}, ("jest", "npm test")),
        ({"scripts": {"test": "node --test"}}, ("exit", "npm test")),
        ({"scripts": {"test": "jest 'unclosed"}}, ("jest", "npm test")),
        ({"scripts": {"test": 'echo "Error: no test specified" && exit 1'}}, None),
        ({"devDependencies": {"vitest": "1", "jest": "1"}}, ("vitest", "vitest run")),
        ({"dependencies": {"mocha": "1"}}, ("mocha", "mocha")),
        ({"scripts": None, "devDependencies": None}, None),
        ({"scripts": 5}, None),
    ],
)
def test_the_tests_of_a_package_of_node(content: dict[str, object], test: tuple[str, str] | None) -> None:
    assert commands(package_json=package(**content)).get("test") == test


def test_the_lock_file_names_the_package_manager() -> None:
    told = package(scripts={"test": "node --test"})
    assert commands("yarn.lock", package_json=told)["test"] == ("exit", "yarn test")


@pytest.mark.parametrize(
    ("files", "texts", "build", "lint"),
    [
        ((), {"mypy_ini": "[mypy]"}, ("mypy", "mypy ."), None),
        ((), {"mypy_ini": "[mypy]\nfiles = src"}, ("mypy", "mypy"), None),
        (
            (),
            {"pyproject_toml": "[tool.mypy]\npackages = ['shop']\n[tool.ruff]"},
            ("mypy", "mypy"),
            ("ruff", "ruff check"),
        ),
        (("pyrightconfig.json", "ruff.toml"), {}, ("pyright", "pyright"), ("ruff", "ruff check")),
        ((), {"setup_cfg": "[flake8]\n[mypy]"}, ("mypy", "mypy ."), ("flake8", "flake8")),
        ((), {"tox_ini": "[flake8]"}, None, ("flake8", "flake8")),
        (("tsconfig.json", ".eslintrc.yml"), {"package_json": "{}"}, ("tsc", "tsc --noEmit"), ("eslint", "eslint .")),
        (
            ("tsconfig.json",),
            {"package_json": package(scripts={"typecheck": "vue-tsc -b", "lint": "eslint --fix src"})},
            ("tsc", "vue-tsc -b"),
            None,
        ),
        (
            (),
            {"package_json": package(scripts={"lint": "eslint --fix src"}, devDependencies={"eslint": "9"})},
            None,
            ("eslint", "eslint src"),
        ),
        (("go.mod",), {}, ("go", "go vet ./..."), None),
        (("Cargo.toml",), {}, ("cargo", "cargo check --all-targets"), ("cargo", "cargo clippy --all-targets")),
        (("Shop.sln",), {}, ("exit", "dotnet build"), None),
        (("pom.xml", "mvnw"), {}, ("maven", "./mvnw -B test-compile"), None),
        (("build.gradle", "gradlew"), {}, ("exit", "./gradlew testClasses"), None),
        (("src/a.c",), {"Makefile": "all:\nlint:\n"}, ("gcc", "make"), ("exit", "make lint")),
        (("a.py",), {"Makefile": "all:\n"}, None, None),
    ],
)
def test_compilers_and_linters(
    files: tuple[str, ...],
    texts: dict[str, str],
    build: tuple[str, str] | None,
    lint: tuple[str, str] | None,
) -> None:
    found = commands(*files, **texts)
    assert (found.get("build"), found.get("lint")) == (build, lint)


def test_the_language_with_most_files_stands_for_a_mixed_repository_and_the_others_are_named() -> None:
    web = ("a.ts", "b.ts", "c.ts")
    few = detect((*web, "test_a.py"), {PACKAGE: package(scripts={"test": "jest"})})
    many = detect((*web, "test_a.py", "b.py", "c.py", "d.py"), {PACKAGE: package(scripts={"test": "jest"})})

    assert [check.tool for check in (*few.checks, *few.others)] == ["jest", "pytest"]
    assert [check.tool for check in (*many.checks, *many.others)] == ["pytest", "jest"]


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("python -m pytest -q", "pytest"),
        ("uv run pytest", "pytest"),
        ("python -m unittest discover", "unittest"),
        ("poetry run python manage.py test shop", "django"),
        ("python manage.py migrate", "exit"),
        ("npx --no-install jest", "jest"),
        ("/repo/node_modules/.bin/vitest run", "vitest"),
        ("go test ./...", "go-test"),
        ("go vet ./...", "go"),
        ("cargo nextest run", "cargo-test"),
        ("cargo clippy", "cargo"),
        ("dotnet build", "exit"),
        ("./mvnw -B test", "maven"),
        ("clang++ -fsyntax-only a.cc", "gcc"),
        ("make test", "exit"),
    ],
)
def test_the_tool_that_a_command_starts(command: str, tool: str) -> None:
    assert tool_of(tuple(command.split())) == tool
