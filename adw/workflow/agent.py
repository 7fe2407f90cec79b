"""The turn loop: ask, run the tool calls, give the results back, until `done` or a bound."""

from dataclasses import dataclass, replace
from typing import Any

from adw.context.builder import Built
from adw.domain.call import CallFacts
from adw.domain.events import Notice, ToolsEnded
from adw.domain.messages import Answer, Message, ToolResult
from adw.errors import ModelError
from adw.workflow.check_steps import check_text
from adw.workflow.dialogue import Brief, Dialogue
from adw.workflow.faults import correction, describe
from adw.workflow.kit import Kit
from adw.workflow.toolbox import Toolbox, Turn


@dataclass(frozen=True, slots=True)
class Finished:
    """How a conversation ended."""

    done: dict[str, Any] | None
    """The input of `done`; None where the turns ran out."""
    calls: int
    edited: bool


def converse(kit: Kit, brief: Brief) -> Finished:
    """Turns until the work is done, at most `max_turns`.

    A faulty answer is answered once with a short correction; the second in a row raises ModelError, and whoever
    resumes the run gives it one turn more. Faulty answers do not enter the history: they would be paid for again
    with every turn.
    """
    dialogue = Dialogue(kit, brief)
    note, was_bad, edited = "", False, False
    for number in range(1, kit.spec.limits.max_turns + 1):
        answer = _ask(kit, brief, dialogue.next_request(note), number)
        fault = correction(answer)
        turn = None if fault else _use_tools(kit, brief, dialogue, answer, number)
        bad = turn is None or turn.bad
        if bad and was_bad:
            _give_up(kit, _two_faults(answer, turn))
        was_bad, note = bad, fault
        if turn is None:
            continue
        edited = edited or turn.edited
        complaint = kit.redact(brief.verify(edited)) if turn.done is not None else ""
        if turn.done is not None and not complaint:
            return Finished(turn.done, number, edited)
        dialogue.add(Message("assistant", answer.blocks), _results(turn, answer, complaint), edited=turn.edited)
    return Finished(None, kit.spec.limits.max_turns, edited)


def _ask(kit: Kit, brief: Brief, built: Built, number: int) -> Answer:
    for left_out in built.excluded if number == 1 else ():
        kit.observer.tell(
            Notice(f"left out of the request: {left_out.name} ({left_out.tokens} tokens, {left_out.reason})")
        )
    facts = CallFacts(
        phase=brief.phase,
        attempt=brief.attempt,
        turn=number,
        prompt_version=brief.prompt_version,
        sections=built.sections,
        excluded=built.excluded,
        folded=built.folded,
    )
    return kit.calls.ask(built.request, facts, kit.choice(brief.phase).fallback)


def _use_tools(kit: Kit, brief: Brief, dialogue: Dialogue, answer: Answer, number: int) -> Turn:
    toolbox = Toolbox(
        workspace=kit.workspace,
        names=tuple(tool.name for tool in brief.tools),
        done_input=brief.done_input,
        run_check=lambda name: check_text(kit, name),
        max_lines=kit.spec.limits.max_file_lines,
        max_chars=kit.spec.limits.max_result_chars,
        monotonic=kit.calls.monotonic,
        shown=dialogue.shows,
    )
    turn = kit.steps.take("tools", Turn, lambda: toolbox.use(answer.calls))
    kit.observer.tell(ToolsEnded(brief.phase, number, turn.lines))
    results = tuple(replace(result, content=kit.redact(result.content)) for result in turn.results)
    return replace(turn, results=results)


def _results(turn: Turn, answer: Answer, complaint: str) -> Message:
    """The results as one message; a complaint stands in the result of `done`."""
    done = {call.id for call in answer.calls if call.name == "done"}
    return Message(
        "user",
        tuple(
            ToolResult(result.call_id, complaint, error=True) if complaint and result.call_id in done else result
            for result in turn.results
        ),
    )


def _give_up(kit: Kit, error: ModelError) -> None:
    """Raises `error`, but not where the answer was given before the run was resumed: then the user wants more."""
    asked_again = kit.calls.last_replayed

    def body() -> bool:
        if not asked_again:
            raise error
        return True

    kit.steps.take("once more", bool, body)


def _two_faults(answer: Answer, turn: Turn | None) -> ModelError:
    what = "malformed tool calls" if turn else describe(answer)
    return ModelError(
        f"two answers in a row could not be worked with; the last: {what}",
        hint="`adw resume` asks once more; another model may do better: --model, or fallback in .adw.toml",
        retried=True,
    )
