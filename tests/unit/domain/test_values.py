from adw.domain.messages import Answer, Text, ToolCall
from adw.domain.report import Failure, Report, Summary
from adw.domain.results import LineRange
from adw.domain.review import Finding, Review, Severity, Verdict
from adw.domain.usage import Usage


def test_a_report_names_every_failing_test_grouped_ones_too() -> None:
    failures = (Failure("t.py::c", "t.py:3", "A", "m", also=("t.py::a",)), Failure("t.py::b", "t.py:2", "B", "m"))
    report = Report("test", "pytest", ok=False, exit_code=1, summary=Summary(), failures=failures)
    assert report.failing == ("t.py::a", "t.py::b", "t.py::c")


def test_only_blockers_are_blockers() -> None:
    findings = tuple(Finding(severity, "a.py", severity.value) for severity in Severity)
    assert Review(Verdict.REJECT, findings).blockers == (Finding(Severity.BLOCKER, "a.py", "blocker"),)


def test_an_answer_s_text_and_calls_stand_apart() -> None:
    calls = (ToolCall("1", "read", {}), ToolCall("2", "done", {}))
    answer = Answer((Text("one "), calls[0], Text("two"), calls[1]), "tool_use", Usage(), "m")
    assert (answer.text, answer.calls) == ("one two", calls)


def test_a_range_of_lines_counts_from_one_and_from_the_end() -> None:
    text = "a\nb\nc\nd\n"
    assert LineRange().cut(text) == (1, text)
    assert LineRange(2, 3).cut(text) == (2, "b\nc\n")
    assert LineRange(-2).cut(text) == (3, "c\nd\n")
    assert LineRange(-9).cut(text) == (1, text)
