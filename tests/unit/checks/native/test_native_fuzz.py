"""Whatever red tools leave behind, nothing makes them green; whatever a log holds, reading it does not fail."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adw.checks import report
from adw.checks.judge import judge_log
from adw.checks.native import TOOLS
from adw.checks.tool import Evidence, Place
from adw.checks.tools import tool
from adw.domain.report import Report
from adw.domain.run import CheckSpec
from tests.fixtures.record_native import load, recordings

RECORDED = [(name, load(path)) for name, path, _ in recordings()]
LOGS = [evidence.log for _, evidence in RECORDED]
NAMES = [reader.name for reader in TOOLS]
RED = st.integers(-15, 255).filter(bool)
quick = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judge(name: str, evidence: Evidence) -> Report:
    return report.build(CheckSpec("test", name, evidence.command), evidence, tool(name).read(evidence), "log")


def is_explained(made: Report) -> bool:
    """Red, and with something to show for it."""
    return not made.ok and (made.fault is not None or bool(made.failures))


@st.composite
def logs(draw: st.DrawFn) -> str:
    """Recorded logs, cut, joined, with lines taken out or doubled; or noise."""
    log, other = draw(st.sampled_from(LOGS)), draw(st.sampled_from(LOGS))
    cut = draw(st.integers(0, len(log)))
    lines = log.split("\n")
    step = draw(st.integers(2, 5))
    return draw(
        st.one_of(
            st.sampled_from([log, log[:cut], log[cut:], log + other, other[: cut // 2] + log[cut:], log[::2]]),
            st.sampled_from(["\n".join(lines[::step]), "\n".join(lines[::-1]), log.replace("\n", "\n\n"), log * 2]),
            st.text(max_size=300),
        )
    )


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, Evidence]:
    """What one tool left, of which log and files were cut, joined, swapped, dropped or filled with noise."""
    name, evidence = draw(st.sampled_from(RECORDED))
    files: dict[str, bytes] = {}
    for file, content in evidence.files.items():
        cut = draw(st.integers(0, len(content)))
        variants = [
            content,
            content[:cut],
            content[cut:],
            content + content,
            b"",
            content.replace(b"fail", b"pass"),
            None,
        ]
        chosen = draw(st.one_of(st.sampled_from(variants), st.binary(max_size=200)))
        if chosen is not None:
            files[file] = chosen
    return name, replace(evidence, log=draw(logs()), files=files)


@quick
@given(damaged(), RED)
def test_a_red_exit_code_is_never_green(left: tuple[str, Evidence], exit_code: int) -> None:
    name, evidence = left
    assert is_explained(judge(name, replace(evidence, exit_code=exit_code)))


@quick
@given(damaged())
def test_a_timeout_is_never_green(left: tuple[str, Evidence]) -> None:
    name, evidence = left
    made = judge(name, replace(evidence, exit_code=0, timed_out=True))
    assert made.fault is not None
    assert made.fault.code == "TIMEOUT"


@quick
@given(damaged())
def test_green_names_no_failure(left: tuple[str, Evidence]) -> None:
    name, evidence = left
    made = judge(name, replace(evidence, exit_code=0, timed_out=False))
    assert made.ok is not (bool(made.failures) or made.fault is not None)


@quick
@given(st.sampled_from(NAMES), logs())
def test_any_log_can_be_read_by_any_tool(name: str, log: str) -> None:
    reader = tool(name)
    reader.recognises(log)
    reading = judge_log(log, "/w/project", reader.parse(log, "/w/project"), reader.kind)
    counted = reading.summary.failed + reading.summary.errors
    assert reading.fault or counted <= len({each for failure in reading.failures for each in failure.names})


@quick
@given(st.sampled_from(NAMES), st.text(max_size=500), RED)
def test_noise_is_never_green_with_a_red_exit_code(name: str, log: str, exit_code: int) -> None:
    assert is_explained(judge(name, Evidence(exit_code, log, {}, Place("/w/project", "/w/scratch"))))


@quick
@given(st.sampled_from(RECORDED), st.floats(0, 1))
def test_a_log_that_ends_early_is_no_other_tools(recorded: tuple[str, Evidence], share: float) -> None:
    name, evidence = recorded
    cut = evidence.log[: int(len(evidence.log) * share)]
    assert {reader.name for reader in TOOLS if reader.recognises(cut)} <= {name, *KIN.get(name, ())}


KIN = {"go-test": ("go",), "cargo-test": ("cargo",)}
"""A test run that is cut while it compiles looks like a build."""
