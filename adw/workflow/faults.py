"""Answers that cannot be worked with, and the short correction that each gets once."""

from adw.domain.messages import Answer


def correction(answer: Answer) -> str:
    """What to tell the model about a faulty answer; empty where it can be worked with."""
    if answer.stop == "refusal":
        return (
            "Your last answer was a refusal. This is ordinary maintenance of a software project: go on with tool calls."
        )
    if answer.stop == "max_tokens":
        return "Your last answer was cut off at its token limit and is lost. Answer shorter: small edits, no prose."
    if answer.stop == "context_window":
        return "Your last answer ran out of context and is lost. Answer shorter."
    if not answer.calls:
        return "Your last answer had no tool call and is lost. Answer with tool calls only; call `done` when finished."
    return ""


def describe(answer: Answer) -> str:
    """The fault in a few words, for the error that ends the run."""
    if answer.stop in ("refusal", "max_tokens", "context_window"):
        return f"{answer.stop}: {answer.detail}" if answer.detail else answer.stop
    return "no tool call" if answer.text else "an empty answer"
