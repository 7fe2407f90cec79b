"""Whatever a red pytest leaves behind, nothing makes it green; a green one is doubted where its report is damaged."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.checks import report
from adw.checks.tool import Evidence, Place, Reading
from adw.checks.tools import tool
from adw.domain.report import Report
from adw.domain.run import CheckSpec
from tests.fixtures.record_pytest import HERE, load

CHECK = CheckSpec("test", "pytest", ("python", "-m", "pytest"))
PLACE = Place("/w/project", "/w/scratch")
RECORDINGS = [load(path) for path in sorted((HERE / "9.2.0").glob("*.json"))]
RED = st.integers(-15, 255).filter(bool)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judge(evidence: Evidence, kind: str = "pytest") -> Report:
    reading = tool(kind).read(evidence)
    assert reading.fault is None or reading.fault.message
    return report.build(CHECK, evidence, reading, "log")


def is_explained(made: Report) -> bool:
    """Red, and with something to show for it."""
    return not made.ok and (made.fault is not None or bool(made.failures))


@st.composite
def damaged(draw: st.DrawFn) -> Evidence:
    """A recording of which files were cut, joined, swapped, dropped or filled with noise."""
    evidence = draw(st.sampled_from(RECORDINGS))
    files: dict[str, bytes] = {}
    for name, content in evidence.files.items():
        other = draw(st.sampled_from(RECORDINGS)).files.get(name, b"")
        cut = draw(st.integers(0, len(content)))
        variants = [content, content[:cut], content[cut:], content + other, other, b"", content[:cut] + other]
        chosen = draw(st.one_of(st.sampled_from([*variants, None]), st.binary(max_size=300)))
        if chosen is not None:
            files[name] = chosen
    log = draw(st.one_of(st.just(evidence.log), st.text(max_size=300), st.just(evidence.log[::2])))
    return replace(evidence, files=files, log=log)


@quick
@given(damaged(), RED)
def test_a_red_exit_code_is_never_green(evidence: Evidence, exit_code: int) -> None:
    assert is_explained(judge(replace(evidence, exit_code=exit_code)))


@quick
@given(damaged())
def test_a_timeout_is_never_green(evidence: Evidence) -> None:
    made = judge(replace(evidence, exit_code=0, timed_out=True))
    assert made.fault is not None
    assert made.fault.code == "TIMEOUT"


@quick
@given(damaged())
def test_green_needs_a_whole_report_in_which_nothing_failed(evidence: Evidence) -> None:
    made = judge(replace(evidence, exit_code=0, timed_out=False))
    xml = evidence.files.get("junit.xml", b"")
    if made.ok:
        assert xml.rstrip().endswith(b"</testsuites>")
        assert b"<failure" not in xml
        assert b"<error" not in xml
    else:
        assert made.fault is not None


@quick
@given(st.text(max_size=2000), RED)
def test_any_command_is_never_green_with_a_red_exit_code(log: str, exit_code: int) -> None:
    made = judge(Evidence(exit_code, log, {}, PLACE), "anything")
    assert is_explained(made)


@pytest.mark.parametrize("cut", range(0, 100, 3))
def test_a_truncated_report_of_a_green_run_is_a_fault(cut: int) -> None:
    evidence = load(HERE / "9.2.0" / "passing.json")
    xml = evidence.files["junit.xml"]
    shortened = {**evidence.files, "junit.xml": xml[: len(xml) * cut // 100]}
    reading: Reading = tool("pytest").read(replace(evidence, files=shortened))
    assert reading.fault is not None
    assert reading.fault.code == "NO_REPORT"
