"""Whether a call's worst case still fits a run's budget."""

from dataclasses import dataclass
from decimal import Decimal

from adw.domain.entry import Reservation
from adw.errors import BudgetExceeded


@dataclass(frozen=True, slots=True)
class Held:
    """What counts against a run already: its settled calls and its open reservations."""

    tokens: int
    usd: Decimal


def over_budget(
    reservation: Reservation, held: Held, *, budget_tokens: int, budget_usd: Decimal
) -> BudgetExceeded | None:
    """The error to raise, or None where the reservation fits. A budget of 0 is no limit."""
    if budget_tokens and held.tokens + reservation.tokens > budget_tokens:
        left = max(0, budget_tokens - held.tokens)
        return BudgetExceeded(
            f"the next call may take {reservation.tokens:,} tokens, "
            f"{left:,} of the run's budget of {budget_tokens:,} are left",
            asked=reservation.tokens,
            left=left,
            utilization=(held.tokens + reservation.tokens) / budget_tokens,
            hint="`adw resume` with a larger --budget-tokens",
        )
    if budget_usd and held.usd + reservation.usd > budget_usd:
        left_usd = max(Decimal(0), budget_usd - held.usd)
        return BudgetExceeded(
            f"the next call may cost ${reservation.usd:.4f}, "
            f"${left_usd:.4f} of the run's budget of ${budget_usd:.2f} is left",
            asked=float(reservation.usd),
            left=float(left_usd),
            utilization=float((held.usd + reservation.usd) / budget_usd),
            unit="usd",
            hint="`adw resume` with a larger --budget-usd",
        )
    return None
