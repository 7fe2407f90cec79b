"""Commits as steps, with messages composed from what the run knows."""

from dataclasses import replace

from adw.domain.run import Phase
from adw.workflow.compose import commit_message
from adw.workflow.kit import Kit
from adw.workflow.progress import Progress


def commit(kit: Kit, progress: Progress, phase: Phase) -> Progress:
    """The phase's edits on the branch; no commit where there are none."""
    report = progress.report if phase is not Phase.BUILD else None
    message = commit_message(kit.spec.issue, progress.need_plan(), phase.value, report)
    made = kit.steps.take("commit", str, lambda: kit.workspace.commit(message) if kit.workspace.touched() else "")
    return replace(progress, commit=made or progress.commit)
