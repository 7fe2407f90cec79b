"""Commits as steps, with messages composed from what the run knows."""

from dataclasses import replace

from adw.domain.call import CallFacts
from adw.domain.flags import Flag
from adw.domain.messages import Message, ModelRequest, Text
from adw.domain.run import Phase
from adw.workflow.compose import commit_message
from adw.workflow.kit import Kit
from adw.workflow.progress import Progress


def commit(kit: Kit, progress: Progress, phase: Phase) -> Progress:
    """The phase's edits on the branch; no commit where there are none."""
    diff = kit.steps.look("diff", str, kit.workspace.diff)
    if not diff and not progress.commit:
        return progress
    message = _composed(kit, progress, phase) if kit.on(Flag.STRUCTURED_STATE) else _written(kit, phase, diff)
    made = kit.steps.take("commit", str, lambda: kit.workspace.commit(message))
    return replace(progress, commit=made)


def _composed(kit: Kit, progress: Progress, phase: Phase) -> str:
    report = progress.report if phase is not Phase.BUILD else None
    return commit_message(kit.spec.issue, progress.need_plan(), phase.value, report)


def _written(kit: Kit, phase: Phase, diff: str) -> str:
    """The message as a model writes it: what composing saves is measured against this."""
    choice, prompt = kit.choice(phase), kit.prompts.system("commit")
    request = ModelRequest(
        model=choice.model,
        system=(Text(prompt.text),),
        tools=(),
        messages=(Message("user", (Text(kit.redact(f"{kit.spec.issue.title}\n\n{diff}")),)),),
        max_tokens=choice.max_tokens,
        effort=choice.effort,
    )
    answer = kit.calls.ask(request, CallFacts(phase, 0, 0, prompt.version), choice.fallback)
    return answer.text.strip() or kit.spec.issue.title
