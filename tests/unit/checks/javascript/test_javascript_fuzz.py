"""Whatever a red run leaves behind, nothing makes it green, and nothing is thrown."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.checks import report
from adw.checks.judge import judge_log
from adw.checks.tool import Evidence, Tool
from adw.checks.tools import tool
from adw.domain.report import Report
from adw.domain.run import CheckSpec
from tests.fixtures.record_javascript import HERE, load

NAMES = ("jest", "vitest", "mocha", "tsc", "eslint")
SMALL = sorted(HERE.glob("*-*/*.json"))
SAMPLES = {name: [load(path) for path in SMALL if path.parent.name.startswith(name)] for name in NAMES}
RED = st.integers(-15, 255).filter(bool)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
noise = st.text(
    st.sampled_from("\n \t:>|()[]0123456789-+^.@/\u25cf\u276f\u00d7\u23af\u2716FAILatesing passing error TS2322Tests"),
    max_size=400,
)


def judge(evidence: Evidence, reader: Tool) -> Report:
    reading = reader.read(evidence)
    assert reading.fault is None or reading.fault.message
    return report.build(CheckSpec("check", reader.name, ("x",)), evidence, reading, "log")


def is_explained(made: Report) -> bool:
    """Red, and with something to show for it."""
    return not made.ok and (made.fault is not None or bool(made.failures))


@st.composite
def broken(draw: st.DrawFn, content: str, other: str) -> str:
    """A text that was cut, joined with another, interleaved with it, or filled with noise."""
    cut = draw(st.integers(0, len(content)))
    woven = "\n".join(line for pair in zip(content.split("\n"), other.split("\n"), strict=False) for line in pair)
    chosen = st.sampled_from([content, content[:cut], content[cut:], content + other, content[:cut] + other, woven, ""])
    return draw(st.one_of(chosen, noise, noise.map(lambda text: content[:cut] + text + content[cut:])))


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Evidence, Tool]:
    """A recording of which log and files were broken."""
    name = draw(st.sampled_from(NAMES))
    evidence, other = draw(st.sampled_from(SAMPLES[name])), draw(st.sampled_from(SAMPLES[name]))
    files = {}
    for file, content in evidence.files.items():
        text = draw(broken(content.decode(), other.files.get(file, b"").decode()))
        if draw(st.integers(0, 4)):
            files[file] = text.encode("utf-8", "replace")
    log = draw(broken(evidence.log, other.log))
    return replace(evidence, files=files, log=log), tool(name)


@quick
@given(damaged(), RED)
def test_a_red_exit_code_is_never_green(case: tuple[Evidence, Tool], exit_code: int) -> None:
    evidence, reader = case
    assert is_explained(judge(replace(evidence, exit_code=exit_code), reader))


@quick
@given(damaged())
def test_a_timeout_is_never_green(case: tuple[Evidence, Tool]) -> None:
    evidence, reader = case
    made = judge(replace(evidence, exit_code=0, timed_out=True), reader)
    assert made.fault is not None
    assert made.fault.code == "TIMEOUT"


@quick
@given(damaged())
def test_a_log_alone_is_read_without_a_crash_and_named_apart(case: tuple[Evidence, Tool]) -> None:
    evidence, reader = case
    reader.recognises(evidence.log)
    reading = judge_log(evidence.log, "/w/project", reader.parse(evidence.log, "/w/project"), reader.kind)
    assert all(failure.message and len(failure.message) <= 300 for failure in reading.failures)


@pytest.mark.parametrize("name", ["jest", "vitest", "mocha"])
@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_truncated_report_of_a_green_run_is_not_believed_without_the_log(name: str, cut: int) -> None:
    evidence = next(each for each in SAMPLES[name] if each.exit_code == 0 and not each.log.count("fail") and each.files)
    files = {file: content[: len(content) * cut // 100] for file, content in evidence.files.items()}
    reading = tool(name).read(replace(evidence, files=files, log=""))
    assert reading.fault is not None
    assert reading.fault.code in ("NO_REPORT", "NO_TESTS", "CRASH")


@pytest.mark.parametrize("name", ["jest", "vitest", "mocha"])
def test_a_red_report_with_a_green_exit_code_is_a_contradiction(name: str) -> None:
    evidence = next(each for each in SAMPLES[name] if each.exit_code and each.files and tool(name).read(each).failures)
    assert not judge(replace(evidence, exit_code=0), tool(name)).ok
