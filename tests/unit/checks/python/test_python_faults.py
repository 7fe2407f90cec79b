"""What Python's tools leave when something is wrong with them, and not with the code that they look at."""

import json

import pytest

from adw.checks.judge import judge_log
from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool

PLACE = Place("/w/project", "/w/scratch", "/w/checkout")
START: dict[str, object] = {"kind": "start", "id": "t.T.test_a", "location": ["/w/project/t.py", 3]}
END: dict[str, object] = {"kind": "end", "id": "t.T.test_a"}
RED: dict[str, object] = {"kind": "result", "id": "t.T.test_a", "of": "t.T.test_a", "outcome": "failed", "when": "call"}


def read(name: str, exit_code: int, log: str = "", command: tuple[str, ...] = ("python", "-m", "x")) -> Reading:
    return tool(name).read(Evidence(exit_code, log, {}, PLACE, command))


def ran(exit_code: int, *lines: dict[str, object], log: str = "") -> Reading:
    files = {"unittest-1.jsonl": b"".join(json.dumps(line).encode() + b"\n" for line in lines)}
    return tool("unittest").read(Evidence(exit_code, log, files, PLACE, ("python", "-m", "unittest")))


def parse(name: str, log: str) -> Reading:
    return judge_log(log, "/w/project", tool(name).parse(log, "/w/project"), tool(name).kind)


def fault(reading: Reading) -> tuple[str, str]:
    assert reading.fault is not None
    return reading.fault.code, reading.fault.message


def finish(**counts: object) -> dict[str, object]:
    return {"kind": "finish", "ran": 1, **counts}


def test_agreement_is_no_fault() -> None:
    assert ran(0, START, END, finish()).fault is None
    assert ran(1, START, RED, END, finish(failed=1)).fault is None


def test_counts_that_differ_from_what_was_seen_are_a_contradiction() -> None:
    assert fault(ran(1, START, RED, END, finish(failed=2))) == (
        "MISMATCH",
        "unittest counts 2 failures, but 1 were seen",
    )


def test_code_of_the_users_own_checkout_is_not_what_was_to_be_tested() -> None:
    code, message = fault(ran(0, START, END, finish(foreign=["src/shop.py"])))
    assert (code, "your checkout" in message, "src/shop.py" in message) == ("MISMATCH", True, True)


def test_a_run_that_ends_between_two_tests_is_no_green_one() -> None:
    assert fault(ran(0, START, RED, END)) == ("CRASH", "the program ended with exit code 0 before all tests had run")


def test_all_tests_skipped_is_told_from_none() -> None:
    assert fault(ran(5, finish(ran=0)))[0] == "NO_TESTS"


def test_an_interpreter_without_the_module_has_no_tool() -> None:
    assert fault(read("django", 1, "/usr/bin/python: No module named django\n"))[0] == "NO_TOOL"
    assert fault(read("mypy", 1, "/usr/bin/python: No module named mypy\n")) == ("NO_TOOL", "python has no mypy")
    assert fault(read("flake8", 1, "/usr/bin/python: No module named flake8\n")) == ("NO_TOOL", "python has no flake8")


def test_silence_is_not_green() -> None:
    assert fault(read("unittest", 0)) == ("NO_REPORT", "the tests ended without a word about it")
    assert fault(read("unittest", 5))[0] == "NO_TESTS"
    assert fault(read("pyright", 0))[0] == "NO_REPORT"
    assert fault(read("ruff", 0, command=("ruff", "check"))) == ("NO_REPORT", "ruff ended without writing its report")


def test_a_log_that_contradicts_the_plugins_silence_is_doubted() -> None:
    log = "\n" + "-" * 70 + "\nRan 1 test in 0.001s\n\nOK\n"
    assert fault(ran(0, {"kind": "session"}, log=log)) == ("NO_REPORT", "the tests' report is damaged")


OLD = """\
F.u
======================================================================
FAIL: test_total (tests.test_cart.TestCart)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/w/project/tests/test_cart.py", line 7, in test_total
    self.assertEqual(3, 4)
AssertionError: 3 != 4

----------------------------------------------------------------------
Ran 3 tests in 0.001s

FAILED (failures=1{more})
"""


def test_names_of_pythons_before_3_11_are_the_same() -> None:
    reading = parse("unittest", OLD.replace("{more}", ""))
    assert [(each.name, each.loc) for each in reading.failures] == [
        ("tests.test_cart.TestCart.test_total", "tests/test_cart.py:7")
    ]
    assert reading.fault is None


def test_an_unexpected_success_that_old_pythons_do_not_name_is_missed() -> None:
    reading = parse("unittest", OLD.replace("{more}", ", unexpected successes=1"))
    assert fault(reading) == ("MISMATCH", "2 failures are counted, but 1 are told")


def test_lines_of_a_verbose_run_that_was_cut_name_what_failed() -> None:
    log = (
        "test_a (t.T.test_a) ... ok\ntest_b (t.T.test_b)\nIts words. ... FAIL\n"
        "test_c (t.T.test_c) ... \n  test_c (t.T.test_c) (i=1) ... ERROR\ntest_d (t.T.test_d) ... unexpected success\n"
    )
    reading = parse("unittest", log)
    assert {each.name for each in reading.failures} == {"t.T.test_b", "t.T.test_c (i=1)", "t.T.test_d"}
    assert fault(reading)[0] == "NO_REPORT"


def test_a_crash_in_a_verbose_run_names_the_test() -> None:
    log = "test_a (t.T.test_a) ... Fatal Python error: Aborted\n\nCurrent thread 0x00 (most recent call first):\n"
    assert fault(parse("unittest", log)) == ("CRASH", "Fatal Python error: Aborted while it ran t.T.test_a")


def test_a_doctest_is_named_by_its_object() -> None:
    log = OLD.replace("test_total (tests.test_cart.TestCart)", "Doctest: shop.total").replace("{more}", "")
    assert [each.name for each in parse("unittest", log).failures] == ["Doctest: shop.total"]


@pytest.mark.parametrize(
    ("name", "log", "code"),
    [
        ("mypy", "a.py:1: error: INTERNAL ERROR -- Please try using mypy master\n: note: use --pdb\n", "CRASH"),
        ("mypy", "mypy: error: Cannot find config file 'x'\n", "NO_REPORT"),
        ("mypy", "a.py:1:1: error: bad  [misc]\nFound 2 errors in 1 file (checked 1 source file)\n", "MISMATCH"),
        ("flake8", "There was a critical error during execution of Flake8:\nplugin code for `X`\n", "CRASH"),
        ("flake8", "usage: flake8 [options]\nflake8: error: unrecognized arguments: --x\n", "NO_REPORT"),
        ("pyright", '{\n    "generalDiagnostics": [\n        {"file"', "NO_REPORT"),
        ("pyright", '{\n    "generalDiagnostics": [],\n    "summary": {}\n}\n', "NO_REPORT"),
        ("pyright", "/w/project/a.py\n3 errors, 0 warnings, 0 informations \n", "MISMATCH"),
        ("ruff", "ruff failed\n  Cause: Failed to parse /w/project/ruff.toml\n", "NO_REPORT"),
        ("ruff", "a.py:1:8: F401 [*] `os` imported but unused\nFound 2 errors.\n", "MISMATCH"),
    ],
)
def test_what_a_tool_says_of_itself_is_a_fault(name: str, log: str, code: str) -> None:
    assert fault(read(name, 2, log))[0] == code
    assert fault(parse(name, log))[0] == code


def test_torn_json_lines_of_mypy_are_left_out() -> None:
    good = '{"file": "a.py", "line": 1, "column": 0, "message": "m", "hint": "h", "code": null, "severity": "error"}\n'
    reading = parse("mypy", good + good[:40] + "\n")
    assert [(each.loc, each.code, each.message) for each in reading.failures] == [("a.py:1:1", "misc", "m\nh")]


def test_notes_alone_are_no_findings() -> None:
    log = 'a.py:1: note: Revealed type is "int"\nSuccess: no issues found in 1 source file\n'
    assert (read("mypy", 0, log).failures, read("mypy", 0, log).fault) == ((), None)


def test_a_file_that_pyright_cannot_read_is_named() -> None:
    log = "/w/project/a.py\n  /w/project/a.py: error: cannot be read\n1 error, 0 warnings, 0 informations \n"
    assert [(each.loc, each.message) for each in parse("pyright", log).failures] == [("a.py", "cannot be read")]


def test_django_tests_that_broke_in_a_subtest_that_cannot_be_pickled_are_named() -> None:
    log = (
        "Found 2 test(s).\nSubtest failed:\n\n    test: test_a (shop.tests.A.test_a)\n subtest: test_a "
        "(shop.tests.A.test_a) (i=1)\n\nUnfortunately, the subtest that failed cannot be pickled, so the parallel\n"
        'multiprocessing.pool.RemoteTraceback: \n"""\n'
    )
    reading = parse("django", log)
    assert [each.name for each in reading.failures] == ["shop.tests.A.test_a (i=1)"]
    assert fault(reading)[0] == "CRASH"


def test_django_tests_that_a_lost_worker_did_not_print_are_named_by_their_function() -> None:
    log = (
        'Found 2 test(s).\nmultiprocessing.pool.RemoteTraceback: \n"""\nTraceback (most recent call last):\n'
        '  File "/usr/lib/python3/unittest/case.py", line 57, in testPartExecutor\n    yield\n'
        '  File "/w/project/shop/tests.py", line 3, in test_a\n    assert 0\nAssertionError\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        "Traceback (most recent call last):\nTypeError: cannot pickle 'traceback' object\n"
        '"""\n'
    )
    assert [(each.name, each.loc) for each in parse("django", log).failures] == [("test_a", "shop/tests.py:3")]


def test_every_report_of_pyright_in_a_log_is_read() -> None:
    def told(path: str) -> str:
        found = {"file": f"/w/project/{path}", "severity": "error", "message": "no", "rule": "reportX"}
        counts = {"errorCount": 1, "warningCount": 0}
        return json.dumps({"generalDiagnostics": [found], "summary": counts}, indent=4) + "\n"

    reading = parse("pyright", told("a.py") + "and then\n" + told("b.py"))
    assert [each.loc for each in reading.failures] == ["a.py", "b.py"]
    assert reading.fault is None


def test_a_report_of_pyright_behind_a_whole_one_may_not_be_cut() -> None:
    whole = json.dumps({"generalDiagnostics": [], "summary": {"errorCount": 0, "warningCount": 0}}, indent=4)
    assert fault(parse("pyright", whole + "\n" + whole[:40]))[0] == "NO_REPORT"
