"""Whatever a red tool leaves behind, nothing makes it green: Python's tools, RSpec and PHPUnit alike."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.checks.judge import judge_log
from adw.checks.tool import Evidence
from adw.checks.tools import TOOLS, tool
from adw.domain.report import Report
from tests.fixtures.record_python import HERE as PYTHON
from tests.fixtures.record_python import load
from tests.fixtures.record_scripting import HERE as SCRIPTING
from tests.support.recordings import ROOT, case_of, made

# One recording of each kind is enough to be damaged; long ones only slow the search down.
PATHS = [path for path in sorted([*PYTHON.glob("*/*.json"), *SCRIPTING.glob("*/*.json")]) if path.stem != "same"]
RECORDINGS = [(case_of(path), load(path)) for path in PATHS]
NAMES = sorted({case.tool for case, _ in RECORDINGS})
OF_TOOL = {name: [evidence for case, evidence in RECORDINGS if case.tool == name] for name in NAMES}
GREEN = {name: [each for each in OF_TOOL[name] if made(each, name).ok] for name in NAMES}
RED = st.integers(-15, 255).filter(bool)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_explained(report: Report) -> bool:
    return not report.ok and (report.fault is not None or bool(report.failures))


@st.composite
def logs(draw: st.DrawFn, name: str) -> str:
    """A log that was cut, joined to another, thinned out or is not one at all."""
    log, other = (draw(st.sampled_from(OF_TOOL[draw(st.sampled_from([name, *NAMES]))])).log for _ in range(2))
    at, behind = draw(st.integers(0, len(log))), draw(st.integers(0, len(other)))
    lines = log.splitlines(keepends=True)
    variants = [
        log,
        log[:at],
        log[at:],
        log[:at] + other[behind:],
        log + other,
        "".join(lines[::2]),
        "".join(lines[::-1]),
    ]
    return draw(st.one_of(st.sampled_from(variants), st.text(max_size=300)))


@st.composite
def damaged(draw: st.DrawFn, name: str) -> Evidence:
    """A recording whose files were cut, joined, swapped, dropped or filled with noise."""
    evidence = draw(st.sampled_from(OF_TOOL[name]))
    files: dict[str, bytes] = {}
    for file, content in evidence.files.items():
        other = draw(st.sampled_from(OF_TOOL[name])).files.get(file, b"")
        cut = draw(st.integers(0, len(content)))
        variants = [content, content[:cut], content[cut:], content + other, other, b"", b"[]", b"{}", b"null"]
        chosen = draw(st.one_of(st.sampled_from([*variants, None]), st.binary(max_size=100)))
        if chosen is not None:
            files[file] = chosen
    return replace(evidence, files=files, log=draw(st.one_of(st.just(evidence.log), logs(name))))


tools = st.sampled_from(NAMES)


@quick
@given(tools.flatmap(lambda name: st.tuples(st.just(name), damaged(name))), RED)
def test_a_red_exit_code_is_never_green(told: tuple[str, Evidence], exit_code: int) -> None:
    name, evidence = told
    assert is_explained(made(replace(evidence, exit_code=exit_code), name))


@quick
@given(tools.flatmap(lambda name: st.tuples(st.just(name), damaged(name))))
def test_a_timeout_is_never_green(told: tuple[str, Evidence]) -> None:
    name, evidence = told
    report = made(replace(evidence, exit_code=0, timed_out=True), name)
    assert report.fault is not None
    assert report.fault.code == "TIMEOUT"


HIDDEN = [path for path in PATHS if path.stem not in {"warnings_red", "risky_red"}]
"""Not those whose findings count only because the exit code says so."""


@pytest.mark.parametrize("path", HIDDEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_exit_code_that_a_wrapper_hides_makes_nothing_green(path: Path) -> None:
    name, evidence = case_of(path).tool, load(path)
    if made(evidence, name).failures:
        assert not made(replace(evidence, exit_code=0), name).ok


@quick
@given(tools.flatmap(lambda name: st.tuples(st.just(name), logs(name))))
def test_any_log_is_read_and_a_finished_one_names_or_counts(told: tuple[str, str]) -> None:
    name, log = told
    reader = tool(name)
    reading = judge_log(log, ROOT, reader.parse(log, ROOT), reader.kind)
    assert all(failure.name and failure.message for failure in reading.failures)
    assert reading.failures or reading.fault or reading.finished
    assert isinstance(sum(known.recognises(log) for known in TOOLS), int)


@pytest.mark.parametrize("name", [name for name in NAMES if OF_TOOL[name] and tool(name).kind == "test"])
@pytest.mark.parametrize("share", range(0, 50, 12))
def test_the_beginning_of_a_green_tests_log_is_no_green_log(name: str, share: int) -> None:
    for evidence in GREEN[name]:
        log = evidence.log[: len(evidence.log) * share // 100]
        reading = judge_log(log, ROOT, tool(name).parse(log, ROOT), tool(name).kind)
        assert reading.fault is not None
