"""Texts for people, made from what the run knows: no model call is spent on them."""

import re

from adw.domain.issue import Issue
from adw.domain.plan import Plan
from adw.domain.report import Report

_SUBJECT = 72
_TITLE = 250
_CLOSING = re.compile(
    r"\b(?P<word>close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?P<gap>:?\s+)(?=(?:[\w.-]+/[\w.-]+)?#\d|GH-\d|https?://)",
    re.IGNORECASE,
)
"""What makes GitHub close an issue once the text stands in a commit of the default branch."""


def branch_name(issue: Issue, run_id: str) -> str:
    """`adw/<number-or-slug>-<run id>` (SPEC §1)."""
    return f"adw/{issue.key}-{run_id}"


def commit_message(issue: Issue, plan: Plan, phase: str, report: Report | None, follows: str = "") -> str:
    """Subject from the issue's title, body from plan and report; how it came about as trailers.

    `follows`: the run that made the content, where that was another.
    """
    ending = "" if phase == "build" else f" ({phase})"
    title, source = (" ".join(text.split()) for text in (issue.title, issue.source))
    subject = _cut(_inert(title), _SUBJECT - len(ending)) + ending
    body = [_inert(plan.summary).strip()]
    if report is not None:
        summary = report.summary
        body.append(f"Tests: {summary.passed} of {summary.total} passed")
    trailers = [f"Issue: {source}", f"Adw-Phase: {phase}", *([f"Adw-Follows: {follows}"] if follows else [])]
    return "\n\n".join([subject, *body, "\n".join(trailers)]) + "\n"


def pull_request_title(issue: Issue) -> str:
    """The issue's, as far as GitHub takes it. It may become the subject of a commit."""
    return _cut(_inert(" ".join(issue.title.split())), _TITLE)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def _inert(text: str) -> str:
    """`text` without words that close issues: whoever wrote it must not settle what is not his."""
    return _CLOSING.sub(r"\g<word>\g<gap>issue ", text)
