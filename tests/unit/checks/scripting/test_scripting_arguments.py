"""How RSpec and PHPUnit are started: with a reporter where they are started directly, untouched elsewhere."""

import pytest

from adw.checks.tool import Place
from adw.checks.tools import tool

PLACE = Place("/w/project", "/w/scratch")


def started(name: str, *command: str) -> tuple[str, ...]:
    return tool(name).prepare(command, PLACE).command


def test_rspec_reports_in_files_and_names_every_failure() -> None:
    made = tool("rspec").prepare(("bundle", "exec", "rspec", "--fail-fast", "-f", "doc", "spec/a_spec.rb"), PLACE)
    assert made.command == (
        *("bundle", "exec", "rspec", "--require", "/w/scratch/adw_rspec.rb", "--no-color", "--no-fail-fast"),
        *("--format", "progress", "--format", "json", "--out", "/w/scratch/rspec.json"),
        *("--format", "AdwWitness", "--out", "/w/scratch/rspec.jsonl", "spec/a_spec.rb"),
    )
    assert made.plugins == ("adw_rspec.rb",)


@pytest.mark.parametrize("program", ["phpunit", "vendor/bin/phpunit", "vendor/bin/simple-phpunit"])
def test_phpunit_reports_in_files_and_names_every_failure(program: str) -> None:
    given = (program, "--testdox", "--stop-on-failure", "--log-junit", "own.xml", "--colors=always", "tests")
    assert started("phpunit", *given) == (
        *(program, "--colors=never", "--log-junit", "/w/scratch/junit.xml"),
        *("--log-teamcity", "/w/scratch/teamcity.txt", "tests"),
    )


def test_what_wraps_phpunit_is_asked_for_no_events() -> None:
    wanted = ("vendor/bin/pest", "--colors=never", "--log-junit", "/w/scratch/junit.xml", "tests")
    assert started("phpunit", "vendor/bin/pest", "tests") == wanted


@pytest.mark.parametrize("command", [("make", "test"), ("rake", "spec"), ("sh", "-c", "rspec"), ("composer", "test")])
def test_other_programs_are_left_alone(command: tuple[str, ...]) -> None:
    assert started("rspec", *command) == command
    assert started("phpunit", *command) == command
