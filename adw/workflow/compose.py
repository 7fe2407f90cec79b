"""Texts for people, made from what the run knows: no model call is spent on them."""

from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.report import Report

_SUBJECT = 72


def branch_name(issue: Issue, run_id: str) -> str:
    """`adw/<number-or-slug>-<run id>` (SPEC §1)."""
    return f"adw/{issue.key}-{run_id}"


def commit_message(issue: Issue, plan: Plan, phase: str, report: Report | None) -> str:
    """Subject from the issue's title, body from plan and report; how it came about as trailers."""
    ending = "" if phase == "build" else f" ({phase})"
    title, source = (" ".join(text.split()) for text in (issue.title, issue.source))
    room = _SUBJECT - len(ending)
    subject = (title if len(title) <= room else title[: room - 1].rstrip() + "…") + ending
    body = [plan.summary.strip()]
    if report is not None:
        summary = report.summary
        body.append(f"Tests: {summary.passed} of {summary.total} passed")
    trailers = [f"Issue: {source}", f"Adw-Phase: {phase}"]
    return "\n\n".join([subject, *body, "\n".join(trailers)]) + "\n"
