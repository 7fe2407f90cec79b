"""How the compiled languages' tools are started."""

import pytest

from adw.checks.native import commands
from adw.checks.tool import Place
from adw.checks.tools import tool

PLACE = Place("/w/project", "/w/scratch")


def started(name: str, *command: str) -> tuple[str, ...]:
    return tool(name).prepare(command, PLACE).command


@pytest.mark.parametrize(
    ("name", "command", "expected"),
    [
        ("go-test", ("go", "test", "./..."), ("go", "test", "-json", "./...")),
        ("go-test", ("env", "A=1", "/usr/bin/go", "test"), ("env", "A=1", "/usr/bin/go", "test", "-json")),
        ("go-test", ("go", "test", "-v", "-run", "X", "./..."), ("go", "test", "-json", "-run", "X", "./...")),
        (
            "cargo-test",
            ("cargo", "test", "--", "--nocapture"),
            ("cargo", "test", "--no-fail-fast", "--", "--nocapture"),
        ),
        ("cargo-test", ("cargo", "+nightly", "t"), ("cargo", "+nightly", "t", "--no-fail-fast")),
        (
            "cargo",
            ("cargo", "clippy", "--", "-D", "warnings"),
            ("cargo", "clippy", "--message-format=json", "--", "-D", "warnings"),
        ),
        ("maven", ("./mvnw", "verify"), ("./mvnw", "-B", "-o", "-fae", "-DtrimStackTrace=false", "verify")),
        ("maven", ("mvn", "-ff", "-U", "test"), ("mvn", "-B", "-DtrimStackTrace=false", "-ff", "-U", "test")),
        (
            "dotnet",
            ("dotnet", "test", "a.sln"),
            ("dotnet", "test", "--logger", "trx;LogFilePrefix=adw", "--results-directory", "/w/scratch", "a.sln"),
        ),
        ("javac", ("javac", "A.java"), ("javac", "-Xmaxerrs", "10000", "-Xmaxwarns", "10000", "A.java")),
    ],
)
def test_a_tool_that_is_started_directly_reports(
    name: str, command: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert started(name, *command) == expected


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("go-test", ("make", "test")),
        ("go-test", ("go", "test", "-json", "./...")),
        ("go-test", ("go", "vet", "./...")),
        ("go-test", ("sh", "-c", "go test ./...")),
        ("go", ("go", "build", "./...")),
        ("cargo-test", ("cargo", "test", "--no-fail-fast")),
        ("cargo-test", ("make", "cargo")),
        ("cargo", ("cargo", "check", "--message-format=short")),
        ("cargo", ("cargo", "--color", "never", "check")),
        ("maven", ("make", "mvn")),
        ("dotnet", ("dotnet", "build")),
        ("javac", ("make", "javac")),
        ("javac", ("javac", "-Xmaxerrs", "3", "A.java")),
        ("gcc", ("gcc", "-c", "a.c")),
    ],
)
def test_everything_else_is_started_as_it_is(name: str, command: tuple[str, ...]) -> None:
    assert started(name, *command) == command


def test_what_a_tool_writes_outside_the_workspace_goes_to_the_scratch_folder() -> None:
    assert tool("dotnet").prepare(("dotnet", "test"), PLACE).environment["DOTNET_CLI_HOME"].startswith("/w/scratch/")


def test_gos_build_cache_lasts_from_check_to_check() -> None:
    for name in ("go", "go-test"):
        assert tool(name).prepare(("make", "all"), PLACE).caches == {"GOCACHE": "go-build"}


def test_mavens_reports_are_asked_for_below_every_module() -> None:
    assert tool("maven").prepare(("make", "test"), PLACE).collect == (
        "**/target/surefire-reports/**/TEST-*.xml",
        "**/target/failsafe-reports/**/TEST-*.xml",
    )


@pytest.mark.parametrize("command", [(), ("env",), ("env", "A=1")])
def test_a_command_without_a_program_starts_none(command: tuple[str, ...]) -> None:
    assert commands.at(command, "go") == -1
    assert commands.word(command, "go") == (-1, "")


def test_a_program_without_a_command_of_its_own_has_none() -> None:
    assert commands.word(("go.exe", "-v"), "go") == (-1, "")
