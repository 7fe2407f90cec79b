"""The counter that this interpreter can have: it chooses by the model, and by what is installed."""

from importlib.util import find_spec
from pathlib import Path

from adw.adapters.counters.store import CountStore
from adw.adapters.counters.tiktoken_counter import TiktokenCounter
from adw.context.counting import claude_family
from adw.domain.messages import ModelRequest
from adw.ports import TokenCounter


class RuntimeCounter:
    """One counter for Claude, another for everything else."""

    def __init__(self, claude: TokenCounter, other: TokenCounter) -> None:
        self._claude = claude
        self._other = other

    def count_text(self, text: str, model: str) -> int:
        return self._for(model).count_text(text, model)

    def count_request(self, request: ModelRequest) -> int:
        return self._for(request.model).count_request(request)

    def _for(self, model: str) -> TokenCounter:
        return self._claude if claude_family(model) else self._other


def counter_for_runtime(counts: Path | None = None) -> TokenCounter:
    """`ctok` for Claude where it is installed, else `tiktoken` with its measured surcharges; `tiktoken` for others.

    `counts`: the file that remembers counts from one process to the next; None for none.
    """
    store = CountStore(counts) if counts else None
    other = TiktokenCounter(store)
    if find_spec("ctok") is None:
        return other
    from adw.adapters.counters.ctok_counter import CtokCounter  # noqa: PLC0415 - not there on Python 3.11

    return RuntimeCounter(CtokCounter(store), other)
