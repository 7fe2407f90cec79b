"""What some calls were billed together."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from adw.domain.entry import Entry
from adw.domain.usage import Usage

Key = Literal["run", "phase", "model", "issue", "slot"]
"""What calls may be kept apart by. A slot is a quarter of an hour UTC: every time zone's days consist of whole ones."""
KEYS: tuple[Key, ...] = get_args(Key)


class Bill(NamedTuple):
    """Calls that agree in what they were kept apart by; what they were not kept apart by is empty.

    A tuple, because a report is made of fifty thousand: a frozen dataclass takes six times as long to make.
    """

    at: datetime
    """UTC: the slot of the first of them, or its own time."""
    calls: int
    usage: Usage
    cost_usd: Decimal
    """Of the priced ones."""
    unpriced: int = 0
    """Calls without a known price."""
    run_id: str = ""
    phase: str = ""
    model: str = ""
    issue: str = ""


def bill_of(entry: Entry) -> Bill:
    """One call's."""
    return Bill(
        at=entry.created_at,
        calls=1,
        usage=entry.usage,
        cost_usd=entry.cost_usd or Decimal(0),
        unpriced=int(entry.cost_usd is None),
        run_id=entry.tag.run_id,
        phase=entry.tag.phase,
        model=entry.model,
        issue=entry.tag.issue,
    )
