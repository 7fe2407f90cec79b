"""Logs as they come from CI servers, from several packages at once, from older tools, and from runs that broke off."""

from dataclasses import replace
from pathlib import Path

import pytest

from adw.checks.judge import judge_log
from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool
from tests.fixtures.record_javascript import HERE, load

ROOT = "/w/project"
PLACE = Place(ROOT, "/w/scratch")
DENSE = [
    ("jest-30", "kinds"),
    ("vitest-4", "kinds"),
    ("mocha-11", "kinds"),
    ("eslint-9", "findings"),
    ("tsc-5", "types"),
]


def recorded(rig: str, name: str) -> Evidence:
    path: Path = next((HERE / rig).glob(f"{name}.json*"))
    return load(path)


def parse(name: str, log: str) -> Reading:
    reader = tool(name)
    return judge_log(log, ROOT, reader.parse(log, ROOT), reader.kind)


def names(reading: Reading) -> list[str]:
    return [failure.name for failure in reading.failures]


def prefixed(log: str, prefix: str) -> str:
    return "\n".join(f"{prefix}{line}".rstrip() for line in log.split("\n"))


@pytest.mark.parametrize(("rig", "case"), DENSE)
@pytest.mark.parametrize("prefix", ["web:test: ", "app-1  | ", "[0] ", "2026-01-02T03:04:05.1234567Z "])
def test_what_ci_puts_before_each_line_does_not_count(rig: str, case: str, prefix: str) -> None:
    name, log = rig.partition("-")[0], recorded(rig, case).log
    told = parse(name, prefixed(log, prefix))
    assert names(told) == names(parse(name, log))
    assert told.fault is None


@pytest.mark.parametrize(("rig", "case"), DENSE[:4])
def test_packages_that_run_at_once_are_told_apart(rig: str, case: str) -> None:
    name, log = rig.partition("-")[0], recorded(rig, case).log
    one, other = (prefixed(log, prefix).split("\n") for prefix in ("web:test: ", "api:test: "))
    woven = "\n".join(line for pair in zip(one, other, strict=True) for line in pair)
    single, both = parse(name, log), parse(name, woven)
    assert len(both.failures) == 2 * len(single.failures)
    assert both.summary.total == 2 * single.summary.total
    assert both.finished


def test_a_package_that_breaks_off_leaves_the_whole_unfinished() -> None:
    log = recorded("jest-30", "parallel").log
    broken = log[: log.index("Test Suites: ")]
    both = parse("jest", prefixed(log, "web:test: ") + "\n" + prefixed(broken, "api:test: "))
    assert both.fault is not None


JEST = """\
FAIL  src/cart.test.js (5.123 s)
  \u25cf Console

    console.log src/cart.js:3
      FAIL not this one

  \u25cf cart \u203a adds

    expect(received).toBe(expected)

    Expected value to be (using ===):
      4
    Received:
      3

      at Object.<anonymous> (src/cart.test.js:5:17)

Summary of all failing tests
FAIL  src/cart.test.js (5.123 s)
  \u25cf cart \u203a adds

    expect(received).toBe(expected)

      at Object.<anonymous> (src/cart.test.js:5:17)


Test Suites: 1 failed, 1 total
Tests:       1 failed, 3 passed, 4 total
Snapshots:   0 total
Time:        1.1s
Ran all test suites.
"""


def test_jests_summary_names_nothing_twice() -> None:
    reading = parse("jest", JEST)
    assert [(each.name, each.loc) for each in reading.failures] == [
        ("src/cart.test.js > cart > adds", "src/cart.test.js:5")
    ]
    assert (reading.summary.total, reading.fault) == (4, None)
    assert tool("jest").recognises(JEST)


def test_two_runs_in_one_log_are_added() -> None:
    reading = parse("jest", JEST + "\n> e2e\n" + JEST.replace("cart", "order"))
    assert names(reading) == ["src/cart.test.js > cart > adds", "src/order.test.js > order > adds"]
    assert (reading.summary.failed, reading.summary.total) == (2, 8)


def test_fewer_failures_than_were_counted_are_a_fault() -> None:
    reading = parse("jest", JEST.replace("1 failed, 3 passed, 4", "2 failed, 3 passed, 5"))
    assert reading.fault is not None
    assert reading.fault.code == "MISMATCH"


def test_old_mochas_titles_stand_on_one_line() -> None:
    frame = "      at Context.<anonymous> (test/a.js:3:9)\n"
    log = "\n\n  1 passing (5ms)\n  1 failing\n\n  1) cart adds:\n     Error: no\n" + frame
    reading = parse("mocha", log)
    assert [(each.name, each.loc, each.message) for each in reading.failures] == [
        ("test/a.js > cart adds", "test/a.js:3", "no")
    ]


def test_words_of_a_test_are_not_mochas() -> None:
    log = (
        "  2) not a failure\n  12 passing things\n\n\n  0 passing (5ms)\n  2 failing\n\n"
        "  1) a:\n     Error: one\n  2) looks like one:\n      at f (test/a.js:1:1)\n\n"
        "  2) b:\n     Error: two\n      at f (test/a.js:2:1)\n\n"
    )
    assert parse("mocha", log).summary.failed == 2
    assert len(parse("mocha", log).failures) == 2


def test_mocha_counts_that_name_too_few_are_a_fault() -> None:
    reading = parse("mocha", "\n\n  0 passing (5ms)\n  2 failing\n\n  1) a:\n     Error: one\n")
    assert reading.fault is not None
    assert reading.fault.code == "MISMATCH"


@pytest.mark.parametrize(("count", "exit_code"), [(150, 150), (150, -22), (300, 255), (300, -127)])
def test_mochas_exit_code_is_no_signal_where_its_report_is_whole(count: int, exit_code: int) -> None:
    evidence = recorded("mocha-11", "hundreds")
    (file,) = evidence.files
    lines = evidence.files[file].decode().splitlines()
    fail = next(line for line in lines if '"fail"' in line)
    told = [lines[0], *(fail.replace('"n 0"', f'"n {number}"') for number in range(count)), lines[-1]]
    made = tool("mocha").read(replace(evidence, exit_code=exit_code, files={file: "\n".join(told).encode()}))
    assert (made.fault, len(made.failures)) == (None, count)


@pytest.mark.parametrize("exit_code", [139, -11, -9])
def test_another_signal_is_one(exit_code: int) -> None:
    evidence = recorded("mocha-11", "hundreds")
    made = tool("mocha").read(replace(evidence, exit_code=exit_code, files={}, log="  1) n 0\n"))
    assert made.fault is not None
    assert made.fault.code == "CRASH"


@pytest.mark.parametrize(
    ("name", "log", "code", "said"),
    [
        ("jest", "sh: 1: jest: not found\n", "NO_TOOL", "jest: not found"),
        ("vitest", "npm error could not determine executable to run\n", "NO_TOOL", "could not determine"),
        ("mocha", "npm ERR! missing script: test\n", "NO_TOOL", "missing script"),
        (
            "jest",
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
            "CRASH",
            "heap",
        ),
        ("jest", "No tests found, exiting with code 1\n", "NO_TESTS", "no test ran"),
        ("jest", "\u25cf Unrecognized CLI Parameter:\n", "NO_REPORT", "Unrecognized CLI Parameter"),
        ("vitest", "", "NO_REPORT", "vitest.json"),
    ],
)
def test_why_there_is_no_report_is_told(name: str, log: str, code: str, said: str) -> None:
    fault = tool(name).read(Evidence(1, log, {}, PLACE, ("x",))).fault
    assert fault is not None
    assert (fault.code, said in fault.message) == (code, True)


def test_memory_that_runs_out_in_the_middle_is_a_crash() -> None:
    log = (
        JEST[: JEST.index("Summary")]
        + "FATAL ERROR: Ineffective mark-compacts near heap limit JavaScript heap out of memory\n"
    )
    reading = tool("jest").read(Evidence(1, log, {}, PLACE, ("jest",)))
    assert reading.fault is not None
    assert (reading.fault.code, "heap" in reading.fault.message) == ("CRASH", True)
    assert names(reading) == ["src/cart.test.js > cart > adds"]


def test_a_run_that_stops_in_the_middle_is_a_crash_with_what_is_known() -> None:
    reading = tool("jest").read(Evidence(1, JEST[: JEST.index("Summary")], {}, PLACE, ("jest",)))
    assert reading.fault is not None
    assert "stopped before its end" in reading.fault.message


def test_findings_below_unix_and_compact_formats_are_read() -> None:
    unix = (
        "/w/project/a.js:1:7: 'x' is not used. [Error/no-unused-vars]\n"
        "/w/project/a.js:2:1: Bad. [Warning/eqeqeq]\n\n2 problems\n"
    )
    compact = "/w/project/a.js: line 1, col 7, Error - 'x' is not used. (no-unused-vars)\n\n1 problem\n"
    for log in (unix, compact):
        assert [(each.loc, each.code) for each in parse("eslint", log).failures] == [("a.js:1:7", "no-unused-vars")]
        assert tool("eslint").recognises(log)


def test_warnings_fail_a_check_only_where_they_are_too_many() -> None:
    log = "\n/w/project/a.js\n  3:12  warning  Expected '==='  eqeqeq\n\n\u2716 1 problem (0 errors, 1 warning)\n\n"
    assert parse("eslint", log).failures == ()
    strict = parse("eslint", log + "ESLint found too many warnings (maximum: 0).\n")
    assert names(strict) == ["a.js:3:12"]


def test_lines_that_only_look_like_tscs_are_not() -> None:
    log = "see error TS2322: in the manual\nsrc/a.ts(1,2): error TS2322: no.\n  Because.\n"
    assert [(each.loc, each.message) for each in parse("tsc", log).failures] == [("src/a.ts:1:2", "no.\nBecause.")]
    assert not tool("tsc").recognises("see error TS2322: in the manual")


def test_tscs_own_closing_line_ends_a_green_log() -> None:
    green = parse("tsc", "[10:00:00] Found 0 errors. Watching for file changes.\n\nFound 0 errors.\n")
    assert (green.finished, green.fault) == (True, None)


def test_a_code_frame_without_a_caret_says_nothing_of_hooks() -> None:
    log = JEST.replace("    Expected value", "    > 3 | beforeEach(() => {\n    Expected value")
    assert parse("jest", log).failures[0].code == "ASSERT_FAIL"


def test_mochas_own_words_are_kept_where_the_message_is_the_users() -> None:
    (failure,) = (
        each for each in tool("mocha").read(recorded("mocha-11", "kinds")).failures if "own words" in each.name
    )
    assert failure.message == 'the cart adds up\nexpected "4", got "3"'


DUMP = "  1) a\n----- JavaScript stack trace -----\n\n1: {}:2:11\n2: run (/w/project/node_modules/x.js:1:1)\n\n\n"


@pytest.mark.parametrize(
    ("path", "loc"), [("/w/project/test/a.js", "test/a.js:2"), ("/w/project/test/a.ts", "test/a.ts"), ("/w/b.js", "")]
)
def test_where_node_was_aborted_is_told_as_far_as_its_lines_are_the_sources(path: str, loc: str) -> None:
    reading = tool("mocha").read(Evidence(134, DUMP.format(path), {}, PLACE, ("sh",)))
    assert [(each.name, each.loc, each.code) for each in reading.failures] == (
        [(loc.partition(":")[0], loc, "CRASH")] if loc else []
    )
    assert reading.fault is not None
    assert reading.fault.code == "CRASH"


def test_retries_and_projects_do_not_make_two_tests_of_one_name() -> None:
    twice = JEST[: JEST.index("Summary")].replace("src/cart", "unit src/cart") + JEST[: JEST.index("Summary")]
    assert names(parse("jest", twice)) == ["src/cart.test.js > cart > adds", "src/cart.test.js > cart > adds #2"]


def test_vitests_coverage_threshold_is_a_failure() -> None:
    log = recorded("vitest-4", "passing").log
    reading = parse("vitest", log + "ERROR: Coverage for lines (50%) does not meet global threshold (100%)\n")
    assert [(each.name, each.code) for each in reading.failures] == [("coverage", "ASSERT_FAIL")]


@pytest.mark.parametrize("name", ["jest", "vitest", "mocha", "tsc", "eslint"])
@pytest.mark.parametrize(
    "filling", [" ", "\n", "\n FAIL  a [ b", "\n  \u25cf a", "\n    at (", "(1,2): error TS1: x\n  y"]
)
def test_long_logs_of_one_kind_are_read_to_their_end(name: str, filling: str) -> None:
    """Where time grew with the square of the length, this would take hours."""
    heads = ("FAIL a\n  \u25cf a\n\n", " FAIL  a\n", "\n  0 passing (1ms)\n  1 failing\n\n  1) a:\n")
    log = "".join(heads) + filling * (150_000 // len(filling))
    assert parse(name, log).fault is not None or parse(name, log).failures
    assert tool(name).recognises(log) in (True, False)
