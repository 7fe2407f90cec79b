"""Every recording of JavaScript's tools gives the report that its project deserves: nothing lost, nothing invented."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from adw.checks import report
from adw.checks.judge import judge_log
from adw.checks.tool import Evidence, Kind, Reading, Tool
from adw.checks.tools import TOOLS, tool
from adw.domain.report import Failure
from adw.domain.run import CheckSpec
from tests.fixtures.javascript.case import Case
from tests.fixtures.record_javascript import CASES, HERE, RIGS, cases, load

RECORDINGS = sorted(HERE.glob("*-*/*.json*"))
ROOT = "/w/project"


def rig_of(path: Path) -> str:
    return path.parent.name


def name_of(path: Path) -> str:
    return path.name.partition(".")[0]


def label(path: Path) -> str:
    return f"{rig_of(path)}-{name_of(path)}"


def case_of(path: Path) -> Case:
    return CASES[rig_of(path).partition("-")[0]][name_of(path)]


def tool_of(path: Path) -> Tool:
    return tool(rig_of(path).partition("-")[0])


evidence_of = cache(load)


@cache
def read(path: Path) -> Reading:
    return tool_of(path).read(evidence_of(path))


@cache
def read_log(path: Path) -> Reading:
    log, reader = evidence_of(path).log, tool_of(path)
    return judge_log(log, ROOT, reader.parse(log, ROOT), reader.kind)


def found(failures: tuple[Failure, ...]) -> dict[str, tuple[str, str]]:
    assert max(Counter(failures).values(), default=1) == 1
    return {failure.name: (failure.code, failure.loc) for failure in failures}


@pytest.fixture(params=RECORDINGS, ids=label)
def recording(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_every_case_is_recorded() -> None:
    recorded = {(rig_of(path), name_of(path)) for path in RECORDINGS}
    assert recorded == {(rig, name) for rig in RIGS for name in cases(rig)}


def test_what_failed_is_named_with_its_line_and_kind(recording: Path) -> None:
    assert found(read(recording).failures) == case_of(recording).truth(rig_of(recording))


def test_tests_have_names_of_their_own(recording: Path) -> None:
    names = Counter(failure.name for failure in read(recording).failures)
    assert tool_of(recording).kind is Kind.FINDINGS or max(names.values(), default=1) == 1


def test_what_could_not_be_judged_says_so(recording: Path) -> None:
    fault = read(recording).fault
    assert (fault.code if fault else "") == case_of(recording).faulty(rig_of(recording))


def test_counts_are_those_of_the_project(recording: Path) -> None:
    reading = read(recording)
    if reading.fault is None and tool_of(recording).kind is Kind.TEST:
        assert (reading.summary.passed, reading.summary.skipped) == case_of(recording).counted(rig_of(recording))


def test_green_means_that_all_went_well(recording: Path) -> None:
    case, rig = case_of(recording), rig_of(recording)
    made = report.build(CheckSpec("check", rig, ("x",)), evidence_of(recording), read(recording), "log")
    assert made.ok is (not case.truth(rig) and not case.faulty(rig))


def test_messages_are_short_and_hold_nothing_of_this_machine(recording: Path) -> None:
    said = [failure.message for failure in (*read(recording).failures, *read_log(recording).failures)]
    assert all(message and len(message) <= 300 for message in said)
    assert not any("/w/project" in message or "\x1b" in message or "pid=" in message for message in said)


UNNAMED = {
    # what mocha's `spec` prints before its end names no suites; npx and a crash say nothing of tests at all
    **{("mocha", name): True for name in ("aborts", "exits", "hangs", "killed")},
    # nothing in the log: it went into the user's own file
    ("eslint", "own_format"): True,
}
WITHOUT_FILE = {"test/kinds.js > thrown text", "test/kinds.js > thrown nothing"}
"""Mocha names no file; these errors have no frames to tell it by."""


def test_the_log_alone_names_the_same_failures(recording: Path) -> None:
    if (tool_of(recording).name, name_of(recording)) in UNNAMED:
        return
    truth = {
        name.rpartition(" > ")[2] if tool_of(recording).name == "mocha" and name in WITHOUT_FILE else name
        for name in case_of(recording).truth(rig_of(recording))
    }
    assert {failure.name for failure in read_log(recording).failures} == truth


def test_the_log_alone_finds_lines_and_kinds(recording: Path) -> None:
    """But for hooks whose error comes from a function that stands before them."""
    truth = case_of(recording).truth(rig_of(recording))
    if name_of(recording) != "hooks":
        told = {name: what for name, what in found(read_log(recording).failures).items() if name in truth}
        assert told == {name: truth[name] for name in told}


def test_the_log_alone_is_never_green_where_the_run_was_not(recording: Path) -> None:
    evidence, reading = evidence_of(recording), read_log(recording)
    if evidence.exit_code or case_of(recording).truth(rig_of(recording)):
        assert reading.failures or reading.fault


def test_a_log_is_claimed_by_its_own_tool_alone(recording: Path) -> None:
    evidence, own = evidence_of(recording), tool_of(recording).name
    claimed = [each.name for each in TOOLS if each.recognises(evidence.log)]
    assert claimed in ([own], [])
    assert claimed or not evidence.log or silent(evidence)


def silent(evidence: Evidence) -> bool:
    """Where the tool did not come so far that it said who it is."""
    marks = ("No test", "nknown option", "nvalid option", "Unrecognized", "stack trace", "SyntaxError", "Segmentation")
    return len(evidence.log) < 20 or any(mark in evidence.log for mark in (*marks, "ERR_MODULE", "config", "Could not"))


def test_reports_of_test_runs_are_a_hundredth_of_their_logs() -> None:
    """Over logs above 100 KB: below, 30 failures may weigh more than what surrounds them."""
    raw = small = 0
    for path in RECORDINGS:
        evidence = evidence_of(path)
        if len(evidence.log) > 100_000 and tool_of(path).kind is Kind.TEST:
            made = report.build(CheckSpec("test", tool_of(path).name, ("x",)), evidence, read(path), "log")
            raw += len(evidence.log.encode())
            small += len(report.compact(made).encode())
    assert raw
    assert small <= 0.012 * raw
