"""Usage as the API would bill it: prompt caching by prefixes that were sent before."""

import hashlib
import json
import threading
from collections.abc import Callable
from typing import Any

LOOKBACK = 20
"""Blocks before a breakpoint in which the API looks for an entry."""


def rough_tokens(text: str) -> int:
    """Tokens of a text, roughly: the same for the same text, and never none."""
    return len(text) // 4 + 1


class PromptCache:
    """Remembers the prefixes that requests marked with `cache_control`, and bills later requests by them.

    What it takes from the API's documentation: the order is tools, system, messages; an entry is written at each
    breakpoint; from a breakpoint the longest entry within 20 blocks back is read; what lies between that and the
    last breakpoint is written; the rest is fresh; prefixes under `minimum` tokens are not cached. What it leaves
    out: entries do not expire.
    """

    def __init__(self, count: Callable[[str], int] = rough_tokens, minimum: int = 1024) -> None:
        self._count = count
        self._minimum = minimum
        self._entries: set[str] = set()
        self._lock = threading.Lock()

    def bill(self, request: dict[str, Any], content: list[dict[str, Any]]) -> dict[str, Any]:
        """The wire's `usage` of one call."""
        digest = hashlib.sha256(str(request["model"]).encode())
        marks, sums, lives, tokens = [], [], [], 0
        for block in _blocks(request):
            digest.update(json.dumps({k: v for k, v in block.items() if k != "cache_control"}, sort_keys=True).encode())
            tokens += self._count(text_of(block))
            marks.append(digest.hexdigest())
            sums.append(tokens)
            lives.append((block.get("cache_control") or {}).get("ttl", "5m") if block.get("cache_control") else "")
        points = [index for index, life in enumerate(lives) if life and sums[index] >= self._minimum]
        with self._lock:
            hit = self._longest(marks, points)
            self._entries.update(marks[index] for index in points)
        written = {"5m": 0, "1h": 0}
        read = last = sums[hit] if hit is not None else 0
        for index in points:
            written[lives[index]] += max(0, sums[index] - last)
            last = max(last, sums[index])
        return {
            "input_tokens": tokens - last,
            "cache_creation_input_tokens": sum(written.values()),
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
            "output_tokens": max(1, sum(self._count(text_of(block)) for block in content)),
        }

    def _longest(self, marks: list[str], points: list[int]) -> int | None:
        """The last block of the longest prefix that is in the cache."""
        reach = {index for point in points for index in range(max(0, point - LOOKBACK), point + 1)}
        return max((index for index in reach if marks[index] in self._entries), default=None)


def _blocks(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Every block in the order of the prompt; a message's role is part of its blocks."""
    system = request.get("system") or []
    blocks = [*request.get("tools", []), *([{"type": "text", "text": system}] if isinstance(system, str) else system)]
    for message in request["messages"]:
        content = message["content"]
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        blocks += [{**part, "role": message["role"]} for part in parts]
    return blocks


def text_of(block: dict[str, Any]) -> str:
    """What is counted of a block: its text, or its JSON where it is no text."""
    for key in ("text", "thinking"):
        if isinstance(block.get(key), str):
            return str(block[key])
    if block.get("type") == "tool_result" and isinstance(block.get("content"), str):
        return str(block["content"])
    kept = {k: v for k, v in block.items() if k in {"name", "description", "input_schema", "input", "content"}}
    return json.dumps(kept)
