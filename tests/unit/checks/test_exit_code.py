"""Any command: green by its exit code alone, red with what its lines name."""

import pytest

from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool

ROOT = "/w/project"


def read(exit_code: int, log: str, *, timed_out: bool = False) -> Reading:
    return tool("mystery").read(
        Evidence(exit_code, log, {}, Place(ROOT, "/w/scratch"), timed_out=timed_out, timeout_s=5)
    )


@pytest.mark.parametrize(
    ("line", "loc", "code", "message"),
    [
        ("src/a.ts:3:14: error: nope", "src/a.ts:3:14", "UNKNOWN", "nope"),
        ("src/a.ts(3,14): error TS2322: Type 'x' is bad", "src/a.ts:3:14", "TS2322", "Type 'x' is bad"),
        ("./a.go:7: undefined: x", "a.go:7", "UNKNOWN", "undefined: x"),
        ("/w/project/a.c:1:2: fatal error: x.h: No such file", "a.c:1:2", "UNKNOWN", "x.h: No such file"),
        ("a.py:9:1: F401 'os' imported but unused", "a.py:9:1", "F401", "'os' imported but unused"),
        ("a.py:4: error: Bad type  [arg-type]", "a.py:4", "arg-type", "Bad type"),
        ("\x1b[31ma.py:4: broken\x1b[0m", "a.py:4", "UNKNOWN", "broken"),
    ],
)
def test_lines_that_name_a_place(line: str, loc: str, code: str, message: str) -> None:
    reading = read(1, f"building\n{line}\ndone\n")
    assert reading.fault is None
    assert [(each.name, each.loc, each.code, each.message) for each in reading.failures] == [(loc, loc, code, message)]
    assert reading.summary.errors == 1


def test_the_same_line_twice_is_one_finding() -> None:
    assert len(read(1, "a.c:1: error: x\na.c:1: error: x\n").failures) == 1


def test_what_python_raises_is_at_the_last_frame_of_the_workspace() -> None:
    log = """*** Error compiling 'shop/cart.py'...
  File "shop/cart.py", line 12
    a = = 1
        ^
SyntaxError: invalid syntax
Traceback (most recent call last):
  File "/w/project/tool.py", line 3, in <module>
    main()
  File "/usr/lib/python3.13/json/decoder.py", line 9, in decode
    raise JSONDecodeError
json.decoder.JSONDecodeError: Expecting value
"""
    assert [(each.loc, each.message) for each in read(1, log).failures] == [
        ("shop/cart.py:12", "SyntaxError: invalid syntax"),
        ("tool.py:3", "json.decoder.JSONDecodeError: Expecting value"),
    ]


def test_warnings_count_only_where_there_is_nothing_worse() -> None:
    both = "a.c:1: warning: w\na.c:2: error: e\na.c:2: note: n\n"
    assert [each.loc for each in read(1, both).failures] == ["a.c:2"]
    assert [each.loc for each in read(1, "a.c:1: warning: w\n").failures] == ["a.c:1"]


@pytest.mark.parametrize(
    "log", ["", "something is wrong\n", "/usr/include/x.h:3: error: not yours\n", "at 12:30:15 all failed\n"]
)
def test_red_without_a_failure_is_a_fault(log: str) -> None:
    reading = read(2, log)
    assert reading.fault is not None
    assert reading.fault.code == "NO_REPORT"
    assert "exit code is 2" in reading.fault.message
    assert reading.fault.tail == log.strip()


def test_green_is_green_whatever_was_printed() -> None:
    assert read(0, "a.c:1: error: only talk\n") == Reading()


def test_an_end_by_force_is_a_fault() -> None:
    for reading, code in ((read(-9, ""), "CRASH"), (read(-15, "", timed_out=True), "TIMEOUT")):
        assert reading.fault is not None
        assert reading.fault.code == code


def test_the_command_is_started_as_it_is() -> None:
    made = tool("mystery").prepare(("make", "lint"), Place(ROOT, "/w/scratch"))
    assert (made.command, dict(made.environment), made.plugins) == (("make", "lint"), {}, ())
