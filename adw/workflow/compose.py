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
    title = issue.title if phase == "build" else f"{issue.title} ({phase})"
    subject = title if len(title) <= _SUBJECT else title[: _SUBJECT - 1].rstrip() + "…"
    body = [plan.summary.strip()]
    if report is not None:
        summary = report.summary
        body.append(f"Tests: {summary.passed} of {summary.total} passed")
    trailers = [f"Issue: {issue.source}", f"Adw-Phase: {phase}"]
    return "\n\n".join([subject, *body, "\n".join(trailers)]) + "\n"
