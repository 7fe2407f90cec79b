"""What must hold of a recording of a real tool, with the files that it left and by its log alone."""

from collections import Counter
from pathlib import Path

from adw.checks import report
from adw.checks.judge import judge_log
from adw.checks.tool import Evidence, Reading
from adw.checks.tools import TOOLS, recognised, tool
from adw.domain.report import Failure, Report
from adw.domain.run import CheckSpec
from tests.fixtures.record_python import CASES as PYTHON
from tests.fixtures.record_python import Case, load
from tests.fixtures.record_scripting import CASES as SCRIPTING

ROOT = "/w/project"
CASES = {**PYTHON, **SCRIPTING}
UNFINISHED = frozenset({"flake8"})
"""Tools that say nothing at their end."""


def name_of(path: Path) -> str:
    return f"{path.parent.name.partition('-')[0]}-{path.stem}"


def case_of(path: Path) -> Case:
    return CASES[name_of(path)]


def found(failures: tuple[Failure, ...]) -> dict[str, tuple[str, str]]:
    names = Counter(failure.name for failure in failures)
    assert max(names.values(), default=1) == 1
    return {failure.name: (failure.code, failure.loc) for failure in failures}


def read(path: Path) -> Reading:
    return tool(case_of(path).tool).read(load(path))


def made(evidence: Evidence, name: str) -> Report:
    check = CheckSpec("test", name, evidence.command or ("true",))
    return report.build(check, evidence, tool(name).read(evidence), "log")


def parsed(path: Path) -> Reading:
    reader, evidence = tool(case_of(path).tool), load(path)
    return judge_log(evidence.log, ROOT, reader.parse(evidence.log, ROOT), reader.kind)


def check_names(path: Path) -> None:
    assert found(read(path).failures) == case_of(path).read_truth


def check_fault(path: Path) -> None:
    fault = read(path).fault
    assert (fault.code if fault else "") == case_of(path).fault


def check_verdict(path: Path) -> None:
    case = case_of(path)
    assert made(load(path), case.tool).ok is (not case.read_truth and not case.fault)


def check_counts(path: Path) -> None:
    case, reading = case_of(path), read(path)
    if reading.fault is None:
        summary = reading.summary
        assert (summary.passed, summary.skipped) == (case.passed, case.skipped)
        assert summary.failed + summary.errors == len(case.read_truth)
        assert summary.total == summary.passed + summary.failed + summary.errors + summary.skipped


def check_messages(path: Path) -> None:
    said = [failure.message for failure in read(path).failures]
    assert all(message and len(message) <= 300 for message in said)
    assert not any("/w/" in message or "at 0x7" in message or "\x1b" in message for message in said)


def check_log_alone(path: Path) -> None:
    case, evidence, reading = case_of(path), load(path), parsed(path)
    if "ruff.json" in evidence.files:  # all is in the file; the log is empty
        return
    told = found(reading.failures)
    if case.fault == "TIMEOUT":  # how much it still says after the signal differs
        assert told.items() <= case.truth.items()
        return
    assert told == case.text_truth
    expected = case.fault if case.text_fault is None else case.text_fault
    if expected:
        assert reading.fault is not None
    elif case.tool not in UNFINISHED or case.truth:
        assert reading.fault is None


def check_recognition(path: Path) -> None:
    case, log = case_of(path), load(path).log
    assert [known.name for known in TOOLS if known.recognises(log)] in ([case.tool], [])
    if parsed(path).finished:
        assert recognised(log).name == case.tool


RULES = (
    check_names,
    check_fault,
    check_verdict,
    check_counts,
    check_messages,
    check_log_alone,
    check_recognition,
)
