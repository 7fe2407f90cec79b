"""Every recording of the compiled languages' tools gives the report that its project deserves."""

from collections import Counter
from pathlib import Path

import pytest

from adw.checks import report
from adw.checks.judge import judge_log
from adw.checks.tool import Kind, Reading
from adw.checks.tools import TOOLS, recognised, tool
from adw.domain.report import Failure, FailureCode, Report
from adw.domain.run import CheckSpec
from tests.fixtures.native.cases.case import Case
from tests.fixtures.record_native import CASES, load, recordings

RECORDINGS = list(recordings())
PARAMETERS = [pytest.param(*each, id=f"{each[0]}-{each[1].parent.name}-{each[1].stem}") for each in RECORDINGS]
every = pytest.mark.parametrize(("name", "path", "case"), PARAMETERS)

NOBODYS = {
    # an error before the tool itself began to speak, or only what `make` says
    *(("go-test", "no_module"), ("go", "no_module"), ("cargo-test", "manifest"), ("cargo", "manifest")),
    *(("gcc", "no_target"), ("gcc", "make_fails"), ("gcc", "make_crash")),
}
SILENT = {("go", "passing"), ("go", "vet_passing"), ("javac", "passing"), ("gcc", "passing"), ("maven", "compile")}
"""Compilers that are content say nothing."""


def made(name: str, path: Path) -> Report:
    evidence = load(path)
    return report.build(CheckSpec("test", name, evidence.command), evidence, tool(name).read(evidence), "log")


def alone(name: str, path: Path) -> Reading:
    """What the log says without exit code, report files and go.mod."""
    evidence, reader = load(path), tool(name)
    return judge_log(evidence.log, evidence.place.root, reader.parse(evidence.log, evidence.place.root), reader.kind)


def found(failures: tuple[Failure, ...]) -> dict[str, tuple[str, str]]:
    return {failure.name: (failure.code, failure.loc) for failure in failures}


def test_every_case_is_recorded() -> None:
    recorded = {(name, path.stem) for name, path, _ in RECORDINGS}
    assert recorded == {(name, case) for name, cases in CASES.items() for case in cases}


@every
def test_what_failed_is_named_with_its_line_and_kind(name: str, path: Path, case: Case) -> None:
    assert found(tool(name).read(load(path)).failures) == case.truth


@every
def test_what_could_not_be_judged_says_so(name: str, path: Path, case: Case) -> None:
    fault = tool(name).read(load(path)).fault
    assert (fault.code if fault else "") == case.fault


@every
def test_green_means_that_all_went_well(name: str, path: Path, case: Case) -> None:
    assert made(name, path).ok is (not case.truth and not case.fault)


@every
def test_counts_are_those_of_the_project(name: str, path: Path, case: Case) -> None:
    summary = tool(name).read(load(path)).summary
    red = summary.failed + summary.errors
    assert red == len(case.truth) or (case.fault and red <= len(case.truth))
    # without `-v` Go's text names no test that passed; cargo stops where it is not told to go on
    if not path.parent.name.endswith("-plain"):
        assert (summary.passed, summary.skipped) == (case.passed, case.skipped)


@every
def test_messages_are_short_and_hold_nothing_of_this_machine(name: str, path: Path, case: Case) -> None:
    failures = tool(name).read(load(path)).failures
    assert all(failure.message and len(failure.message) <= 300 for failure in failures)
    assert not any("/w/project" in failure.message or "0xc0" in failure.message for failure in failures)
    assert {failure.name for failure in failures} == set(case.truth)


@every
def test_only_its_own_tool_claims_a_log(name: str, path: Path, case: Case) -> None:
    log = load(path).log
    claimed = {reader.name for reader in TOOLS if reader.recognises(log)}
    assert claimed <= {name}
    assert claimed or (name, path.stem) in NOBODYS or not log.strip(), case.command


NAMED_BY_COMMAND = {("go", "vet"), ("maven", "compile_red"), ("dotnet", "build")}
"""What the command alone tells: that it was `go vet`, that the goal was only to compile."""
ONLY_IN_REPORTS = {("go-test", "subpackage")}
"""Where go.mod says what the log does not."""


@every
def test_the_log_alone_names_the_same(name: str, path: Path, case: Case) -> None:
    reading, evidence = alone(name, path), load(path)
    if (name, path.stem) in NAMED_BY_COMMAND:
        assert {failure.name for failure in reading.failures} == set(case.truth)
    elif evidence.timed_out:
        assert set(found(reading.failures)) <= set(case.truth)
    elif (name, path.stem) not in ONLY_IN_REPORTS and (evidence.exit_code or not reading.failures):
        assert found(reading.failures) == case.truth


@every
def test_the_log_alone_is_never_taken_for_green_where_it_was_red(name: str, path: Path, case: Case) -> None:
    reading = alone(name, path)
    if case.truth or case.fault:
        assert reading.failures or reading.fault
    elif (name, path.stem) not in SILENT:
        assert reading.fault is None or tool(name).kind is Kind.TEST


@every
def test_reports_lose_no_name(name: str, path: Path, case: Case) -> None:
    assert set(made(name, path).failing) == set(case.truth)


def test_codes_of_tests_are_those_of_the_specification() -> None:
    codes = Counter(
        failure.code
        for name, path, _ in RECORDINGS
        if tool(name).kind is Kind.TEST and "build" not in path.stem and "compile" not in path.stem
        for failure in tool(name).read(load(path)).failures
    )
    assert set(codes) <= set(FailureCode)
    seen = {"ASSERT_FAIL", "EXCEPTION", "CRASH", "TIMEOUT", "IMPORT_ERROR", "SYNTAX_ERROR", "COLLECTION_ERROR"}
    assert seen <= set(codes)


def test_large_logs_become_small_reports() -> None:
    """SPEC §8, over the logs above 20 KB."""
    raw = small = 0
    for name, path, _ in RECORDINGS:
        log = load(path).log.encode()
        if len(log) > 20_000:
            raw += len(log)
            small += len(report.compact(made(name, path)).encode())
    assert raw > 100_000
    assert small / raw < 0.12


def test_a_log_is_read_by_the_tool_that_it_comes_from() -> None:
    log = load(next(path for name, path, _ in RECORDINGS if name == "go-test" and path.stem == "kinds")).log
    assert recognised(log).name == "go-test"
