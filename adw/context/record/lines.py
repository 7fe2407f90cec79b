"""Lines of tool results: which identifiers stand on one, what it costs to keep."""

import re
from functools import lru_cache

IDENTIFIER = re.compile(r"[A-Za-z_][\w./-]{7,}")
"""SPEC §3, evidence: what counts as a name that the model may need again."""
LINE_CHARS = 300
_PIECES = (
    (re.compile(r"[A-Za-z]+"), 0.98),
    (re.compile(r"[^\w\s]+"), 0.79),
    (re.compile(r"\d{1,3}"), 1.69),
    (re.compile(r"_"), 0.11),
    (re.compile(r"[a-z]{7}"), 0.38),
)
"""Tokens a piece: least squares against cl100k on 20,000 lines of recorded runs. Correlation 0.97; of length: 0.86."""
_LINE_TOKENS = 0.69


@lru_cache(maxsize=1 << 16)
def identifiers(text: str) -> frozenset[str]:
    """The identifiers of a text."""
    return frozenset(IDENTIFIER.findall(text))


@lru_cache(maxsize=1 << 16)
def trimmed(line: str) -> str:
    """The line as evidence is compared."""
    return line.strip()[:LINE_CHARS]


@lru_cache(maxsize=1 << 16)
def estimated_tokens(line: str) -> float:
    """About what the line costs. Only the ratio between lines matters: the price absorbs the rest."""
    return _LINE_TOKENS + sum(weight * len(pattern.findall(line)) for pattern, weight in _PIECES)
