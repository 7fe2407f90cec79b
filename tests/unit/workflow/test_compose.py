import pytest

from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.report import Report, Summary
from adw.workflow.compose import branch_name, commit_message, pull_request_title

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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Fixes #7", "Fixes issue #7"),
        ("closed: octo/shop#7", "closed: issue octo/shop#7"),
        (
            "resolve GH-7, fixes https://x.example/issues/7",
            "resolve issue GH-7, fixes issue https://x.example/issues/7",
        ),
        ("see #7; it fixes the cart", "see #7; it fixes the cart"),
        ("prefixes #7", "prefixes #7"),
    ],
)
def test_no_text_of_others_closes_an_issue(text: str, kept: str) -> None:
    issue = Issue("7", text, "", "octo/shop#7")
    message = commit_message(issue, Plan(text, ()), "build", None)
    assert message.split("\n\n")[:2] == [kept, kept]
    assert pull_request_title(issue) == kept


def test_a_pull_request_s_title_is_one_line_that_github_takes() -> None:
    title = pull_request_title(Issue("7", "word \n" * 100, "", "-"))
    assert len(title) <= 250
    assert title.endswith("word…")
