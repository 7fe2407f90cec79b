"""`adw test`, `adw check`, `adw parse`, `adw init`, `adw mcp` as the shell sees them."""

import json

import pytest

from adw.cli import app
from adw.domain.checked import Checked, CheckedAll, RawChecked
from adw.domain.results import RunRequest
from adw.domain.run import Phase
from tests.unit.cli import samples
from tests.unit.cli.stub_wiring import StubWiring


def run(*arguments, **results):
    stub = StubWiring(**results)
    return app.run(arguments, lambda: stub), stub.asked


def data(capfd):
    return json.loads(capfd.readouterr().out)["data"]


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["test"], ("run_tests", (), True)),
        (["test", "tests/a.py", "tests/b", "--use-external"], ("run_tests", ("tests/a.py", "tests/b"), True)),
        (["test", "--no-external"], ("run_tests", (), False)),
        (["test", "--fix", "tests/a.py"], ("fix_tests", ("tests/a.py",))),
        (["test", "--fix", "--model", "m"], ("fix_tests", (), RunRequest("", model="m"))),
        (["test", samples.RUN], ("follow_run", samples.RUN, RunRequest("", Phase.TEST))),
        (["test", samples.RUN[:8], "--model", "m"], ("follow_run", samples.RUN, RunRequest("", Phase.TEST, model="m"))),
        (["check"], ("run_checks", ("build", "lint"))),
        (["check", "all"], ("run_checks", ("build", "lint"))),
        (["check", "build"], ("run_checks", ("build",))),
        (["check", "lint"], ("run_checks", ("lint",))),
        (["parse", "a.log"], ("parse_log", "a.log", "")),
        (["parse", "-", "--tool", "pytest"], ("parse_log", "-", "pytest")),
        (["init"], ("initialise", False)),
        (["init", "--force"], ("initialise", True)),
        (["mcp"], ("serve_mcp",)),
    ],
)
def test_the_command_line_is_passed_on(arguments, asked):
    assert run(*arguments) == (0, [asked])


@pytest.mark.parametrize(
    ("report", "exit_code", "code"),
    [
        (samples.GREEN_REPORT, 0, None),
        (samples.FLAKY_REPORT, 1, "failed"),
        (samples.LINT_REPORT, 1, "failed"),
        (samples.FAULTY_REPORT, 6, "check_error"),
    ],
)
@pytest.mark.parametrize("command", [("test",), ("parse", "a.log")])
def test_the_exit_code_is_the_verdict(report, exit_code, code, command, capfd):
    ended, _ = run(*command, "--json", checked=Checked(report))

    errors = json.loads(capfd.readouterr().out)["errors"]
    assert ended == exit_code
    assert [error["code"] for error in errors] == ([code] if code else [])


def test_what_could_not_be_judged_weighs_more_than_what_failed(capfd):
    both = CheckedAll((samples.LINT_REPORT, samples.FAULTY_REPORT))
    assert run("check", checked_all=both)[0] == 6
    assert "pytest ended without writing its report" in capfd.readouterr().out


def test_a_report_has_the_field_names_of_the_specification(capfd):
    run("test", "--json", checked=Checked(samples.FLAKY_REPORT))

    told = data(capfd)
    assert list(told) == [*("schema", "check", "tool", "ok", "exit_code", "summary", "failures", "new", "log", "flaky")]
    assert list(told["summary"]) == ["total", "passed", "failed", "errors", "skipped", "duration_s"]
    assert list(told["failures"][0]) == ["name", "loc", "code", "message", "also"]


def test_a_finding_has_no_name_but_its_place(capfd):
    run("check", "lint", "--json", checked_all=CheckedAll((samples.LINT_REPORT,)))

    (report,) = data(capfd)["reports"]
    assert report["failures"] == [
        {"loc": "cart.py:3:14", "code": "F401", "message": "unused import", "also": ["shop.py:1:1"]}
    ]


def test_people_see_counts_failures_and_the_way_to_the_log(capfd):
    run("test", checked=Checked(samples.FLAKY_REPORT))

    out, err = capfd.readouterr()
    assert out.splitlines() == [
        "test (pytest): 2 failed, 1 error, 58 passed, 1 new, 1 flaky in 3.2 s",
        "tests/test_cart.py::test_total tests/test_cart.py:42 ASSERT_FAIL (new)",
        "  assert 3 == 4",
        "  also tests/test_cart.py::test_sum (flaky)",
        "log: .adw/checks/test-260131-080000-k3f.log",
    ]
    assert err == "check test: pytest -q\n"


def test_people_see_why_a_check_could_not_be_judged(capfd):
    run("test", checked=Checked(samples.FAULTY_REPORT))

    assert capfd.readouterr().out.splitlines() == [
        "test (pytest): NO_REPORT: pytest ended without writing its report",
        "the end of the output:",
        "  last words",
        "log: .adw/checks/test-260131-080000-k3f.log",
    ]


def test_of_very_many_alike_the_first_are_shown(capfd):
    failure = samples.FLAKY_REPORT.failures[0]
    names = tuple(f"test_{number}" for number in range(25))
    many = samples.replace(samples.FLAKY_REPORT, failures=(samples.replace(failure, also=names),))
    run("test", checked=Checked(many))

    out = capfd.readouterr().out
    assert "  also test_19\n  and 5 more: --json names them all\n" in out


def test_a_failure_without_a_message_is_one_line(capfd):
    mute = samples.replace(samples.LINT_REPORT.failures[0], message="", also=())
    run("parse", "a.log", checked=Checked(samples.replace(samples.LINT_REPORT, failures=(mute,), log="")))
    assert capfd.readouterr().out.splitlines() == ["lint (ruff): 2 errors in 0.1 s", "cart.py:3:14 F401"]


def test_a_green_report_is_one_line(capfd):
    run("test")
    assert capfd.readouterr().out == "build (mypy): ok in 2.5 s\n"


def test_raw_output_goes_to_standard_output_and_the_saving_to_the_end_of_standard_error(capfd):
    run("test", "--no-external")

    out, err = capfd.readouterr()
    assert out == "raw output\n"
    assert err.splitlines()[-1] == (
        "this output is 1,000 tokens (11 bytes) for claude-sonnet-5-5; the report is 30 (100 bytes): 97.0% less"
    )


def test_a_report_that_is_longer_than_the_output_saves_nothing():
    small = RawChecked(samples.GREEN_REPORT, "", 0, 100, 0, 30, "m")
    assert small.remark.endswith("0.0% less")


def test_init_tells_what_it_found_and_what_is_missing(capfd):
    run("init")

    out, err = capfd.readouterr()
    assert out.splitlines() == [
        "test: python -m pytest (pytest)",
        "also found, not used: test: jest (jest)",
        "written: /shop/.adw.toml",
    ]
    assert err == "warning: no lint check: ruff was not found\n"


def test_init_that_found_nothing_says_so(capfd, monkeypatch):
    monkeypatch.setattr(samples, "INITIALISED", samples.replace(samples.INITIALISED, checks=(), others=()))
    run("init")
    assert capfd.readouterr().out.startswith("nothing was found: name the commands yourself\n")


def test_fixing_and_raw_output_exclude_each_other(capfd):
    ended, asked = run("test", "--fix", "--no-external")
    assert (ended, asked) == (2, [])
    assert "exclude each other" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([samples.RUN, "tests/a.py"], "is of all its tests"),
        ([samples.RUN, "--fix"], "--fix is for the tests of this checkout"),
        ([samples.RUN, "--no-external"], "--no-external is for the tests of this checkout"),
        (["--model", "m"], "none is asked here"),
        (["tests/a.py", "--budget-tokens", "0"], "none is asked here"),
    ],
)
def test_what_makes_no_sense_together_is_refused(arguments, said, capfd):
    ended, asked = run("test", *arguments)
    assert (ended, asked) == (2, [])
    assert said in capfd.readouterr().err


def test_mcp_and_json_exclude_each_other(capfd):
    ended, asked = run("mcp", "--json")
    assert (ended, asked) == (2, [])
    assert json.loads(capfd.readouterr().out)["errors"][0]["code"] == "usage"
