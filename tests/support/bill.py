"""What the scripted server billed, to hold the ledger against."""

from collections.abc import Callable
from typing import Any

from tests.servers.billing import PromptCache, rough_tokens

CLASSES = ("fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output")
"""Token classes as the ledger names them."""


class Bill(PromptCache):
    """A prompt cache that keeps every bill it made, oldest first."""

    def __init__(self, count: Callable[[str], int] = rough_tokens, minimum: int = 200) -> None:
        super().__init__(count, minimum)
        self.calls: list[dict[str, int]] = []

    def bill(self, request: dict[str, Any], content: list[dict[str, Any]]) -> dict[str, Any]:
        """See PromptCache."""
        usage = super().bill(request, content)
        written = usage["cache_creation"]
        self.calls.append(
            {
                "fresh": usage["input_tokens"],
                "cache_read": usage["cache_read_input_tokens"],
                "cache_write_5m": written["ephemeral_5m_input_tokens"],
                "cache_write_1h": written["ephemeral_1h_input_tokens"],
                "output": usage["output_tokens"],
            }
        )
        return usage

    @property
    def total(self) -> dict[str, int]:
        """The sum of all bills, by token class."""
        return {name: sum(call[name] for call in self.calls) for name in CLASSES}
