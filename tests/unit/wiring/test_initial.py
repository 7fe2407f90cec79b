"""`adw init`: what it writes can be read again."""

import os
from pathlib import Path

import pytest

from adw.config import load
from adw.errors import StorageError, UsageError
from adw.wiring.initial import initialise
from adw.wiring.place import Place


def repository(root: Path, *files: str, **texts: str) -> Place:
    (root / ".git").mkdir()
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for name, content in texts.items():
        (root / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return Place(root, {"PATH": os.environ["PATH"]})


def test_what_is_found_is_written_and_can_be_read_again(tmp_path: Path) -> None:
    place = repository(tmp_path, "tests/test_a.py", "src/a.py", "go.mod", pyproject_toml="[tool.ruff]\n[tool.mypy]")
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("mypy", "ruff"):
        (programs / name).touch(mode=0o755)
    made = initialise(Place(tmp_path / "src", {"PATH": f"{programs}:{place.variables['PATH']}"}))

    assert made.path == str(tmp_path.resolve() / ".adw.toml")
    written = load(tmp_path, {}).check_specs()
    assert {spec.name: (spec.tool, spec.command) for spec in written} == {
        "test": ("pytest", ("python", "-m", "pytest")),
        "build": ("mypy", ("mypy", ".")),
        "lint": ("ruff", ("ruff", "check")),
    }
    assert sorted(written, key=lambda spec: spec.name) == sorted(made.checks, key=lambda spec: spec.name)
    assert [spec.tool for spec in made.others] == ["go-test", "go"]
    assert "# also found: go test ./... (go-test)\n" in (tmp_path / ".adw.toml").read_text()


def test_what_is_not_found_is_left_to_be_filled_in(tmp_path: Path) -> None:
    made = initialise(repository(tmp_path))
    assert made.checks == ()
    assert load(tmp_path, {}).check_specs() == ()
    assert '# [checks.test]\n# command = "…"\n' in (tmp_path / ".adw.toml").read_text(encoding="utf-8")


def test_a_check_whose_program_is_missing_is_told_and_written_as_a_comment(tmp_path: Path) -> None:
    place = repository(tmp_path, "phpunit.xml")
    made = initialise(Place(tmp_path, {"PATH": "/nowhere"}))
    assert made.warnings == made.missing == ("no test check: phpunit was not found",)
    assert load(place.folder, {}).check_specs() == ()
    written = (tmp_path / ".adw.toml").read_text(encoding="utf-8")
    assert '# Not installed here:\n# [checks.test]\n# command = "phpunit"\n# tool = "phpunit"\n' in written


def test_a_file_that_is_there_stays_unless_force_is_used(tmp_path: Path) -> None:
    place = repository(tmp_path, "test_a.py", adw_toml="")
    (tmp_path / "adw.toml").rename(tmp_path / ".adw.toml")
    (tmp_path / ".adw.toml").write_text("broken [", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already"):
        initialise(place)
    assert (tmp_path / ".adw.toml").read_text() == "broken ["
    initialise(place, force=True)
    assert load(tmp_path, {}).check_specs()[0].tool == "pytest"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    place = repository(tmp_path)
    (tmp_path / ".adw.toml").mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        initialise(place, force=True)


def test_of_several_languages_what_is_installed_stands_before_what_there_is_more_of(tmp_path: Path) -> None:
    package = '{"scripts": {"test": "vitest"}, "devDependencies": {"vitest": "1"}}'
    place = repository(tmp_path, "tests/test_a.py", "a.ts", "b.ts", "c.ts", package_json=package)
    made = initialise(place)
    assert [(check.name, check.tool) for check in made.checks] == [("test", "pytest")]
    assert [check.tool for check in made.others] == ["vitest"]
    assert made.missing == ()
    assert made.warnings == (
        "vitest is not installed: the test check is python -m pytest (pytest)",
        "there is no node_modules: install the packages, then let adw init --force look again",
    )
    assert load(tmp_path, {}).check_specs()[0].tool == "pytest"
    written = (tmp_path / ".adw.toml").read_text(encoding="utf-8")
    assert "# also found: vitest run (vitest)\n# One command stands for the check." in written

    programs = tmp_path / "node_modules" / ".bin"
    programs.mkdir(parents=True)
    (programs / "vitest").touch(mode=0o755)
    made = initialise(place, force=True)
    assert ([check.tool for check in made.checks], made.warnings) == (["vitest"], ())


def test_what_may_call_the_tools_of_all_languages_is_named_beside_them(tmp_path: Path) -> None:
    place = repository(tmp_path, "tests/test_a.py", "go.mod", Makefile="test:\n\tpytest && go test ./...\n")
    others = [check.command for check in initialise(place).others if check.name == "test"]
    assert others == [("go", "test", "./..."), ("make", "test")]


def test_projects_in_folders_are_named_where_no_script_at_the_top_may_call_them(tmp_path: Path) -> None:
    below = ("web/package.json", "services/go.mod", "a/b/c/pom.xml", "tests/fixtures/Cargo.toml")
    place = repository(tmp_path, "test_a.py", *below)
    (said,) = initialise(place).warnings
    assert said.startswith("not looked into: services/go.mod, web/package.json. A check is one command")
    (tmp_path / "package.json").write_text('{"workspaces": ["web"]}', encoding="utf-8")
    (tmp_path / "go.work").touch()
    assert initialise(place, force=True).warnings == ()


def test_a_script_that_stands_for_the_tests_is_trusted_to_call_what_lies_below(tmp_path: Path) -> None:
    made = initialise(repository(tmp_path, "server/go.mod", Makefile="test:\n\tcd server && go test ./...\n"))
    assert ([check.command for check in made.checks], made.warnings) == ([("make", "test")], ())


def test_more_projects_than_fit_a_line_are_counted(tmp_path: Path) -> None:
    place = repository(tmp_path, "test_a.py", *(f"part{number}/pom.xml" for number in range(7)))
    (said,) = initialise(place).warnings
    assert "part4/pom.xml and 2 more." in said
