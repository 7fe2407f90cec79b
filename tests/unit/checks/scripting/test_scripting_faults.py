"""What RSpec and PHPUnit leave when something is wrong with them, and not with the code that they test."""

import json

import pytest

from adw.checks.judge import judge_log
from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool

PLACE = Place("/w/project", "/w/scratch")


def read(name: str, exit_code: int, log: str = "", files: dict[str, bytes] | None = None) -> Reading:
    return tool(name).read(Evidence(exit_code, log, files or {}, PLACE, (name,)))


def parse(name: str, log: str) -> Reading:
    return judge_log(log, "/w/project", tool(name).parse(log, "/w/project"), tool(name).kind)


def fault(reading: Reading) -> tuple[str, str]:
    assert reading.fault is not None
    return reading.fault.code, reading.fault.message


def rspec(examples: list[dict[str, object]], **counts: int) -> dict[str, bytes]:
    known = {"example_count": len(examples), "failure_count": 0, "pending_count": 0, **counts}
    return {"rspec.json": json.dumps({"examples": examples, "summary": known}).encode()}


GREEN: dict[str, object] = {"id": "./a_spec.rb[1:1]", "full_description": "a", "status": "passed"}


def test_agreement_is_no_fault() -> None:
    assert read("rspec", 0, files=rspec([GREEN])).fault is None


def test_a_missing_program_is_told() -> None:
    assert fault(read("rspec", 127, "bundler: command not found: rspec\n")) == ("NO_TOOL", "RSpec is not installed")


def test_silence_is_not_green() -> None:
    assert fault(read("rspec", 0)) == ("NO_REPORT", "RSpec ended without writing its report")
    assert fault(read("phpunit", 0)) == ("NO_REPORT", "PHPUnit ended without writing its report")


@pytest.mark.parametrize("content", [b"{", b"[]", b"{}", b'{"examples": [], "summary": {}}'])
def test_a_damaged_report_is_a_fault(content: bytes) -> None:
    assert fault(read("rspec", 1, files={"rspec.json": content}))[0] == "NO_REPORT"
    assert fault(read("phpunit", 1, files={"junit.xml": content}))[0] == "NO_REPORT"


def test_failures_that_are_counted_but_not_named_are_missed() -> None:
    assert fault(read("rspec", 1, files=rspec([GREEN], failure_count=1)))[0] in {"MISMATCH", "NO_REPORT"}
    log = "Failures:\n\n  1) a\n     no\n\nFinished in 1 second\n2 examples, 2 failures\n"
    assert fault(parse("rspec", log)) == ("MISMATCH", "2 failures are counted, but 1 are told")
    log = "There was 1 failure:\n\nFAILURES!\nTests: 1, Assertions: 1, Failures: 1.\n"
    assert fault(parse("phpunit", log)) == ("MISMATCH", "1 failures are counted, but 0 are told")


def test_torn_lines_of_the_witness_do_no_harm() -> None:
    started = {"kind": "start", "example": {**GREEN, "file_path": "./a_spec.rb", "line_number": 3, "status": ""}}
    reading = read("rspec", -9, files={"rspec.jsonl": json.dumps(started).encode() + b'\n{"kind": "en'})
    assert [(each.name, each.loc, each.code) for each in reading.failures] == [("a", "a_spec.rb:3", "CRASH")]


def test_commands_to_run_examples_again_name_them_where_nothing_else_does() -> None:
    log = "1 example, 1 failure\n\nFailed examples:\n\nrspec ./spec/a_spec.rb:3 # Cart adds\n"
    reading = parse("rspec", log)
    assert [(each.name, each.loc) for each in reading.failures] == [("Cart adds", "spec/a_spec.rb:3")]


def test_packages_in_the_workspace_are_not_where_a_test_failed() -> None:
    log = (
        "Time: 00:01\n\nThere was 1 error:\n\n1) T::testA\nLogicException: no\n\n/w/project/vendor/x/y.php:9\n"
        "/w/project/tests/T.php:4\n\nERRORS!\nTests: 1, Assertions: 0, Errors: 1.\n"
    )
    assert [each.loc for each in parse("phpunit", log).failures] == ["tests/T.php:4"]


def test_a_test_that_is_listed_twice_is_named_once() -> None:
    entry = "There was 1 {}:\n\n1) T::testA\n{}\n\n/w/project/tests/T.php:4\n\n"
    log = f"Time: 00:01\n\n{entry.format('error', 'E: late')}--\n\n{entry.format('failure', 'no')}OK, but x!\n"
    reading = parse("phpunit", log)
    assert [(each.name, each.message) for each in reading.failures] == [("T::testA", "E: late\nno")]


def test_two_runs_in_a_row_are_added_up() -> None:
    log = "OK (3 tests, 3 assertions)\nOK (2 tests, 2 assertions)\n"
    assert parse("phpunit", log).summary.passed == 5
    assert parse("rspec", "3 examples, 0 failures\n2 examples, 0 failures, 1 pending\n").summary.total == 5
