"""How likely the model uses an identifier at the next call."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from adw.context.record.actions import ACTIONS, action_of
from adw.context.record.lines import identifiers
from adw.context.record.memory import Memory

_EMPTY_CHARS = 60
"""A result of nothing but its frame (`<returncode>0</returncode><output></output>`) is shorter."""
_FAILED = re.compile(r"<returncode>(?!0<)")
_LAST_USES = 12

# Logistic regression on the tuning runs (658,000 pairs of call and identifier, 5,200 of them used and not in the last
# turn), rounded. Nineteen more features bring 0.35 points of evidence, a boosted forest no more.
# WEIGHTS-BEGIN
BIAS = -1.46
CALL_WEIGHTS = {
    "log_turns": -0.20,
    "write": -0.16,
    "git": 0.19,
    "test": -0.26,
    "script": 0.65,
    "search": -0.03,
    "view": 0.42,
    "list": -1.48,
    "log_result": 0.07,
    "empty": -1.09,
    "failed": 0.35,
    "log_text": -0.11,
    "log_mean_text": -0.23,
}
IDENTIFIER_WEIGHTS = {
    "used": 1.90,
    "activation": 0.95,
    "in_last_command": 1.09,
    "log_age": -0.64,
    "log_near": -0.80,
    "from_write": -0.93,
}
# WEIGHTS-END


def call_features(memory: Memory) -> tuple[float, ...]:
    """How much the next call will say at all: a script's output is discussed, the silence after an edit is not."""
    last = memory.turns[-1]
    result = "\n".join(last.results)
    action = action_of("\n".join(last.commands))
    mean_text = sum(len(turn.text) for turn in memory.turns) / len(memory.turns)
    return (
        math.log(len(memory.turns)),
        *(float(action == name) for name, _ in ACTIONS),
        math.log1p(len(result)),
        float(len(result) < _EMPTY_CHARS),
        float(bool(_FAILED.search(result))),
        math.log1p(len(last.text)),
        math.log1p(mean_text),
    )


def identifier_features(memory: Memory, identifier: str, *, in_last_command: bool) -> tuple[float, ...]:
    """Used before: how often and lately (`activation`: log of the sum of 1/age). Never used: near what was, how new."""
    now = len(memory.turns)
    result, line = memory.places[identifier][-1]
    shown = memory.results[result]
    uses = memory.uses.get(identifier)
    if uses:
        activation = math.log(sum(1 / (now - call) for call in uses[-_LAST_USES:]))
        return (1.0, activation, float(in_last_command), 0.0, 0.0, 0.0)
    return (0.0, 0.0, 0.0, math.log(now - shown.turn), math.log1p(shown.near[line]), float(shown.action == "write"))


def dot(weights: Mapping[str, float], features: Sequence[float]) -> float:
    """Sum of products, features in the order of the weights."""
    return sum(w * f for w, f in zip(weights.values(), features, strict=True))


def candidates(memory: Memory) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Identifiers that the record could show and the last turn does not, with their features."""
    in_tail = frozenset().union(*(found for shown in memory.shown_last() for found in shown.identifiers))
    in_command = frozenset().union(*map(identifiers, memory.turns[-1].commands))
    for identifier in memory.places:
        if identifier not in in_tail:
            yield identifier, identifier_features(memory, identifier, in_last_command=identifier in in_command)


def chances(memory: Memory) -> dict[str, float]:
    """Probability of use at the next call, for each identifier that the record could show."""
    base = BIAS + dot(CALL_WEIGHTS, call_features(memory))
    return {i: 1 / (1 + math.exp(-base - dot(IDENTIFIER_WEIGHTS, f))) for i, f in candidates(memory)}
