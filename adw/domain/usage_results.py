"""What the commands of `adw usage` get back."""

from dataclasses import dataclass
from decimal import Decimal

from adw.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import brought into the ledger."""

    files: int
    """That were read."""
    answers: int
    """That the files hold, each once."""
    new: int
    """Entries written; the rest was in the ledger already."""
    usage: Usage
    """Of the new entries."""
    cost_usd: Decimal
    """Of the priced ones among them."""
    unpriced: int = 0
    """New entries without a known price."""
    repeated: int = 0
    """Lines that repeat an answer: it is counted once, with its largest output."""
    left_out: int = 0
    """Lines that could not be counted; the warnings say why."""
    warnings: tuple[str, ...] = ()
