from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.report import Report, Summary
from adw.workflow.compose import branch_name, commit_message

_ISSUE = Issue("42", "Wrong total", "body", "owner/shop#42")
_PLAN = Plan("  total() skips the first item.\n", ())


def test_a_branch_is_named_after_issue_and_run() -> None:
    assert branch_name(_ISSUE, "1a2b") == "adw/42-1a2b"


def test_a_commit_s_message_says_what_why_and_where_from() -> None:
    report = Report("test", "pytest", ok=True, exit_code=0, summary=Summary(total=61, passed=58))
    assert commit_message(_ISSUE, _PLAN, "test", report) == (
        "Wrong total (test)\n\ntotal() skips the first item.\n\nTests: 58 of 61 passed\n\n"
        "Issue: owner/shop#42\nAdw-Phase: test\n"
    )


def test_the_build_s_commit_has_no_tests_to_speak_of() -> None:
    assert commit_message(_ISSUE, _PLAN, "build", None) == (
        "Wrong total\n\ntotal() skips the first item.\n\nIssue: owner/shop#42\nAdw-Phase: build\n"
    )


def test_a_subject_has_no_more_than_72_characters_and_keeps_its_phase() -> None:
    issue = Issue("1", "word " * 40, "", "-")
    for phase in ("build", "test", "review"):
        subject = commit_message(issue, _PLAN, phase, None).split("\n")[0]
        assert len(subject) <= 72
        assert "…" in subject
        assert subject.endswith("…" if phase == "build" else f"… ({phase})")


def test_a_title_of_several_lines_is_one_subject_and_adds_no_trailer() -> None:
    issue = Issue("1", "Wrong\n\nSigned-off-by: someone", "", "a\nb.md")
    message = commit_message(issue, _PLAN, "build", None)
    assert message.split("\n")[0] == "Wrong Signed-off-by: someone"
    assert message.endswith("\n\nIssue: a b.md\nAdw-Phase: build\n")
