"""How likely the model uses an identifier at the next call."""

import math
from collections.abc import Iterator, Sequence

from adw.context.record.actions import ACTIONS, action_of
from adw.context.record.lines import identifiers
from adw.context.record.memory import Memory

_HARDLY_ANYTHING = 60
"""Characters of a result that says little more than that it worked."""

CALL_FEATURES = (
    "log_turns", "write", "git", "test", "script", "search", "view", "list", "log_result", "empty", "failed",
    "log_text", "log_mean_text",
)  # fmt: skip
IDENTIFIER_FEATURES = ("used", "activation", "in_last_command", "log_age", "log_near", "from_write")


def call_features(memory: Memory) -> tuple[float, ...]:
    """How much the next call will say at all: a script's output is discussed, an edit's silence is not."""
    last = memory.turns[-1]
    result = "\n".join(last.results)
    action = action_of("\n".join(last.commands))
    mean_text = sum(len(turn.text) for turn in memory.turns) / len(memory.turns)
    return (
        math.log(len(memory.turns)),
        *(float(action == name) for name, _ in ACTIONS),
        math.log1p(len(result)),
        float(len(result) < _HARDLY_ANYTHING),
        float("<returncode>0<" not in result),
        math.log1p(len(last.text)),
        math.log1p(mean_text),
    )


def identifier_features(memory: Memory, identifier: str, *, in_last_command: bool) -> tuple[float, ...]:
    """Used before: how often and how lately (`activation` = log of the sum of 1/age).

    Never used: near what was, and how new.
    """
    now = len(memory.turns)
    result, line = memory.places[identifier][-1]
    shown = memory.results[result]
    uses = memory.uses.get(identifier)
    if uses:
        return (1.0, math.log(sum(1 / (now - call) for call in uses[-12:])), float(in_last_command), 0.0, 0.0, 0.0)
    return (0.0, 0.0, 0.0, math.log(now - shown.turn), math.log1p(shown.near[line]), float(shown.action == "write"))


def dot(weights: Sequence[float], features: Sequence[float]) -> float:
    return sum(w * f for w, f in zip(weights, features, strict=True))


# WEIGHTS-BEGIN
BIAS = -1.46
CALL_WEIGHTS: tuple[float, ...] = (
    -0.20,
    -0.16,
    0.19,
    -0.26,
    0.65,
    -0.03,
    0.42,
    -1.48,
    0.07,
    -1.09,
    0.35,
    -0.11,
    -0.23,
)
IDENTIFIER_WEIGHTS: tuple[float, ...] = (
    1.90,
    0.95,
    1.09,
    -0.64,
    -0.80,
    -0.91,
)
# WEIGHTS-END


def candidates(memory: Memory) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Identifiers that the record could show and the last turn does not, with their features."""
    last = memory.turns[-1]
    in_tail = frozenset().union(*map(identifiers, last.results))
    in_command = frozenset().union(*map(identifiers, last.commands))
    for identifier in memory.places:
        if identifier not in in_tail:
            yield identifier, identifier_features(memory, identifier, in_last_command=identifier in in_command)


def chances(memory: Memory) -> dict[str, float]:
    """Probability of use at the next call, for each identifier that the record could show."""
    base = BIAS + dot(CALL_WEIGHTS, call_features(memory))
    return {i: 1 / (1 + math.exp(-base - dot(IDENTIFIER_WEIGHTS, f))) for i, f in candidates(memory)}
